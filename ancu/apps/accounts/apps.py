from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ancu.apps.accounts"
    waits = "ancu.apps.accounts.selectors.waiting.waits"
    sealed_stores = "ancu.apps.accounts.services.factors.sealed_stores"
    ends_access = "ancu.apps.accounts.services.leaving.ends_access"
