from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "ancu.apps.places"

    def ready(self) -> None:
        from ancu.apps.audit.selectors import ACT_SENTENCES
        from ancu.apps.places import enums

        ACT_SENTENCES.register(enums.ACTS)
