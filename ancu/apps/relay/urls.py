from django.urls import path

from ancu.apps.relay import views

app_name = "relay"
urlpatterns = [
    path("office/portal/", views.reconciliation, name="reconciliation"),
    path("office/portal/days/", views.days, name="days"),
    path("office/portal/pause/", views.pause, name="pause"),
    path("office/portal/resume/", views.resume, name="resume"),
    path("office/portal/<int:pk>/retry/", views.retry, name="retry"),
    path("office/portal/<int:pk>/settle/", views.settle, name="settle"),
    path("lodgings/portal/", views.connection, name="connection"),
]
