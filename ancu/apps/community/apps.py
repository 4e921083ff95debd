from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "ancu.apps.community"

    def ready(self) -> None:
        """Register what community support offers other apps: tasks, search, code pages, encrypted signatures."""
        from ancu.apps.audit.selectors import ACT_SENTENCES
        from ancu.apps.community import enums
        from ancu.apps.community.selectors import agency_tasks, public, search, task_groups
        from ancu.apps.community.services import confirming
        from ancu.core.registry.agency_tasks import AGENCY_TASKS
        from ancu.core.registry.code_pages import CODE_FINDERS
        from ancu.core.registry.search import SEARCHES
        from ancu.core.registry.task_groups import TASK_GROUPS
        from ancu.core.security.key_rotation import ENCRYPTED_STORES

        AGENCY_TASKS.register(agency_tasks.agency_tasks)
        ACT_SENTENCES.register(enums.ACTS)
        CODE_FINDERS.register(public.code_page)
        ENCRYPTED_STORES.register(confirming.sealed_stores)
        SEARCHES.register(search.search_results)
        TASK_GROUPS.register(task_groups.task_groups)
