"""Encrypt stored files with the new key after a key rotation."""

from typing import Any

from django.core.files.storage import default_storage

from ancu.apps.files.models import PartialUpload, StoredFile
from ancu.core.security.encryption import FILES
from ancu.core.security.key_rotation import EncryptedStore, Renewal


class EncryptedFiles(EncryptedStore):
    """Encrypted files of ``StoredFile``. The row's lock makes a deletion wait until the bytes are replaced."""

    name = "stored files"
    model = StoredFile
    batch = 1

    def renew(self, row: StoredFile) -> Renewal:
        """Encrypt a stored file with the present key; return RENEWED, CURRENT (it was already) or GONE."""
        return renew_file(row.path, row.pk.bytes)


class EncryptedFileParts(EncryptedStore):
    """Encrypted parts of unfinished uploads."""

    name = "parts of uploads"
    model = PartialUpload
    batch = 1

    def renew(self, row: PartialUpload) -> Renewal:
        """Encrypt an upload's parts with the present key; return RENEWED if any changed, otherwise CURRENT."""
        parts = [renew_file(row.part_path(at), row.encryption_context(at)) for at in row.parts]
        return Renewal.RENEWED if Renewal.RENEWED in parts else Renewal.CURRENT


def renew_file(name: str, place: bytes) -> Renewal:
    """Encrypt the stored file with the present key; return RENEWED, CURRENT (it was already) or GONE.

    ``place`` is what its encryption is bound to. The file is replaced at once and durably.
    """
    try:
        with default_storage.open(name) as stored:
            sealed = stored.read()
    except FileNotFoundError:
        return Renewal.GONE
    if sealed.startswith(FILES.head):
        return Renewal.CURRENT
    default_storage.replace(name, FILES.renew(sealed, place))  # type: ignore[attr-defined]  # both our stores have it
    return Renewal.RENEWED


def sealed_stores() -> list[Any]:
    """Return the stores of encrypted files and of parts of uploads, for key rotation."""
    return [EncryptedFiles(), EncryptedFileParts()]
