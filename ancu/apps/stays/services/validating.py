"""Check the rows of a declaration without the database: refuse, find repeats, prepare for storing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec

from ancu.apps.lodging.models import Establishment
from ancu.apps.places.selectors import is_remote
from ancu.apps.stays.rules import is_same_person
from ancu.apps.stays.rules.corrections import is_document_overlap, is_named_otherwise
from ancu.apps.stays.services.outcome import DeclarationOutcome, RowOutcome
from ancu.apps.stays.services.storing import DeclarationRow
from ancu.apps.travellers.rules import name_key
from ancu.core import clock
from ancu.engines import rulebook
from ancu.engines.exchange import BLANKS, Finding, GuestRow, finding

FIRST_LIMIT = date(2015, 1, 1)  # earlier arrivals are judged by the first limit the rulebook knows


def document_of_another(number: str) -> Finding:
    """Return the finding that the document number belongs to another guest."""
    return finding("document_of_another_guest", "document_number", number)


def reference_of_another(reference: str) -> Finding:
    """Return the finding that the client reference belongs to another guest."""
    return finding("reference_of_another_guest", "client_reference", reference)


@dataclass(slots=True)
class ValidatedBatch:
    """The rows that can be stored, by position, and ``repeats``: the rows that are an earlier one again.

    A row whose reference or document another guest of the batch bears is ``contested``: it may only be found, never
    stored; ``refusals`` say why. ``conflicts`` names by position the earlier row of another guest, ``unconfirmed`` the
    oddities of rows taken out.
    """

    rows: dict[int, DeclarationRow] = field(default_factory=dict)
    repeats: dict[int, int] = field(default_factory=dict)
    conflicts: dict[int, int] = field(default_factory=dict)
    refusals: dict[int, Finding] = field(default_factory=dict)
    unconfirmed: dict[int, list[Finding]] = field(default_factory=dict)
    _by_document: dict[tuple[str, str, date], int] = field(default_factory=dict)
    _by_reference: dict[str, int] = field(default_factory=dict)
    _of_document: dict[tuple[str, str], list[DeclarationRow]] = field(default_factory=dict)

    def add(self, row: DeclarationRow) -> Finding | None:
        """Add a row to the batch to be stored; return its error if it is refused at once, None otherwise.

        A row that repeats an earlier one is only noted.
        """
        key = (row.document_number, row.nationality, row.arrived_on)
        if (earlier := self._by_document.get(key)) is not None:
            if not _is_repeat(row, self.rows[earlier]):
                self.conflicts[row.position] = earlier
                return document_of_another(row.document_number)
            self.repeats[row.position] = earlier
            return None
        if row.client_reference and (earlier := self._by_reference.get(row.client_reference)) is not None:
            if _is_repeat(row, self.rows[earlier]):
                self.repeats[row.position] = earlier
                return None
            self._contest(row, earlier, reference_of_another(row.client_reference))
        stays = self._of_document.setdefault(key[:2], [])
        overlap = next((stay for stay in stays if is_document_overlap(row, stay)), None)
        if overlap is not None:
            self._contest(row, overlap.position, document_of_another(row.document_number))
        elif not row.contested:
            stays.append(row)
        self._by_document[key] = row.position
        if row.client_reference:
            self._by_reference.setdefault(row.client_reference, row.position)
        self.rows[row.position] = row
        return None

    def _contest(self, row: DeclarationRow, earlier: int, refusal: Finding) -> None:
        """Mark the row as refused because of an earlier row, in case that no stored stay matches it.

        ``earlier`` is the earlier row's position, ``refusal`` the error.
        """
        row.contested, self.conflicts[row.position], self.refusals[row.position] = True, earlier, refusal

    def take_out(self, unconfirmed: dict[int, list[Finding]]) -> None:
        """Remove the rows with unconfirmed oddities from those to store; keep the oddities for the outcome.

        ``unconfirmed`` has the oddities by position.
        """
        self.unconfirmed = unconfirmed
        for position in unconfirmed:
            del self.rows[position]


def _is_repeat(row: DeclarationRow, earlier: DeclarationRow) -> bool:
    """Whether two rows with the same document or reference declare the same guest, by person and name."""
    return is_same_person(row, earlier) and not is_named_otherwise(row, earlier)


def validate_rows(
    rows: Sequence[GuestRow],
    references: Sequence[str],
    *,
    establishment: Establishment,
    channel: str,
    now: datetime,
    judged_at: datetime,
    skipped: int = 0,
) -> tuple[DeclarationOutcome, ValidatedBatch]:
    """Check the rows; return the outcome with those refused or skipped, and the others as a batch to store.

    ``references`` are the program's, by place; ``judged_at`` is the time by which lateness is judged, ``skipped`` the
    number of example rows left out before.
    """
    outcome, batch = DeclarationOutcome(skipped_examples=skipped), ValidatedBatch()
    judge = rulebook.LatenessJudge(channel, _is_remote(establishment, channel, now), judged_at)
    today = clock.local(now).date()
    room_needed = rulebook.room_required(establishment.kind, today)
    limits: dict[int, str] = {}
    for index, row in enumerate(rows):
        reference = references[index] if index < len(references) else ""
        result = RowOutcome(row.position, "refused", row, client_reference=reference, errors=row.errors)
        result.warnings = row.warnings if room_needed else [w for w in row.warnings if w.code != "room_missing"]
        outcome.rows.append(result)
        if row.is_example:
            result.state = "skipped_example"
            outcome.skipped_examples += 1
            continue
        outcome.read += 1
        if row.errors:
            outcome.refused += 1
            continue
        declaration_row = _judged_row(row, reference, judge, limits)
        result.minutes_late = declaration_row.minutes_late
        if (refusal := batch.add(declaration_row)) is not None:
            outcome.refuse(result, refusal)
    return outcome, batch


def _is_remote(place: Establishment, channel: str, now: datetime) -> bool:
    """Whether the lodging counts as remote; False without a look-up if the limit does not depend on it."""
    today = clock.local(now).date()
    near = rulebook.declaration_limit(today, channel, False)
    far = rulebook.declaration_limit(today, channel, True)
    if near.allowed == far.allowed:
        return False
    return is_remote({place.unit_id, place.locality_id or place.unit_id}, today)


def _judged_row(row: GuestRow, reference: str, judge: rulebook.LatenessJudge, limits: dict[int, str]) -> DeclarationRow:
    """Return the row to store, with its lateness in minutes and the declaration limit by which it was judged.

    ``limits`` caches the limits' ids.
    """
    arrived_on = row.values.arrived_on
    assert arrived_on is not None  # a row without errors has it
    lateness = judge(max(arrived_on, FIRST_LIMIT), row.values.arrived_at if arrived_on >= FIRST_LIMIT else None)
    limit = lateness.limit
    limit_id = limits.get(id(limit)) or limits.setdefault(id(limit), f"{limit.id} {limit.version}")
    return build_declaration_row(row, reference, lateness.minutes_late, limit_id)


def build_declaration_row(
    row: GuestRow, reference: str = "", minutes_late: int = 0, limit_id: str = ""
) -> DeclarationRow:
    """Return a row without errors in the form in which it is stored; empty values as the columns store them."""
    fields: dict[str, Any] = msgspec.structs.asdict(row.values)
    for name, blank in BLANKS:
        if fields[name] is None:
            fields[name] = blank
    return DeclarationRow(
        **fields,
        position=row.position,
        client_reference=reference,
        name_key=name_key(row.values.full_name or ""),
        minutes_late=minutes_late,
        limit_id=limit_id,
    )
