from django.apps import AppConfig


class LodgingConfig(AppConfig):
    name = "ancu.apps.lodging"
    conversations = {"lodging": "ancu.apps.lodging.selectors.CONVERSATION"}
