from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "ancu.apps.reporting"

    def ready(self) -> None:
        """Register what reporting offers other apps: tasks, and sentences of its acts for the audit."""
        from ancu.apps.audit.selectors import ACT_SENTENCES
        from ancu.apps.messaging.rules import NOTIFICATION_KINDS, NotificationKind
        from ancu.apps.reporting import enums
        from ancu.apps.reporting.rules import access
        from ancu.apps.reporting.selectors import task_groups
        from ancu.apps.reporting.services import ordering
        from ancu.core.registry.task_groups import DEPARTMENT_GROUPS, TASK_GROUPS, WAITING_GROUPS, DepartmentGroups
        from ancu.core.registry.unfinished_work import UNFINISHED_WORK

        ACT_SENTENCES.register(enums.ACTS)
        NOTIFICATION_KINDS.register(NotificationKind("reporting", _("Reminders of the head of unit"), at_once=True))
        TASK_GROUPS.register(task_groups.task_groups)
        UNFINISHED_WORK.register(ordering.ORDERS)
        WAITING_GROUPS.register(task_groups.waiting_groups)
        DEPARTMENT_GROUPS.register(DepartmentGroups(access.may_enter, task_groups.waiting_groups))
