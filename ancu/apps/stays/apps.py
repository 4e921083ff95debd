from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaysConfig(AppConfig):
    name = "ancu.apps.stays"
    opens_code = "ancu.apps.stays.selectors.code_pages.opens_code"
    waits = "ancu.apps.stays.selectors.waiting.waits"
    finds = "ancu.apps.stays.selectors.finding.finds"
    ends_access = "ancu.apps.stays.services.devices.ends_access"
    sealed_stores = "ancu.apps.stays.services.devices.sealed_stores"
    notifies = _("Guests and confirmations of stay")
    conversations = {"stay": "ancu.apps.stays.selectors.conversations.CONVERSATION"}
    records_of_people = "ancu.apps.stays.selectors.records.SOURCE"
