from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "ancu.apps.surveys"
    waits = "ancu.apps.surveys.selectors.waiting.waits"
    finds = "ancu.apps.surveys.selectors.finding.finds"
    phone_shell = "ancu.apps.surveys.views.phones.SHELL"
