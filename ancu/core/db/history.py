"""Versions of records whose history triggers keep, so that a page can be told that it is no longer the newest."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max


def version_of(record: Any) -> int:
    """Return the number of the record's latest change in its history; 0 if it was never changed.

    Every change makes a higher number.
    """
    return latest_version([record])


def latest_version(records: Iterable[Any]) -> int:
    """Return the highest version number of these records of one model; 0 if none was ever changed.

    Versions are numbered across all records, so a later change of any of them is higher.
    """
    records = list(records)
    if not records:
        return 0
    versions = records[0].events.model.objects.filter(pgh_obj_id__in=[record.pk for record in records])
    return versions.aggregate(latest=Max("pgh_id"))["latest"] or 0


def record_at(record: Any, version: int) -> Any:
    """Return the record's field values at ``version``: as its next change stored them, else the record itself."""
    return record.events.filter(pgh_id__gt=version).order_by("pgh_id").first() or record
