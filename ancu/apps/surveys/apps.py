from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "ancu.apps.surveys"
    phone_shell = "ancu.apps.surveys.views.phones.SHELL"
