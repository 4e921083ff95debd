from django.apps import AppConfig


class HouseConfig(AppConfig):
    """An app for its management commands only: it alone may look into every room."""

    name = "ancu.config"
    label = "config"
    finds = "ancu.config.navigation.finds"
