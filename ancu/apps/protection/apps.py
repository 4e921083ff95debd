from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProtectionConfig(AppConfig):
    name = "ancu.apps.protection"
    waits = "ancu.apps.protection.selectors.waiting.waits"
    notifies = _("Your personal data")
