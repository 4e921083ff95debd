from django.apps import AppConfig


class RelayConfig(AppConfig):
    name = "ancu.apps.relay"
    sealed_stores = "ancu.apps.relay.services.accounts.sealed_stores"
    waits = "ancu.apps.relay.selectors.waits"
    stay_notes = "ancu.apps.relay.selectors.notes"
