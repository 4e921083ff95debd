from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "ancu.apps.surveys"

    def ready(self) -> None:
        """Register what surveys offer other apps: tasks, search, record names, remarks, encrypted pictures, scans."""
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.surveys import enums
        from ancu.apps.surveys.selectors import NAMERS, agency_tasks, search, task_groups
        from ancu.apps.surveys.services import exporting, scanning
        from ancu.core.registry.agency_tasks import AGENCY_TASKS
        from ancu.core.registry.search import SEARCHES
        from ancu.core.registry.survey_remarks import REMARK_READERS
        from ancu.core.registry.task_groups import TASK_GROUPS
        from ancu.core.registry.unfinished_work import UNFINISHED_WORK
        from ancu.core.security.key_rotation import ENCRYPTED_STORES

        AGENCY_TASKS.register(agency_tasks.agency_tasks)
        ACT_SENTENCES.register(enums.ACTS)
        ENCRYPTED_STORES.register(scanning.sealed_stores)
        REMARK_READERS.register(exporting.read_remark)
        SEARCHES.register(search.search_results)
        SUBJECT_NAMERS.register(NAMERS)
        TASK_GROUPS.register(task_groups.task_groups)
        UNFINISHED_WORK.register(scanning.SCANS)
