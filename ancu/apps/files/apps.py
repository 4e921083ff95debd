from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "ancu.apps.files"
