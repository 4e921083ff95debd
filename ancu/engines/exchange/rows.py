"""From the columns of a `Table` to rows: the rules of the outcome, in one pass.

Every distinct text is interpreted once and remembered for the file; a row without findings costs little more than
the objects it needs. Nothing stops at the first finding: a row carries all of them.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from itertools import repeat
from typing import Any, NamedTuple

from ancu.engines.exchange import cells
from ancu.engines.exchange.cells import Outcome, clean
from ancu.engines.exchange.codes import finding
from ancu.engines.exchange.dates import VIETNAM, Moment, read_date, read_time
from ancu.engines.exchange.fields import STORED, ColumnReading, Guest
from ancu.engines.exchange.model import Finding, Row, Table, Value, as_written
from ancu.engines.exchange.nationality import read_nationality

_FAR = timedelta(days=366)
_AHEAD = timedelta(days=2)  # an arrival is declared when it comes, at the earliest two days before
_LONG_AGO = timedelta(days=30)
_EXAMPLE_WORDS = ("[TEST]", "[EXAMPLE]")
Findings = tuple[list[Finding], list[Finding], list[Finding]]
"""Errors, warnings and notes of one row, as they gather."""


class StayDates(NamedTuple):
    """What the dates and times of a record mean together."""

    arrived_on: date | None
    arrived_at: datetime | None
    expected_departure: date | None
    departed_on: date | None
    permitted_until: date | None
    document_expired_on: date | None
    arrived_iso: str
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    notes: tuple[Finding, ...]


class StayReader:
    """Reads arrival, departures and permit of one file; each combination is interpreted once."""

    def __init__(self, today: date, month_first: frozenset[str] = frozenset()) -> None:
        self.today, self.month_first = today, month_first
        self.by_values: dict[tuple[Value, ...], StayDates] = {}
        self._moments: dict[tuple[str, Value], Moment | None] = {}

    def read(self, values: tuple[Value, ...]) -> StayDates:
        """`values` are those of the fields `WHEN`, in its order."""
        stay = self.by_values.get(values)
        if stay is None:
            stay = self.by_values[values] = self._read(**dict(zip(WHEN, values, strict=True)))
        return stay

    def moment(self, field: str, value: Value) -> Moment | None:
        """Return the day of a field, and its time if one is written; a parsed date is returned as it is."""
        key = (field, value)
        if key not in self._moments:
            self._moments[key] = self._moment(field, value)
        return self._moments[key]

    def _moment(self, field: str, value: Value) -> Moment | None:
        if isinstance(value, datetime):
            at = value.astimezone(VIETNAM)
            return Moment(at.date(), at)
        if isinstance(value, date):
            return Moment(value)
        text = clean(as_written(value))
        return read_date(text, field in self.month_first) if text else None

    def _read(
        self,
        *,
        arrived_on: Value,
        expected_departure: Value,
        departed_on: Value,
        permitted_until: Value,
        arrived_time: Value,
        document_expiry: Value,
    ) -> StayDates:
        findings = _StayFindings()
        arrived = self._date(findings, "arrived_on", arrived_on)
        leaves = self._date(findings, "expected_departure", expected_departure)
        until = self._date(findings, "permitted_until", permitted_until)
        at = arrived.at if arrived else None
        if arrived and at is None and (hour := clean(as_written(arrived_time))):
            at = read_time(arrived.day, hour)
        if arrived:
            self._judge_arrival(findings, arrived, as_written(arrived_on))
        if arrived and leaves:
            self._judge_stay(findings, arrived.day, leaves.day, as_written(expected_departure))
        expiry = self.moment("document_expiry", document_expiry)
        if until:
            self._judge_permit(findings, until.day, arrived, leaves, as_written(permitted_until), expiry)
        expired_on = self._expired_on(findings, arrived, expiry)
        departed = self._departed(findings, arrived, leaves, departed_on)
        is_unsaid = departed is None and clean(as_written(departed_on)) is None
        if leaves and leaves.day < self.today and is_unsaid:
            findings.warnings.append(finding("departure_passed", "departed_on", leaves.day.isoformat()))
        return StayDates(
            arrived_on=arrived.day if arrived else None,
            arrived_at=at,
            expected_departure=leaves.day if leaves else None,
            departed_on=departed,
            permitted_until=until.day if until else None,
            document_expired_on=expired_on,
            arrived_iso=arrived.day.isoformat() if arrived else "",
            errors=tuple(findings.errors),
            warnings=tuple(findings.warnings),
            notes=tuple(findings.notes),
        )

    def _date(self, findings: "_StayFindings", field: str, value: Value) -> Moment | None:
        moment, text = self.moment(field, value), as_written(value)
        if moment is None:
            where = findings.warnings if field == "permitted_until" else findings.errors
            where.append(finding(f"{field}_{'unreadable' if clean(text) else 'missing'}", field, text))
        elif moment.reading:
            code = "date_from_excel" if moment.reading == "excel" else "month_first_header"
            findings.notes.append(finding(code, field, text, date=f"{moment.day:%d/%m/%Y}"))
        return moment

    def _judge_arrival(self, findings: "_StayFindings", arrived: Moment, text: str | None) -> None:
        today, swapped = self.today, arrived.swapped
        if arrived.day > today + _FAR or arrived.day.year < 2000:
            findings.errors.append(finding("arrived_on_impossible", "arrived_on", text))
        elif arrived.day > today:
            near = swapped is not None and timedelta(0) <= today - swapped <= timedelta(days=1)
            if arrived.day > today + _AHEAD:
                findings.errors.append(
                    finding("arrival_too_far_ahead", "arrived_on", text, latest=f"{today + _AHEAD:%d/%m/%Y}")
                )
            if near or arrived.day <= today + _AHEAD:
                code = "arrival_maybe_swapped" if near else "arrival_in_future"
                findings.warnings.append(finding(code, "arrived_on", text))
        elif arrived.day < today - _LONG_AGO:
            findings.warnings.append(finding("arrival_long_ago", "arrived_on", text))

    def _judge_stay(self, findings: "_StayFindings", arrived: date, leaves: date, text: str | None) -> None:
        if leaves < arrived:
            findings.errors.append(finding("departure_before_arrival", "expected_departure", text))
        elif leaves - arrived > _FAR:
            findings.warnings.append(finding("stay_very_long", "expected_departure", text))

    def _judge_permit(
        self,
        findings: "_StayFindings",
        until: date,
        arrived: Moment | None,
        leaves: Moment | None,
        text: str | None,
        expiry: Moment | None,
    ) -> None:
        if arrived and until < arrived.day:
            findings.warnings.append(finding("permit_expired", "permitted_until", text))
        elif leaves and until < leaves.day:
            findings.warnings.append(finding("permit_before_departure", "permitted_until", text))
        if expiry and expiry.day == until:
            findings.warnings.append(finding("permit_equals_document_expiry", "permitted_until", text))

    def _expired_on(self, findings: "_StayFindings", arrived: Moment | None, expiry: Moment | None) -> date | None:
        """Return the last day of a document that expired before the arrival, and add a warning; None otherwise."""
        if arrived is None or expiry is None or expiry.day >= arrived.day:
            return None
        findings.warnings.append(finding("document_expired", "document_expiry", expiry.day.isoformat()))
        return expiry.day

    def _departed(
        self,
        findings: "_StayFindings",
        arrived: Moment | None,
        leaves: Moment | None,
        value: Value,
    ) -> date | None:
        """Return the day the guest really left; a copy of an expected departure in the future does not count."""
        text = as_written(value)
        if clean(text) is None:
            return None
        gone = self.moment("departed_on", value)
        if gone is None:
            findings.warnings.append(finding("departed_on_unreadable", "departed_on", text))
            return None
        if leaves and gone.day == leaves.day and gone.day >= self.today:
            findings.notes.append(finding("checkout_not_yet_known", "departed_on", text))
            return None
        if gone.day > self.today:
            findings.warnings.append(finding("checkout_in_future", "departed_on", text))
            return None
        if arrived and gone.day < arrived.day:
            if not (leaves and leaves.day == gone.day):  # a copy of a wrong departure is one mistake, not two
                findings.errors.append(finding("checkout_before_arrival", "departed_on", text))
            return None
        return gone.day


class _StayFindings:
    """The findings collected while one combination is read."""

    __slots__ = ("errors", "notes", "warnings")

    def __init__(self) -> None:
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []
        self.notes: list[Finding] = []


class _Remembered(dict[object, Outcome]):
    """A cache from each distinct text to its outcome, filled on first use."""

    def __init__(self, read: Callable[[str | None], Outcome]) -> None:
        self.read = read

    def __missing__(self, text: str | None) -> Outcome:
        outcome = self[text] = self.read(text)
        return outcome


def is_example(*texts: str | None) -> bool:
    """Whether name, number or document number carries [TEST] or [EXAMPLE]."""
    return any(word in text.upper() for text in texts if text and "[" in text for word in _EXAMPLE_WORDS)


def build_rows(table: Table, today: date) -> list[Row]:
    """Interpret every record of the table."""
    reader = _RowReader(table, today)
    for index, record in enumerate(_records(table)):
        reader.read(index, *record)
    for index, code in table.broken.items():
        reader.rows[index].errors.append(finding(code))
    return reader.rows


def _records(table: Table) -> Iterator[tuple[Any, ...]]:
    """Return the texts of each record in the order of ``_RowReader.read``, its five dates and times together."""

    def column(field: str) -> Iterable[str | None]:
        return table.columns.get(field) or repeat(None, table.length)

    when = zip(*map(column, WHEN), strict=True)
    return zip(*map(column, IDENTITY), when, column("number"), strict=True)


IDENTITY = ("full_name", "birth_date", "birth_precision", "sex", "nationality", "document_number", "room")
_READERS = {ColumnReading.LISTED: cells.read_listed, ColumnReading.TEXT: cells.read_text}
EXTRAS: dict[str, Callable[[str | None], Outcome]] = {
    **{field.name: partial(_READERS[field.reading], field.name) for field in STORED if field.reading in _READERS},
    "native_name": cells.read_native_name,
}
"""Optional fields, read where the table has a column for them."""
WHEN = ("arrived_on", "expected_departure", "departed_on", "permitted_until", "arrived_time", "document_expiry")


class _RowReader:
    """Reads one record after another; each distinct text is interpreted once."""

    def __init__(self, table: Table, today: date) -> None:
        self.table, self.today = table, today
        self.birth_first = "birth_date" in table.month_first
        self.births: dict[tuple[str | None, str | None], Outcome] = {}
        self.sexes = _Remembered(lambda t: cells.read_sex(t, table.sex_legend))
        self.nations = _Remembered(_nation)
        self.rooms = _Remembered(cells.read_room)
        self.stays = StayReader(today, table.month_first)
        self.extras = [(f, _Remembered(read), table.columns[f]) for f, read in EXTRAS.items() if f in table.columns]
        self.first_seen: dict[tuple[str, str, date], int] = {}
        self.rows: list[Row] = []

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
        """Add the row of one record, with all its findings."""
        findings: Findings = ([], [], [])
        name = name_text if name_text and cells.PLAIN_NAME(name_text) else _take(cells.read_name(name_text), findings)
        birth = self.births.get((birth_text, exact)) or self._birth(birth_text, exact)
        sex, nation, room = self.sexes[sex_text], self.nations[nation_text], self.rooms[room_text]
        for outcome in (birth, sex, nation):
            if outcome[1] or outcome[2] or outcome[3]:
                _add(outcome, findings)
        document = self._document(index, doc_text, findings)
        if room[1] or room[2]:
            _add(room, findings)
        stay = self.stays.by_values.get(when) or self.stays.read(when)
        if stay.errors or stay.warnings or stay.notes:
            _add(stay, findings)
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
            _as_example(self.rows[-1], self.first_seen)

    def _birth(self, text: str | None, exact: str | None) -> Outcome:
        birth = self.births[text, exact] = cells.read_birth_date(text, exact, self.today, self.birth_first)
        return birth

    def _document(self, index: int, text: str | None, findings: Findings) -> str | None:
        numeric = index in self.table.numeric
        if text and not numeric and cells.PLAIN_DOCUMENT(text) and not text.isalpha():
            if cells.is_placeholder(text):
                findings[1].append(finding("document_number_placeholder", "document_number", text))
            return text
        return _take(cells.read_document(text, numeric), findings)

    def _add_row(self, index: int, guest: Guest, findings: Findings, document_expired_on: date | None) -> None:
        errors, warnings, notes = findings
        for field, outcomes, texts in self.extras:
            setattr(guest, field, _take(outcomes[texts[index]], findings))
        if guest.document_number and guest.nationality and guest.arrived_on:
            key = (guest.document_number, guest.nationality, guest.arrived_on)
            before = self.first_seen.setdefault(key, index)
            if before != index:
                warnings.append(_repeated(self.rows[before], guest.full_name, guest.birth_date))
        self.rows.append(
            Row(
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


def _nation(text: str | None) -> Outcome:
    field = read_nationality(clean(text))
    return Outcome(field.code, field.errors, field.warnings, field.notes)


def _add(outcome: Outcome | StayDates, findings: Findings) -> None:
    errors, warnings, notes = findings
    errors += outcome.errors
    warnings += outcome.warnings
    notes += outcome.notes


def _take(outcome: Outcome, findings: Findings) -> str | None:
    _add(outcome, findings)
    value: str | None = outcome.value
    return value


def _repeated(earlier: Row, name: str | None, born: str | None) -> Finding:
    same = earlier.values.full_name == name or (born is not None and earlier.values.birth_date == born)
    code = "duplicate_in_file" if same else "document_shared"
    return finding(code, "document_number", str(earlier.position))


def _as_example(row: Row, first_seen: dict[tuple[str, str, date], int]) -> None:
    """Mark an example row: it is neither accepted nor refused, and no real row duplicates it."""
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
