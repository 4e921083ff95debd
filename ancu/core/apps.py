from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "ancu.core"
    label = "core"
