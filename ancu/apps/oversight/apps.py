from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "ancu.apps.oversight"
    stay_notes = "ancu.apps.oversight.selectors.stay_notes"
