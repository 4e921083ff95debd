from django.apps import AppConfig


class RelayConfig(AppConfig):
    name = "ancu.apps.relay"
    waits = "ancu.apps.relay.selectors.waits"
    stay_notes = "ancu.apps.relay.selectors.notes"
