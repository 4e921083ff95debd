"""Store the new rows of a batch, and match the others with declared stays."""

from collections.abc import Sequence
from datetime import date, datetime

from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.services.matching import DeclaredMatch, match_rows
from ancu.apps.stays.services.storing import DeclarationRow, StayMatch, StoredRow, store
from ancu.apps.stays.services.validating import ValidatedBatch


class ConcurrentlyStored(Exception):
    """A concurrent transaction stored the same key; the next attempt will match it."""


def store_batch(
    place: Establishment, batch: ValidatedBatch, now: datetime
) -> tuple[dict[int, StoredRow], dict[int, DeclaredMatch]]:
    """Store the batch's rows at the lodging ``place``; return two dicts by position.

    The first has the rows stored now, the second the declared stays that the others repeat or conflict with. Raises
    ConcurrentlyStored.
    """
    if not batch.rows:
        return {}, {}
    rows = sorted(batch.rows.values(), key=_key)
    stored_rows, stay_matches = _store_rows(place, rows, now)
    matches = match_rows(batch.rows, stay_matches)
    if returning := [row for row in rows if row.position in matches and matches[row.position].returns]:
        for row in returning:
            row.returns = True
            del matches[row.position]
        receipt = stored_rows[0].submission_id if stored_rows else None
        more_stored_rows, stay_matches = _store_rows(place, returning, now, receipt)
        stored_rows += more_stored_rows
        matches |= match_rows(batch.rows, stay_matches)
    return {stored_row.position: stored_row for stored_row in stored_rows}, matches


def _store_rows(
    place: Establishment, rows: Sequence[DeclarationRow], now: datetime, receipt: int | None = None
) -> tuple[list[StoredRow], list[StayMatch]]:
    """Store the rows; return those stored, and the declared stays that others match.

    ConcurrentlyStored when a row was neither stored nor matched. ``receipt`` is the submission of rows stored before.
    """
    stored_rows, stay_matches = store(rows, establishment_id=place.pk, unit_id=place.unit_id, now=now, receipt=receipt)
    settled = {stored.position for stored in stored_rows} | {match.position for match in stay_matches}
    if any(row.position not in settled for row in rows if not row.contested):
        raise ConcurrentlyStored
    return stored_rows, stay_matches


def _key(row: DeclarationRow) -> tuple[str, str, date]:
    """Return document number, nationality and arrival, the order in which rows are stored.

    All transactions lock rows in this order, so that they cannot deadlock.
    """
    return row.document_number, row.nationality, row.arrived_on
