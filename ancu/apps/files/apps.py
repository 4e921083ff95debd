from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "ancu.apps.files"

    def ready(self) -> None:
        """Register the encrypted files for key rotation, and the sentences of their acts for the audit."""
        from ancu.apps.audit.selectors import ACT_SENTENCES
        from ancu.apps.files import enums
        from ancu.apps.files.services import rotation
        from ancu.core.security.key_rotation import ENCRYPTED_STORES

        ACT_SENTENCES.register(enums.ACTS)
        ENCRYPTED_STORES.register(rotation.sealed_stores)
