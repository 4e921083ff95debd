from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "ancu.apps.places"

    def ready(self) -> None:
        """Register the sentences of this app's acts for the audit."""
        from ancu.apps.audit.selectors import ACT_SENTENCES
        from ancu.apps.places import enums

        ACT_SENTENCES.register(enums.ACTS)
