from django.apps import AppConfig


class TravellersConfig(AppConfig):
    name = "ancu.apps.travellers"

    def ready(self) -> None:
        """Register what travellers offer other apps: tasks to decide on pairs, and record names for the audit."""
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.travellers import enums
        from ancu.apps.travellers.selectors import record_names, tasks
        from ancu.core.registry.task_groups import TASK_GROUPS

        ACT_SENTENCES.register(enums.ACTS)
        SUBJECT_NAMERS.register(record_names.NAMERS)
        TASK_GROUPS.register(tasks.waiting_tasks)
