from django.apps import AppConfig


class TravellersConfig(AppConfig):
    name = "ancu.apps.travellers"
    waits = "ancu.apps.travellers.selectors.waiting.waits"
