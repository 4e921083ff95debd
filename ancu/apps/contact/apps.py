from django.apps import AppConfig


class ContactConfig(AppConfig):
    name = "ancu.apps.contact"
    told = "ancu.apps.contact.selectors.broadcasts.told"
