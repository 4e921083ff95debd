from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "ancu.apps.messaging"

    def ready(self) -> None:
        """Register what messaging offers other apps.

        A kind of notification, the end of access, audit texts, record names and tasks.
        """
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.messaging import enums
        from ancu.apps.messaging.rules import NOTIFICATION_KINDS, NotificationKind
        from ancu.apps.messaging.selectors import NAMERS, task_groups
        from ancu.apps.messaging.services import push
        from ancu.core.registry.access_end import ACCESS_END_HANDLERS
        from ancu.core.registry.task_groups import TASK_GROUPS

        NOTIFICATION_KINDS.register(NotificationKind("messaging", _("Messages"), at_once=False))
        ACCESS_END_HANDLERS.register(push.end_access)
        ACT_SENTENCES.register(enums.ACTS)
        SUBJECT_NAMERS.register(NAMERS)
        TASK_GROUPS.register(task_groups.task_groups)
