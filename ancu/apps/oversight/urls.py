from django.urls import path

from ancu.apps.oversight.views import alerts

app_name = "oversight"
urlpatterns = [
    path("", alerts.inbox, name="inbox"),
    path("<int:pk>/", alerts.alert, name="alert"),
    path("<int:pk>/confirm/", alerts.confirm, name="confirm"),
    path("<int:pk>/dismiss/", alerts.dismiss, name="dismiss"),
    path("<int:pk>/ask/", alerts.ask, name="ask"),
    path("<int:pk>/refer/", alerts.refer, name="refer"),
]
