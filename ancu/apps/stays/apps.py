from django.apps import AppConfig


class StaysConfig(AppConfig):
    name = "ancu.apps.stays"
    conversations = {"stay": "ancu.apps.stays.selectors.conversations.CONVERSATION"}
    records_of_people = "ancu.apps.stays.selectors.records.SOURCE"
