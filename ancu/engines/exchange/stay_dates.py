"""Interpret the arrival, departures and permit of a record, and report contradictions."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from ancu.engines.exchange.cells import clean
from ancu.engines.exchange.codes import finding
from ancu.engines.exchange.dates import VIETNAM, Moment, read_date, read_time
from ancu.engines.exchange.model import Finding, Value, as_written

_FAR = timedelta(days=366)
_AHEAD = timedelta(days=2)  # an arrival is declared when it comes, at the earliest two days before
_LONG_AGO = timedelta(days=30)
WHEN = ("arrived_on", "expected_departure", "departed_on", "permitted_until", "arrived_time", "document_expiry")


class StayDates(NamedTuple):
    """The interpreted dates and times of a record, with findings about them."""

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
        """Interpret the dates and times of one record; cached.

        `values` are in the order of the fields `WHEN`.
        """
        stay = self.by_values.get(values)
        if stay is None:
            stay = self.by_values[values] = self._read(**dict(zip(WHEN, values, strict=True)))
        return stay

    def moment(self, field: str, value: Value) -> Moment | None:
        """Return the day, and the time if there is one, in a date field's cell; None if unreadable. Cached."""
        key = (field, value)
        if key not in self._moments:
            self._moments[key] = self._moment(field, value)
        return self._moments[key]

    def _moment(self, field: str, value: Value) -> Moment | None:
        """Read the day and time of a field; None if it cannot be read."""
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
        """Interpret the dates of one record and collect the findings about them."""
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
        """Read a date and add an error if it is missing or unreadable; only a warning for the permit's date.

        A date read from an Excel number or month first brings a note. Returns None if it cannot be read.
        """
        moment, text = self.moment(field, value), as_written(value)
        if moment is None:
            where = findings.warnings if field == "permitted_until" else findings.errors
            where.append(finding(f"{field}_{'unreadable' if clean(text) else 'missing'}", field, text))
        elif moment.reading:
            code = "date_from_excel" if moment.reading == "excel" else "month_first_header"
            findings.notes.append(finding(code, field, text, date=f"{moment.day:%d/%m/%Y}"))
        return moment

    def _judge_arrival(self, findings: "_StayFindings", arrived: Moment, text: str | None) -> None:
        """Add an error for an impossible or too distant arrival, else warn of one in the future or long ago.

        A future arrival that would be today or yesterday with day and month exchanged gets a warning about that.
        """
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
        """Add an error if the departure is before the arrival, a warning if the stay is very long."""
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
        """Warn of a permit that ends before arrival or departure, or on the day the document expires."""
        if arrived and until < arrived.day:
            findings.warnings.append(finding("permit_expired", "permitted_until", text))
        elif leaves and until < leaves.day:
            findings.warnings.append(finding("permit_before_departure", "permitted_until", text))
        if expiry and expiry.day == until:
            findings.warnings.append(finding("permit_equals_document_expiry", "permitted_until", text))

    def _expired_on(self, findings: "_StayFindings", arrived: Moment | None, expiry: Moment | None) -> date | None:
        """Return the document's last day, with a warning, if it expired before the arrival; else None."""
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
        """Return the day the guest left; None if it is empty, unreadable, in the future or before the arrival.

        Each rejected date brings a finding: a note for a copy of the expected departure from today on, an error
        before the arrival, else a warning.
        """
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
