from importlib import import_module

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "ancu.core"
    label = "core"

    def ready(self) -> None:
        import_module("ancu.core.db.lookups")  # registers itself
