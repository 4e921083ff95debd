from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ancu.apps.accounts"

    def ready(self) -> None:
        """Register what accounts offer other apps: tasks, encrypted secrets, the end of access, audit texts."""
        from ancu.apps.accounts import enums
        from ancu.apps.accounts.selectors import record_names, task_groups
        from ancu.apps.accounts.services import ending_access, factors
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.core.registry.access_end import ACCESS_END_HANDLERS
        from ancu.core.registry.task_groups import TASK_GROUPS
        from ancu.core.security.key_rotation import ENCRYPTED_STORES

        TASK_GROUPS.register(task_groups.task_groups)
        ENCRYPTED_STORES.register(factors.sealed_stores)
        ACCESS_END_HANDLERS.register(ending_access.end_access)
        ACT_SENTENCES.register(enums.ACTS)
        SUBJECT_NAMERS.register(record_names.NAMERS)
