from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "ancu.apps.oversight"

    def ready(self) -> None:
        """Register what oversight offers other apps.

        Tasks, notes on stays and lodgings, marks on maps, search, record names, audit texts, and alerts as topics of
        conversations.
        """
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.messaging.rules import TOPICS, ThreadTopic
        from ancu.apps.oversight import enums, selectors
        from ancu.apps.oversight.selectors import (
            agency_tasks,
            high_alerts,
            inspections,
            record_names,
            search,
        )
        from ancu.apps.oversight.services import replays
        from ancu.apps.stays.selectors import LODGING_NOTES, STAY_NOTES
        from ancu.apps.stays.selectors.area_map import MAP_MARKS
        from ancu.core.registry.agency_tasks import AGENCY_TASKS
        from ancu.core.registry.search import SEARCHES
        from ancu.core.registry.unfinished_work import UNFINISHED_WORK

        AGENCY_TASKS.register(agency_tasks.agency_tasks)
        ACT_SENTENCES.register(enums.ACTS)
        MAP_MARKS.register(high_alerts.high_alerts)
        LODGING_NOTES.register(inspections.lodging_notes)
        SEARCHES.register(search.search_results)
        STAY_NOTES.register(selectors.stay_notes)
        SUBJECT_NAMERS.register(record_names.NAMERS)
        UNFINISHED_WORK.register(replays.REPLAYS)
        alert = ThreadTopic(_("question from the police"), "oversight.alert", record_names.guests_asked_about)
        TOPICS.register(("alert", alert))  # as ``selectors.inbox.topic_of`` begins
        _offer_tasks()


def _offer_tasks() -> None:
    """Register the tasks of an officer and of a department, and what is done to several of them."""
    from ancu.apps.oversight.rules import reads_alerts
    from ancu.apps.oversight.selectors import task_groups
    from ancu.apps.oversight.services import several
    from ancu.core.registry import task_groups as registry

    registry.TASK_GROUPS.register(task_groups.task_groups)
    registry.WAITING_GROUPS.register(task_groups.waiting_groups)
    registry.DEPARTMENT_GROUPS.register(registry.DepartmentGroups(reads_alerts, task_groups.department_groups))
    registry.BULK_ACTS.register(several.POSTPONE_VISITS)
