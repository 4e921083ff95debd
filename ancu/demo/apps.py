from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "ancu.demo"
