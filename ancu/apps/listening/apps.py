from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListeningConfig(AppConfig):
    name = "ancu.apps.listening"

    def ready(self) -> None:
        """Register what petitions and meetings offer other apps: tasks, bulk acts, search, codes, conversations."""
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.listening import enums
        from ancu.apps.listening.rules import may_work_on_petitions
        from ancu.apps.listening.selectors import (
            CONVERSATION,
            agency_tasks,
            following,
            record_names,
            search,
            task_groups,
        )
        from ancu.apps.listening.services import several
        from ancu.apps.messaging.rules import CONVERSATIONS, NOTIFICATION_KINDS, NotificationKind
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

        AGENCY_TASKS.register(agency_tasks.agency_tasks)
        NOTIFICATION_KINDS.register(NotificationKind("listening", _("Petitions and meetings"), at_once=True))
        ACT_SENTENCES.register(enums.ACTS)
        CODE_FINDERS.register(following.code_page)
        CONVERSATIONS.register(("petition", CONVERSATION))
        SEARCHES.register(search.search_results)
        SUBJECT_NAMERS.register(record_names.NAMERS)
        BULK_ACTS.register(several.SIGN_ANSWERS)
        BULK_ACTS.register(several.SEND_ANSWERS_BACK)
        BULK_ACTS.register(several.ASSIGN_PETITIONS)
        TASK_GROUPS.register(task_groups.task_groups)
        WAITING_GROUPS.register(task_groups.waiting_groups)
        DEPARTMENT_GROUPS.register(DepartmentGroups(may_work_on_petitions, task_groups.waiting_groups))
