from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LodgingConfig(AppConfig):
    name = "ancu.apps.lodging"

    def ready(self) -> None:
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.lodging import enums, selectors
        from ancu.apps.lodging.selectors import finding
        from ancu.apps.messaging.rules import CONVERSATIONS, NOTIFICATION_KINDS, NotificationKind
        from ancu.core.registry.search import SEARCHES
        from ancu.core.registry.task_groups import TASK_GROUPS

        NOTIFICATION_KINDS.register(NotificationKind("lodging", _("Lodgings"), at_once=True))
        ACT_SENTENCES.register(enums.ACTS)
        CONVERSATIONS.register(("lodging", selectors.CONVERSATION))
        SEARCHES.register(finding.finds)
        SUBJECT_NAMERS.register(selectors.NAMERS)
        TASK_GROUPS.register(selectors.waits)
