from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "ancu.apps.oversight"

    def ready(self) -> None:
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.messaging.rules import TOPICS, ThreadTopic
        from ancu.apps.oversight import enums, selectors
        from ancu.apps.oversight.selectors import agency_tasks, inspections, record_names, search, task_groups
        from ancu.apps.stays.selectors import LODGING_NOTES, STAY_NOTES
        from ancu.core.registry.agency_tasks import AGENCY_TASKS
        from ancu.core.registry.search import SEARCHES
        from ancu.core.registry.task_groups import TASK_GROUPS

        AGENCY_TASKS.register(agency_tasks.agency_tasks)
        ACT_SENTENCES.register(enums.ACTS)
        LODGING_NOTES.register(inspections.lodging_notes)
        SEARCHES.register(search.search_results)
        STAY_NOTES.register(selectors.stay_notes)
        SUBJECT_NAMERS.register(record_names.NAMERS)
        TASK_GROUPS.register(task_groups.task_groups)
        alert = ThreadTopic(_("question from the police"), "oversight.alert", record_names.guests_asked_about)
        TOPICS.register(("alert", alert))  # as ``selectors.inbox.topic_of`` begins
