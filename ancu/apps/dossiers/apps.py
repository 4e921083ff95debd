from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DossiersConfig(AppConfig):
    name = "ancu.apps.dossiers"

    def ready(self) -> None:
        """Register what dossiers offer other apps.

        Tasks, bulk acts, search, look-up codes, record names, audit texts, conversations, a kind of notification,
        travellers' records and the closing of agencies.
        """
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.dossiers import enums
        from ancu.apps.dossiers.rules import is_officer
        from ancu.apps.dossiers.selectors import closing, conversations, public, record_names, records, search, tasks
        from ancu.apps.dossiers.services import several
        from ancu.apps.messaging.rules import CONVERSATIONS, NOTIFICATION_KINDS, NotificationKind
        from ancu.apps.travellers.selectors.sources import SOURCES
        from ancu.core.registry.agency_tasks import AGENCY_TASKS
        from ancu.core.registry.code_pages import CODE_FINDERS
        from ancu.core.registry.search import SEARCHES
        from ancu.core.registry.task_groups import (
            BULK_ACTS,
            DEPARTMENT_GROUPS,
            TASK_GROUPS,
            WAITING_GROUPS,
            DepartmentGroups,
        )

        AGENCY_TASKS.register(closing.agency_tasks)
        NOTIFICATION_KINDS.register(NotificationKind("dossiers", _("Dossiers"), at_once=True))
        ACT_SENTENCES.register(enums.ACTS)
        CODE_FINDERS.register(public.find_code_page)
        CONVERSATIONS.register(("dossier", conversations.CONVERSATION))
        SEARCHES.register(search.search_results)
        SOURCES.register(records.SOURCE)
        SUBJECT_NAMERS.register(record_names.NAMERS)
        BULK_ACTS.register(several.TAKE_DOSSIERS)
        BULK_ACTS.register(several.ASSIGN_DOSSIERS)
        TASK_GROUPS.register(tasks.waiting_tasks)
        WAITING_GROUPS.register(tasks.waiting_groups)
        DEPARTMENT_GROUPS.register(DepartmentGroups(is_officer, tasks.department_groups))
        _offer_rule_changes()


def _offer_rule_changes() -> None:
    """Register the office's changes of rules, and their trials that no job will finish."""
    from ancu.apps.dossiers.selectors.rule_changes import approved_amendments
    from ancu.apps.dossiers.services.rule_trials import RULE_TRIALS
    from ancu.core.registry.unfinished_work import UNFINISHED_WORK
    from ancu.core.rule_edition import AMENDMENT_SOURCES

    AMENDMENT_SOURCES.register(approved_amendments)
    UNFINISHED_WORK.register(RULE_TRIALS)
