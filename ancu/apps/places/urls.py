from django.urls import path

from ancu.apps.places import views

app_name = "places"
urlpatterns = [
    path("communes", views.communes, name="communes"),
    path("remote", views.remote, name="remote"),
    path("remote/<int:pk>/end", views.remote_end, name="remote-end"),
]
