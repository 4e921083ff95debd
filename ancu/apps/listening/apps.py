from django.apps import AppConfig


class ListeningConfig(AppConfig):
    name = "ancu.apps.listening"
    conversations = {"petition": "ancu.apps.listening.selectors.CONVERSATION"}
