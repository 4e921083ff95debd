from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "ancu.apps.surveys"
    finds = "ancu.apps.surveys.selectors.finding.finds"
    phone_shell = "ancu.apps.surveys.views.phones.SHELL"
