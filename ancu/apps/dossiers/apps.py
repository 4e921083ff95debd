from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DossiersConfig(AppConfig):
    name = "ancu.apps.dossiers"
    conversations = {"dossier": "ancu.apps.dossiers.selectors.conversations.CONVERSATION"}
    opens_code = "ancu.apps.dossiers.selectors.public.opens_code"
    waits = "ancu.apps.dossiers.selectors.waiting.waits"
    finds = "ancu.apps.dossiers.selectors.finding.finds"
    notifies = _("Dossiers")
    notifies_at_once = True
    records_of_people = "ancu.apps.dossiers.selectors.records.SOURCE"
