from django.urls import path

from ancu.apps.contact.views import broadcasts, reports

app_name = "contact"
urlpatterns = [
    path("reports/", reports.reports, name="reports"),
    path("reports/new/", reports.new, name="report-new"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/acknowledge/", reports.acknowledge, name="acknowledge"),
    path("announcements/", broadcasts.received_broadcasts, name="announcements"),
    path("announcements/<int:pk>/", broadcasts.received_broadcast, name="announcement"),
    path("office/broadcasts/", broadcasts.broadcasts, name="broadcasts"),
    path("office/broadcasts/new/", broadcasts.new, name="broadcast-new"),
    path("office/broadcasts/<int:pk>/", broadcasts.broadcast, name="broadcast"),
    path("office/broadcasts/<int:pk>/remind/", broadcasts.remind, name="remind"),
    path("office/broadcasts/<int:pk>/unconfirmed/", broadcasts.export, name="unconfirmed"),
]
