from django.apps import AppConfig
from django.core.checks import Tags, register


class HouseConfig(AppConfig):
    """The app of management commands and of what joins all apps; it alone may import every app."""

    name = "ancu.config"
    label = "config"

    def ready(self) -> None:
        """Register navigation search, encrypted sessions, sign-in signal handlers and system checks."""
        from ancu.config import navigation, sessions, signin_events
        from ancu.config.checks import keys_are_apart, parsers_are_confined
        from ancu.core.registry.search import SEARCHES
        from ancu.core.security.key_rotation import ENCRYPTED_STORES

        SEARCHES.register(navigation.search_pages)
        ENCRYPTED_STORES.register(sessions.sealed_stores)
        signin_events.connect()
        register(keys_are_apart, Tags.security, deploy=True)
        register(parsers_are_confined, Tags.security, deploy=True)
