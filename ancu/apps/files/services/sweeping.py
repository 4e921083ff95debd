"""Sweep stored bytes without a row, left by rolled-back transactions or power cuts."""

import logging
import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ancu.apps.files.models import FileStore, StoredFile
from ancu.core import clock

logger = logging.getLogger(__name__)
YOUNG = timedelta(days=1)
"""An upload's transaction may still be open; none lasts a day."""
BATCH = 500
MOST_A_RUN = 500
ASIDE, KEPT_ASIDE = "swept", timedelta(days=7)
STORE_ID = "store-id"
_FOLDER, _FILE = re.compile(r"[0-9a-f]{2}"), re.compile(r"[0-9a-f]{32}")


class ForeignStore(Exception):
    """Folder and database do not belong together; nothing was moved or deleted."""


def sweep() -> int:
    """Move aside stored files older than a day that no database row refers to; return their number.

    Only files named as this app names them are examined. Raises ForeignStore for another database's folder.
    """
    _require_own_store()
    _delete_old()
    count = 0
    for name in islice(_orphaned_names(), MOST_A_RUN):
        default_storage.move(f"{name[:2]}/{name}", f"{ASIDE}/{clock.today()}/{name}")  # type: ignore[attr-defined]
        count += 1
    if count == MOST_A_RUN:
        logger.warning("files.sweep stopped at %d files: is this the right database?", count)
    return count


def _orphaned_names() -> Iterator[str]:
    """Yield the names of old stored files that no database row refers to."""
    names = _names()
    while batch := list(islice(names, BATCH)):
        ids = [UUID(name) for name in batch]
        stored = set(StoredFile.objects.filter(pk__in=ids).values_list("pk", flat=True))
        yield from (name for name in batch if UUID(name) not in stored and _is_old(f"{name[:2]}/{name}"))


def _delete_old() -> None:
    """Delete the files that were moved aside more than a week ago."""
    for day in _folders(ASIDE):
        if date.fromisoformat(day) < clock.today() - KEPT_ASIDE:
            for name in default_storage.listdir(f"{ASIDE}/{day}")[1]:
                default_storage.delete(f"{ASIDE}/{day}/{name}")
            default_storage.delete(f"{ASIDE}/{day}")


def _require_own_store() -> None:
    """Raise ForeignStore unless the folder of stored files belongs to this database.

    Folder and database both store one id. An empty folder, or one whose files the database knows, is given the id
    first.
    """
    store, folder = FileStore.objects.first(), _id_in_folder()
    if folder and store is None:
        raise ForeignStore("the folder belongs to a database, and this one to no folder")
    if folder and str(store) != folder:
        raise ForeignStore("the folder belongs to another database")
    if folder:
        return
    first = [UUID(name) for name in islice(_names(), BATCH)]
    if first and not StoredFile.objects.filter(pk__in=first).exists():
        raise ForeignStore("this database knows none of the folder's files")
    store = (
        store or FileStore.objects.create()
    )  # committed before the folder bears it: a crash between leaves no orphan
    default_storage.save(STORE_ID, ContentFile(str(store).encode()))


def _id_in_folder() -> str:
    """Return the database id that is stored in the folder of files; empty if there is none."""
    if not default_storage.exists(STORE_ID):
        return ""
    with default_storage.open(STORE_ID) as stored:
        return str(stored.read().decode()).strip()


def _names() -> Iterator[str]:
    """Yield the names of all stored files."""
    for folder in filter(_FOLDER.fullmatch, _folders("")):
        yield from (n for n in default_storage.listdir(folder)[1] if _FILE.fullmatch(n) and n.startswith(folder))


def _folders(path: str) -> list[str]:
    """Return the names of the folders directly under a storage path; empty if it does not exist."""
    try:
        return list(default_storage.listdir(path)[0])
    except FileNotFoundError:
        return []


def _is_old(path: str) -> bool:
    """Whether the file is so old that no running transaction can still refer to it."""
    try:
        return default_storage.get_modified_time(path) < clock.now() - YOUNG
    except FileNotFoundError:  # deleted by its own transaction meanwhile
        return False
