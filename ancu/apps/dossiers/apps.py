from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DossiersConfig(AppConfig):
    name = "ancu.apps.dossiers"

    def ready(self) -> None:
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.dossiers import enums
        from ancu.apps.dossiers.selectors import closing, conversations, finding, named, public, records, waiting
        from ancu.apps.messaging.rules import CONVERSATIONS, NOTIFICATION_KINDS, NotificationKind
        from ancu.apps.travellers.selectors.sources import SOURCES
        from ancu.core.registry.agency_tasks import AGENCY_TASKS
        from ancu.core.registry.code_pages import CODE_FINDERS
        from ancu.core.registry.search import SEARCHES
        from ancu.core.registry.task_groups import TASK_GROUPS

        AGENCY_TASKS.register(closing.agency_tasks)
        NOTIFICATION_KINDS.register(NotificationKind("dossiers", _("Dossiers"), at_once=True))
        ACT_SENTENCES.register(enums.ACTS)
        CODE_FINDERS.register(public.opens_code)
        CONVERSATIONS.register(("dossier", conversations.CONVERSATION))
        SEARCHES.register(finding.finds)
        SOURCES.register(records.SOURCE)
        SUBJECT_NAMERS.register(named.NAMERS)
        TASK_GROUPS.register(waiting.waits)
