from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    name = "ancu.apps.programs"
    sealed_stores = "ancu.apps.programs.services.webhooks.sealed_stores"
    notifies = _("Hotel programs")
