from django.apps import AppConfig


class TravellersConfig(AppConfig):
    name = "ancu.apps.travellers"

    def ready(self) -> None:
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.travellers import enums
        from ancu.apps.travellers.selectors import named, waiting
        from ancu.core.registry.task_groups import TASK_GROUPS

        ACT_SENTENCES.register(enums.ACTS)
        SUBJECT_NAMERS.register(named.NAMERS)
        TASK_GROUPS.register(waiting.waits)
