from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    name = "ancu.apps.programs"

    def ready(self) -> None:
        """Register what webhooks offer other apps: notification kind, audit texts, record names, encrypted columns."""
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.messaging.rules import NOTIFICATION_KINDS, NotificationKind
        from ancu.apps.programs import enums
        from ancu.apps.programs.selectors import NAMERS
        from ancu.apps.programs.services import webhooks
        from ancu.core.security.key_rotation import ENCRYPTED_STORES

        NOTIFICATION_KINDS.register(NotificationKind("programs", _("Hotel programs"), at_once=False))
        ACT_SENTENCES.register(enums.ACTS)
        ENCRYPTED_STORES.register(webhooks.sealed_stores)
        SUBJECT_NAMERS.register(NAMERS)
