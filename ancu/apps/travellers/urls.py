from django.urls import path

from ancu.apps.travellers import views

app_name = "travellers"
urlpatterns = [
    path("office/same-person/", views.pairs, name="pairs"),
    path("office/same-person/<int:pk>/", views.pair, name="pair"),
    path("office/same-person/<int:pk>/same/", views.same, name="same"),
    path("office/same-person/<int:pk>/different/", views.different, name="different"),
    path("office/same-person/<int:pk>/undo/", views.undo, name="undo"),
]
