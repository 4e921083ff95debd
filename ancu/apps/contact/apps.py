from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactConfig(AppConfig):
    name = "ancu.apps.contact"
    waits = "ancu.apps.contact.selectors.waiting.waits"
    notifies = _("Urgent reports and what the office tells")
    notifies_at_once = True
    told = "ancu.apps.contact.selectors.broadcasts.told"
    topics = {"report": (_("urgent report"), "contact.report")}  # as ``Report.topic`` names them
