from django.apps import AppConfig


class RelayConfig(AppConfig):
    name = "ancu.apps.relay"
    stay_notes = "ancu.apps.relay.selectors.notes"
