from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LodgingConfig(AppConfig):
    name = "ancu.apps.lodging"

    def ready(self) -> None:
        """Register what lodgings offer other apps: tasks, search, record names, conversations."""
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.lodging import enums, selectors
        from ancu.apps.lodging.selectors import search, tasks
        from ancu.apps.messaging.rules import CONVERSATIONS, NOTIFICATION_KINDS, NotificationKind
        from ancu.core.registry.search import SEARCHES
        from ancu.core.registry.task_groups import TASK_GROUPS

        NOTIFICATION_KINDS.register(NotificationKind("lodging", _("Lodgings"), at_once=True))
        ACT_SENTENCES.register(enums.ACTS)
        CONVERSATIONS.register(("lodging", selectors.CONVERSATION))
        SEARCHES.register(search.search_results)
        SUBJECT_NAMERS.register(selectors.NAMERS)
        TASK_GROUPS.register(tasks.waiting_tasks)
