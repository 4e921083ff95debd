from django.apps import AppConfig


class StaysConfig(AppConfig):
    name = "ancu.apps.stays"
    records_of_people = "ancu.apps.stays.selectors.records.SOURCE"
