from django.apps import AppConfig


class ListeningConfig(AppConfig):
    name = "ancu.apps.listening"
    phone_shell = "ancu.apps.listening.views.phones.SHELL"
    conversations = {"petition": "ancu.apps.listening.selectors.CONVERSATION"}
