from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "ancu.apps.programs"
