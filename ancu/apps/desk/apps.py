from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "ancu.apps.desk"

    def ready(self) -> None:
        from ancu.apps.audit.selectors import ACT_SENTENCES
        from ancu.apps.desk import enums, services
        from ancu.core.registry.task_groups import BULK_ACTS

        ACT_SENTENCES.register(enums.ACTS)
        BULK_ACTS.register(services.POSTPONE_TASKS)
