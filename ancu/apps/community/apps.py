from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "ancu.apps.community"
    sealed_stores = "ancu.apps.community.services.confirming.sealed_stores"
    opens_code = "ancu.apps.community.selectors.public.opens_code"
    waits = "ancu.apps.community.selectors.waiting.waits"
    phone_shell = "ancu.apps.community.views.phones.SHELL"
    finds = "ancu.apps.community.selectors.finding.finds"
