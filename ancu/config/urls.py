"""The program's addresses. Public pages are those marked ``login_not_required``, and no others."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path

from ancu.apps.accounts.urls import ADMINISTRATION
from ancu.apps.accounts.views import set_language
from ancu.apps.community.urls import phone_urls as handing_phones
from ancu.apps.listening.urls import phone_urls as room_phones
from ancu.apps.messaging.urls import NOTIFICATIONS
from ancu.apps.stays.services.devices import receiving_device
from ancu.apps.stays.urls import MINISTRY
from ancu.apps.surveys.urls import phone_urls as survey_phones
from ancu.config import front, views
from ancu.config.api import api_urls, unknown_address
from ancu.config.monitoring.metrics import metrics
from ancu.config.monitoring.system_page import system

urlpatterns = [
    path("api/v1/", api_urls()),  # first, because programs call most often and every pattern before is tried
    re_path(r"^api/", unknown_address),
    path("", include((MINISTRY, "ministry"))),
    path("", views.home, name="home"),
    path("code/", front.code, name="code"),
    path("status/", front.status, name="status"),
    path("for-programs", views.programs, name="programs"),
    path("health", views.health, name="health"),
    path("health/live", views.health, name="live"),
    path("health/ready", views.ready, name="ready"),
    path("metrics", login_not_required(metrics), name="metrics"),
    path("accounts/here", views.here, name="here"),
    path("desk/counts/", views.task_counts, name="task-counts"),
    path("accounts/", include("ancu.config.signin_urls")),
    path("accounts/", include("ancu.apps.accounts.urls")),
    path("office/administration/system/", system, name="system"),
    path("office/administration/", include((ADMINISTRATION, "administration"))),
    path("places/", include("ancu.apps.places.urls")),
    path("files/", include("ancu.apps.files.urls")),
    path("messages/", include("ancu.apps.messaging.urls")),
    path("notifications/", include((NOTIFICATIONS, "notifications"))),
    path("", include("ancu.apps.desk.urls")),
    path("", include("ancu.apps.site.urls")),
    path("", include("ancu.apps.surveys.urls")),
    path("", include((survey_phones(receiving_device), "surveys-phone"))),
    path("", include((room_phones(receiving_device), "listening-phone"))),
    path("", include((handing_phones(receiving_device), "community-phone"))),
    path("", include("ancu.apps.tips.urls")),
    path("", include("ancu.apps.listening.urls")),
    path("", include("ancu.apps.community.urls")),
    path("lodgings/", include("ancu.apps.lodging.urls")),
    path("", include("ancu.apps.contact.urls")),
    path("programs/", include("ancu.apps.programs.urls")),
    path("", include("ancu.apps.relay.urls")),
    path("", include("ancu.apps.travellers.urls")),
    path("", include("ancu.apps.stays.urls")),
    path("", include("ancu.apps.dossiers.urls")),
    path("office/", include("ancu.apps.oversight.urls")),
    path("", include("ancu.apps.reporting.urls")),
    path("", include("ancu.apps.protection.urls")),
    path("audit/", include("ancu.apps.audit.urls")),
    path("i18n/setlang/", set_language, name="set_language"),
]

handler500 = "ancu.config.views.server_error"
