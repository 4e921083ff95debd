"""Encrypt stored files with the new key after a key rotation."""

import os
from pathlib import Path
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
        """Encrypt a stored file's bytes with the present key; return RENEWED, CURRENT (it was) or GONE."""
        return renew_file(Path(default_storage.path(row.path)), row.pk.bytes)


class EncryptedFileParts(EncryptedStore):
    """Encrypted parts of unfinished uploads."""

    name = "parts of uploads"
    model = PartialUpload
    batch = 1

    def renew(self, row: PartialUpload) -> Renewal:
        """Encrypt an upload's parts with the present key; return RENEWED if any changed, otherwise CURRENT."""
        parts = [
            renew_file(Path(default_storage.path(row.part_path(at))), row.encryption_context(at)) for at in row.parts
        ]
        return Renewal.RENEWED if Renewal.RENEWED in parts else Renewal.CURRENT


def renew_file(path: Path, place: bytes) -> Renewal:
    """Encrypt the file at ``path`` with the present key; return RENEWED, CURRENT (it was), or GONE.

    ``place`` is what the bytes are bound to. The file is replaced atomically and durably: a power cut leaves either
    the old or the new bytes.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(FILES.head)) == FILES.head:
                return Renewal.CURRENT
    except FileNotFoundError:
        return Renewal.GONE
    renewed = path.with_name(f"{path.name}.renewed")
    with renewed.open("wb") as file:
        file.write(FILES.renew(path.read_bytes(), place))
        file.flush()
        os.fsync(file.fileno())
    renewed.replace(path)
    return Renewal.RENEWED


def sealed_stores() -> list[Any]:
    """Return the stored files and parts of uploads, for the rotation of keys."""
    return [EncryptedFiles(), EncryptedFileParts()]
