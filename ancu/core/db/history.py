"""Versions of records whose history triggers keep, so that a page can be told that it is no longer the newest."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max


def version_of(record: Any) -> int:
    """The version of the record as it stands: whoever changes it later makes a newer one; 0 without any."""
    return latest_version([record])


def latest_version(records: Iterable[Any]) -> int:
    """One version for records of one model: versions are numbered across them, so a later change of any is newer."""
    records = list(records)
    if not records:
        return 0
    versions = records[0].events.model.objects.filter(pgh_obj_id__in=[record.pk for record in records])
    return versions.aggregate(latest=Max("pgh_id"))["latest"] or 0


def seen_at(record: Any, version: int) -> Any:
    """The record as it was at ``version``."""
    return record.events.filter(pgh_id__gt=version).order_by("pgh_id").first() or record
