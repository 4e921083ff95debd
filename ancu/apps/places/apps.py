from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "ancu.apps.places"
