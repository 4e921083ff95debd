from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "ancu.apps.files"
    sealed_stores = "ancu.apps.files.services.rotation.sealed_stores"
