"""Decrypt stored files and compare their SHA-256 with what the database has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from ancu.apps.files.models import StoredFile
from ancu.apps.files.services.storing import FileUnreadable, read_bytes

BATCH = 500


@dataclass
class FilesCheck:
    """What became of the verified files: the number that agree, and the ids of the others."""

    agreeing: int = 0
    missing: list[UUID] = field(default_factory=list)
    changed: list[UUID] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether no file is missing or changed."""
        return not self.missing and not self.changed


def verify_files(files: Iterable[StoredFile] | None = None) -> FilesCheck:
    """Read each of ``files`` (None: all) and return which agree, are missing, or are changed or not decrypted.

    A file that was deleted meanwhile counts as none.
    """
    check = FilesCheck()
    for file in _all_files() if files is None else files:
        try:
            agrees = sha256(read_bytes(file)).hexdigest() == file.sha256
        except FileNotFoundError:
            if StoredFile.objects.filter(pk=file.pk).exists():
                check.missing.append(file.pk)
        except FileUnreadable:
            check.changed.append(file.pk)
        else:
            check.agreeing += agrees
            check.changed += [] if agrees else [file.pk]
    return check


def _all_files() -> Iterator[StoredFile]:
    """Yield all stored files in order of id, a batch at a time."""
    files = StoredFile.objects.order_by("pk")
    batch = list(files[:BATCH])
    while batch:
        yield from batch
        batch = list(files.filter(pk__gt=batch[-1].pk)[:BATCH])
