from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "ancu.apps.dossiers"
    conversations = {"dossier": "ancu.apps.dossiers.selectors.conversations.CONVERSATION"}
    records_of_people = "ancu.apps.dossiers.selectors.records.SOURCE"
