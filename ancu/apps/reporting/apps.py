from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "ancu.apps.reporting"
    waits = "ancu.apps.reporting.selectors.waiting.waits"
