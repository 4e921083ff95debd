from django.apps import AppConfig


class RelayConfig(AppConfig):
    name = "ancu.apps.relay"

    def ready(self) -> None:
        """Register what the relay offers other apps: tasks, notes on stays, record names, encrypted columns."""
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.relay import enums, selectors
        from ancu.apps.relay.services import accounts
        from ancu.apps.stays.selectors import STAY_NOTES
        from ancu.core.registry.task_groups import TASK_GROUPS
        from ancu.core.security.key_rotation import ENCRYPTED_STORES

        ACT_SENTENCES.register(enums.ACTS)
        ENCRYPTED_STORES.register(accounts.sealed_stores)
        STAY_NOTES.register(selectors.notes)
        SUBJECT_NAMERS.register(selectors.NAMERS)
        TASK_GROUPS.register(selectors.waiting_tasks)
