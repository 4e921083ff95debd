from django.apps import AppConfig


class LodgingConfig(AppConfig):
    name = "ancu.apps.lodging"
