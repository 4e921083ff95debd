from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaysConfig(AppConfig):
    name = "ancu.apps.stays"

    def ready(self) -> None:
        """Register what stays offer other apps.

        Tasks, search, code pages, record names, audit texts, conversations, a kind of notification, travellers'
        records, the end of access, encrypted columns and uploads whose job failed for good.
        """
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.messaging.rules import CONVERSATIONS, NOTIFICATION_KINDS, NotificationKind
        from ancu.apps.stays import enums
        from ancu.apps.stays.selectors import code_pages, conversations, record_names, records, search, tasks
        from ancu.apps.stays.services import devices, interrupted
        from ancu.apps.travellers.selectors.sources import SOURCES
        from ancu.core.registry.access_end import ACCESS_END_HANDLERS
        from ancu.core.registry.code_pages import CODE_FINDERS
        from ancu.core.registry.search import SEARCHES
        from ancu.core.registry.task_groups import TASK_GROUPS
        from ancu.core.registry.unfinished_work import UNFINISHED_WORK
        from ancu.core.security.key_rotation import ENCRYPTED_STORES

        NOTIFICATION_KINDS.register(NotificationKind("stays", _("Guests and confirmations of stay"), at_once=False))
        ACCESS_END_HANDLERS.register(devices.cut_off_ended_members)
        ACT_SENTENCES.register(enums.ACTS)
        CODE_FINDERS.register(code_pages.find_code_page)
        CONVERSATIONS.register(("stay", conversations.CONVERSATION))
        ENCRYPTED_STORES.register(devices.sealed_stores)
        SEARCHES.register(search.search_results)
        SOURCES.register(records.SOURCE)
        SUBJECT_NAMERS.register(record_names.NAMERS)
        TASK_GROUPS.register(tasks.waiting_tasks)
        UNFINISHED_WORK.register(interrupted.UPLOADS)
