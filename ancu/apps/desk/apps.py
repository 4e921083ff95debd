from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "ancu.apps.desk"

    def ready(self) -> None:
        from ancu.apps.audit.selectors import ACT_SENTENCES
        from ancu.apps.desk import enums

        ACT_SENTENCES.register(enums.ACTS)
