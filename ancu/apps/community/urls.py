from django.urls import path

from ancu.apps.community.views import office, public

app_name = "community"
urlpatterns = [
    path("community/", public.programmes, name="public"),
    path("community/<int:pk>/", public.programme, name="public-programme"),
    path("community/gifts/<str:number>/", public.gift, name="gift"),
    path("office/community/", office.programmes, name="list"),
    path("office/community/<int:pk>/", office.programme, name="programme"),
    path("office/community/<int:pk>/reverse/<int:entry_id>/", office.reverse_entry, name="reverse"),
    path("office/community/<int:pk>/<slug:act>/", office.act, name="act"),
]
