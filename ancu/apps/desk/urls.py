from django.urls import path

from ancu.apps.desk import views

app_name = "desk"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/strip/", views.strip, name="strip"),
    path("desk/<slug:key>/", views.kind, name="kind"),
    path("find/", views.find, name="find"),
]
