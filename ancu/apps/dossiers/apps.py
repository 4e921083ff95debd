from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "ancu.apps.dossiers"
