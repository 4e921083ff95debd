from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "ancu.apps.surveys"
    reads_remark = "ancu.apps.surveys.services.exporting.read_remark"
    sealed_stores = "ancu.apps.surveys.services.scanning.sealed_stores"
    waits = "ancu.apps.surveys.selectors.waiting.waits"
    finds = "ancu.apps.surveys.selectors.finding.finds"
    phone_shell = "ancu.apps.surveys.views.phones.SHELL"
