from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "ancu.apps.oversight"
    waits = "ancu.apps.oversight.selectors.waiting.waits"
    lodging_notes = "ancu.apps.oversight.selectors.inspections.lodging_notes"
    phone_shell = "ancu.apps.oversight.views.phones.SHELL"
    stay_notes = "ancu.apps.oversight.selectors.stay_notes"
