from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProtectionConfig(AppConfig):
    name = "ancu.apps.protection"

    def ready(self) -> None:
        """Register what data protection offers other apps: notification kind, audit texts, tasks."""
        from ancu.apps.audit.selectors import ACT_SENTENCES
        from ancu.apps.messaging.rules import NOTIFICATION_KINDS, NotificationKind
        from ancu.apps.protection import enums
        from ancu.apps.protection.selectors import task_groups
        from ancu.core.registry.task_groups import TASK_GROUPS

        NOTIFICATION_KINDS.register(NotificationKind("protection", _("Your personal data"), at_once=False))
        ACT_SENTENCES.register(enums.ACTS)
        TASK_GROUPS.register(task_groups.task_groups)
