from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "ancu.apps.desk"
