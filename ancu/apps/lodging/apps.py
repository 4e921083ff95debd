from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LodgingConfig(AppConfig):
    name = "ancu.apps.lodging"
    waits = "ancu.apps.lodging.selectors.waits"
    finds = "ancu.apps.lodging.selectors.finding.finds"
    notifies = _("Lodgings")
    notifies_at_once = True
    conversations = {"lodging": "ancu.apps.lodging.selectors.CONVERSATION"}
