"""The app for urgent reports and broadcasts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactConfig(AppConfig):
    name = "ancu.apps.contact"

    def ready(self) -> None:
        """Register what urgent reports and broadcasts offer other apps: tasks, notifications, unread notices."""
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.contact import enums
        from ancu.apps.contact.selectors import NAMERS, broadcasts, task_groups
        from ancu.apps.contact.services import several
        from ancu.apps.messaging.rules import NOTIFICATION_KINDS, TOPICS, UNREAD_NOTICES, NotificationKind, ThreadTopic
        from ancu.core.registry.task_groups import BULK_ACTS, TASK_GROUPS

        NOTIFICATION_KINDS.register(NotificationKind("contact", _("Urgent reports and announcements"), at_once=True))
        ACT_SENTENCES.register(enums.ACTS)
        SUBJECT_NAMERS.register(NAMERS)
        BULK_ACTS.register(several.ASSIGN_REPORTS)
        TASK_GROUPS.register(task_groups.task_groups)
        TOPICS.register(
            ("report", ThreadTopic(_("urgent report"), "contact.urgentreport"))
        )  # as ``Report.topic`` begins
        UNREAD_NOTICES.register(broadcasts.unread_notices)
