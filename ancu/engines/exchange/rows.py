"""Interpret the columns of a `Table` as rows with findings, in one pass.

Every distinct text is interpreted once and remembered for the file; a row without findings costs little more than
the objects it needs. Nothing stops at the first finding: a row carries all of them.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from itertools import repeat
from typing import Any

from ancu.engines.exchange import cells
from ancu.engines.exchange.cells import CellOutcome, clean
from ancu.engines.exchange.codes import finding
from ancu.engines.exchange.fields import STORED, ColumnReading, Guest
from ancu.engines.exchange.model import Finding, GuestRow, Table, Value
from ancu.engines.exchange.nationality import read_nationality
from ancu.engines.exchange.stay_dates import WHEN, StayDates, StayReader

_EXAMPLE_WORDS = ("[TEST]", "[EXAMPLE]")
Findings = tuple[list[Finding], list[Finding], list[Finding]]
"""Errors, warnings and notes of one row, as they gather."""


class _Remembered(dict[object, CellOutcome]):
    """A cache from each distinct text to its outcome, filled on first use."""

    def __init__(self, read: Callable[[str | None], CellOutcome]) -> None:
        self.read = read

    def __missing__(self, text: str | None) -> CellOutcome:
        outcome = self[text] = self.read(text)
        return outcome


def is_example(*texts: str | None) -> bool:
    """Whether one of these texts, a guest's name or numbers, is marked as an example: [TEST] or [EXAMPLE]."""
    return any(word in text.upper() for text in texts if text and "[" in text for word in _EXAMPLE_WORDS)


def build_rows(table: Table, today: date) -> list[GuestRow]:
    """Return a GuestRow for every record of the table: the guest as interpreted, with all findings."""
    reader = _RowReader(table, today)
    for index, record in enumerate(_records(table)):
        reader.read(index, *record)
    for index, code in table.broken.items():
        reader.rows[index].errors.append(finding(code))
    return reader.rows


def _records(table: Table) -> Iterator[tuple[Any, ...]]:
    """Yield each record of the table as the arguments of ``_RowReader.read``, its dates and times in one tuple."""

    def column(field: str) -> Iterable[str | None]:
        """Return the texts of a field; None for each record if the file lacks it."""
        return table.columns.get(field) or repeat(None, table.length)

    when = zip(*map(column, WHEN), strict=True)
    return zip(*map(column, IDENTITY), when, column("number"), strict=True)


IDENTITY = ("full_name", "birth_date", "birth_precision", "sex", "nationality", "document_number", "room")
_READERS = {ColumnReading.LISTED: cells.read_listed, ColumnReading.TEXT: cells.read_text}
EXTRAS: dict[str, Callable[[str | None], CellOutcome]] = {
    **{field.name: partial(_READERS[field.reading], field.name) for field in STORED if field.reading in _READERS},
    "native_name": cells.read_native_name,
}
"""Optional fields, read where the table has a column for them."""


class _RowReader:
    """Reads one record after another; each distinct text is interpreted once."""

    def __init__(self, table: Table, today: date) -> None:
        self.table, self.today = table, today
        self.birth_first = "birth_date" in table.month_first
        self.births: dict[tuple[str | None, str | None], CellOutcome] = {}
        self.sexes = _Remembered(lambda t: cells.read_sex(t, table.sex_legend))
        self.nations = _Remembered(_nationality_outcome)
        self.rooms = _Remembered(cells.read_room)
        self.stays = StayReader(today, table.month_first)
        self.extras = [(f, _Remembered(read), table.columns[f]) for f, read in EXTRAS.items() if f in table.columns]
        self.first_seen: dict[tuple[str, str, date], int] = {}
        self.rows: list[GuestRow] = []

    def read(
        self,
        index: int,
        name_text: str | None,
        birth_text: str | None,
        exact: str | None,
        sex_text: str | None,
        nation_text: str | None,
        doc_text: str | None,
        room_text: str | None,
        when: tuple[Value, ...],
        number: str | None,
    ) -> None:
        """Interpret one record's texts and append the guest's row with its findings.

        ``exact`` is the precision of the birth date, ``when`` the dates in the order of the fields `WHEN`.
        """
        findings: Findings = ([], [], [])
        name = (
            name_text
            if name_text and cells.PLAIN_NAME(name_text)
            else _take_value(cells.read_name(name_text), findings)
        )
        birth = self.births.get((birth_text, exact)) or self._birth(birth_text, exact)
        sex, nation, room = self.sexes[sex_text], self.nations[nation_text], self.rooms[room_text]
        for outcome in (birth, sex, nation):
            if outcome[1] or outcome[2] or outcome[3]:
                _add_findings(outcome, findings)
        document = self._document(index, doc_text, findings)
        if room[1] or room[2]:
            _add_findings(room, findings)
        stay = self.stays.by_values.get(when) or self.stays.read(when)
        if stay.errors or stay.warnings or stay.notes:
            _add_findings(stay, findings)
        born = birth[0]
        if born and stay.arrived_iso and not birth[1] and born > stay.arrived_iso[: len(born)]:
            findings[0].append(finding("birth_date_impossible", "birth_date", birth_text))
        guest = Guest(
            full_name=name,
            birth_date=born,
            sex=sex[0],
            nationality=nation[0],
            document_number=document,
            room=room[0],
            arrived_on=stay.arrived_on,
            arrived_at=stay.arrived_at,
            expected_departure=stay.expected_departure,
            departed_on=stay.departed_on,
            permitted_until=stay.permitted_until,
        )
        self._add_row(index, guest, findings, stay.document_expired_on)
        if ("[" in f"{name_text}{doc_text}{number}") and is_example(name_text, doc_text, number):
            _mark_example(self.rows[-1], self.first_seen)

    def _birth(self, text: str | None, exact: str | None) -> CellOutcome:
        """Return a birth date with its findings; cached by text and precision code."""
        birth = self.births[text, exact] = cells.read_birth_date(text, exact, self.today, self.birth_first)
        return birth

    def _document(self, index: int, text: str | None, findings: Findings) -> str | None:
        """Read a guest's document number and add its findings to the row's; plain ones take a fast path."""
        numeric = index in self.table.numeric
        if text and not numeric and cells.PLAIN_DOCUMENT(text) and not text.isalpha():
            if cells.is_placeholder(text):
                findings[1].append(finding("document_number_placeholder", "document_number", text))
            return text
        return _take_value(cells.read_document(text, numeric), findings)

    def _add_row(self, index: int, guest: Guest, findings: Findings, document_expired_on: date | None) -> None:
        """Append a guest's row, with a warning if an earlier row has the same document and arrival."""
        errors, warnings, notes = findings
        for field, outcomes, texts in self.extras:
            setattr(guest, field, _take_value(outcomes[texts[index]], findings))
        if guest.document_number and guest.nationality and guest.arrived_on:
            key = (guest.document_number, guest.nationality, guest.arrived_on)
            before = self.first_seen.setdefault(key, index)
            if before != index:
                warnings.append(_duplicate_finding(self.rows[before], guest.full_name, guest.birth_date))
        self.rows.append(
            GuestRow(
                position=index + 1,
                values=guest,
                errors=errors,
                warnings=warnings,
                notes=notes,
                is_example=False,
                document_expired_on=document_expired_on,
                source=self.table,
                index=index,
            )
        )


def _nationality_outcome(text: str | None) -> CellOutcome:
    """Return the nationality in a cell with its findings, as a CellOutcome."""
    field = read_nationality(clean(text))
    return CellOutcome(field.code, field.errors, field.warnings, field.notes)


def _add_findings(outcome: CellOutcome | StayDates, findings: Findings) -> None:
    """Add the findings about a cell, or about the dates, to those of the guest's row."""
    errors, warnings, notes = findings
    errors += outcome.errors
    warnings += outcome.warnings
    notes += outcome.notes


def _take_value(outcome: CellOutcome, findings: Findings) -> str | None:
    """Append the findings of a cell's outcome to those of the row; return the cell's value."""
    _add_findings(outcome, findings)
    value: str | None = outcome.value
    return value


def _duplicate_finding(earlier: GuestRow, name: str | None, born: str | None) -> Finding:
    """Return the finding that an earlier row has the same document number.

    It says whether that is the same guest again, or a different guest.
    """
    same = earlier.values.full_name == name or (born is not None and earlier.values.birth_date == born)
    code = "duplicate_in_file" if same else "document_shared"
    return finding(code, "document_number", str(earlier.position))


def _mark_example(row: GuestRow, first_seen: dict[tuple[str, str, date], int]) -> None:
    """Mark a guest's row as an example, which is neither declared nor refused, and clear its findings.

    It is removed from ``first_seen``, so that no real guest's row counts as its duplicate.
    """
    row.is_example = True
    row.errors, row.warnings = [], []
    guest = row.values
    key = (
        guest.document_number or "",
        guest.nationality or "",
        guest.arrived_on or date.min,
    )
    if first_seen.get(key) == row.index:
        del first_seen[key]
