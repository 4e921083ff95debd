from django.apps import AppConfig
from django.core.checks import Tags, register


class HouseConfig(AppConfig):
    """An app for its management commands only: it alone may look into every room."""

    name = "ancu.config"
    label = "config"
    sealed_stores = "ancu.config.sessions.sealed_stores"
    finds = "ancu.config.navigation.finds"

    def ready(self) -> None:
        from ancu.config import signin_events  # noqa: PLC0415 -- once the apps are there
        from ancu.config.checks import keys_are_apart, parsers_are_confined  # noqa: PLC0415

        signin_events.connect()
        register(keys_are_apart, Tags.security, deploy=True)
        register(parsers_are_confined, Tags.security, deploy=True)
