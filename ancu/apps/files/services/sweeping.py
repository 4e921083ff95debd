"""Bytes without a row: what a rolled-back transaction, or a power cut before its commit, left in the storage."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.core.files.storage import default_storage

from ancu.apps.files.models import StoredFile
from ancu.core import clock

YOUNG = timedelta(days=1)
"""An upload's transaction may still be open; none lasts a day."""
BATCH = 500
_FOLDER, _FILE = re.compile(r"[0-9a-f]{2}"), re.compile(r"[0-9a-f]{32}")


def sweep() -> int:
    """Delete stored bytes that no file knows and that are more than a day old; returns how many.

    Only names that this app gives are looked at: whatever else lies in the storage is somebody else's.
    """
    count, found = 0, _names()
    while names := list(islice(found, BATCH)):
        known = set(StoredFile.objects.filter(pk__in=[UUID(name) for name in names]).values_list("pk", flat=True))
        for name in names:
            if UUID(name) not in known and _is_old(path := f"{name[:2]}/{name}"):
                default_storage.delete(path)
                count += 1
    return count


def _names() -> Iterator[str]:
    try:
        folders, _files = default_storage.listdir("")
    except FileNotFoundError:
        return
    for folder in filter(_FOLDER.fullmatch, folders):
        yield from (n for n in default_storage.listdir(folder)[1] if _FILE.fullmatch(n) and n.startswith(folder))


def _is_old(path: str) -> bool:
    try:
        return default_storage.get_modified_time(path) < clock.now() - YOUNG
    except FileNotFoundError:  # deleted by its own transaction meanwhile
        return False
