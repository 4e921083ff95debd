"""Copy a folder of stored files into the store that the settings name."""

from collections.abc import Iterator
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ancu.apps.files.services.sweeping import ASIDE, STORE_ID, ForeignStore


class CopyDiffers(Exception):
    """A file of this name in the store has other bytes than the folder's."""


def copy_folder(folder: Path) -> tuple[int, int]:
    """Copy every file of ``folder`` that the store lacks, and compare the bytes of all.

    Returns the numbers of files copied and of those that the store had. The folder stays as it is. Raises ForeignStore
    if the store belongs to another database than the folder, CopyDiffers, and StoreAway; what is copied by then stays,
    and the next run goes on.
    """
    _require_same_database(folder)
    copied = present = 0
    for name in _names(folder):
        data = (folder / name).read_bytes()
        if default_storage.exists(name):
            present += 1
        else:
            default_storage.save(name, ContentFile(data))
            copied += 1
        if _stored(name) != data:
            raise CopyDiffers(name)
    return copied, present


def _names(folder: Path) -> Iterator[str]:
    """Yield the names of the folder's files in order, but those that were swept aside."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(f"{ASIDE}/"):
            yield name


def _require_same_database(folder: Path) -> None:
    """Raise ForeignStore unless the folder's database id is the store's, or the store has none yet."""
    own = folder / STORE_ID
    if default_storage.exists(STORE_ID) and (not own.exists() or _stored(STORE_ID) != own.read_bytes()):
        raise ForeignStore("the store belongs to another database than the folder")


def _stored(name: str) -> bytes:
    """Return the encrypted bytes that the store has under this name."""
    with default_storage.open(name) as stored:
        return bytes(stored.read())
