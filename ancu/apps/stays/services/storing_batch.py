"""Store a batch: the rows that are new, and which declared stays the others are or are in conflict with."""

from collections.abc import Sequence
from datetime import date, datetime

from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.services.matching import DeclaredMatch, match_rows
from ancu.apps.stays.services.storing import DeclarationRow, StayMatch, StoredRow, store
from ancu.apps.stays.services.validating import ValidatedBatch


class ConcurrentlyStored(Exception):
    """Somebody stored the same key at the same moment; a fresh look will find it."""


def store_batch(
    place: Establishment, batch: ValidatedBatch, now: datetime
) -> tuple[dict[int, StoredRow], dict[int, DeclaredMatch]]:
    """By position, the rows stored now and the stays that the others are or are in conflict with.

    Raises ConcurrentlyStored.
    """
    if not batch.sent:
        return {}, {}
    ordered = sorted(batch.sent.values(), key=_key)
    stored, entries = _store_rows(place, ordered, now)
    matches = match_rows(batch.sent, entries)
    if returning := [row for row in ordered if row.position in matches and matches[row.position].returns]:
        for row in returning:
            row.returns = True
            del matches[row.position]
        receipt = stored[0].submission_id if stored else None
        stored_now, entries = _store_rows(place, returning, now, receipt)
        stored += stored_now
        matches |= match_rows(batch.sent, entries)
    return {entry.position: entry for entry in stored}, matches


def _store_rows(
    place: Establishment, rows: Sequence[DeclarationRow], now: datetime, receipt: int | None = None
) -> tuple[list[StoredRow], list[StayMatch]]:
    stored, entries = store(rows, establishment_id=place.pk, unit_id=place.unit_id, now=now, receipt=receipt)
    settled = {entry.position for entry in stored} | {entry.position for entry in entries}
    if any(row.position not in settled for row in rows if not row.contested):
        raise ConcurrentlyStored
    return stored, entries


def _key(row: DeclarationRow) -> tuple[str, str, date]:
    """All transactions touch rows in this order, so that they wait for each other and never in a circle."""
    return row.document_number, row.nationality, row.arrived_on
