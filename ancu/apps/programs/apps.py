from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    name = "ancu.apps.programs"
    notifies = _("Hotel programs")
