from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "ancu.apps.reporting"

    def ready(self) -> None:
        """Register the tasks of this app, and the sentences of its acts for the audit."""
        from ancu.apps.audit.selectors import ACT_SENTENCES
        from ancu.apps.reporting import enums
        from ancu.apps.reporting.selectors import task_groups
        from ancu.core.registry.task_groups import TASK_GROUPS

        ACT_SENTENCES.register(enums.ACTS)
        TASK_GROUPS.register(task_groups.task_groups)
