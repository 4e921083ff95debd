from django.apps import AppConfig


class StaysConfig(AppConfig):
    name = "ancu.apps.stays"
