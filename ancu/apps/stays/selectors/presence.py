"""The numbers of guests present, arriving and leaving by day, from tables that the database maintains.

A guest is present on a day when he has arrived by then and not yet left at its end, withdrawn declarations aside.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from ancu.apps.stays.models.presence import PresenceDimension
from ancu.apps.stays.selectors.area import Scope
from ancu.core.db.statements import run

# One statement, since what is gathered meanwhile moves from one table to the others: who was there when the week began,
# what changed since, and what is not yet gathered. ``{keys}`` is what the caller counts by; whoever came or left before
# the first day asked for is in ``before``.
READ = """
WITH start AS MATERIALIZED (
    SELECT least(date_trunc('week', %(first)s::date)::date, coalesce(max(week), '-infinity'::date)) AS day
    FROM stays_presenceweek
),
noted AS (
    SELECT by, unit_id, establishment_id, value, NULL::date AS day, present AS before, 0 AS arrivals, 0 AS departures
    FROM stays_presenceweek WHERE {by} AND week = (SELECT day FROM start)
    UNION ALL
    SELECT by, unit_id, establishment_id, value, day, 0, arrivals, departures
    FROM stays_presenceday WHERE {by} AND day >= (SELECT day FROM start) AND day <= %(last)s::date
    UNION ALL
    SELECT cell.by, unit_id, establishment_id, cell.value, moment.day, 0, moment.arrivals, moment.departures
    FROM stays_presencechange CROSS JOIN LATERAL (VALUES (arrived_on, number, 0), (departed_on, 0, number))
        AS moment(day, arrivals, departures) CROSS JOIN LATERAL (VALUES {waiting}) AS cell(by, value)
    WHERE moment.day <= %(last)s::date
),
scoped AS (
    SELECT by, unit_id, establishment_id, value, CASE WHEN day >= %(first)s::date THEN day END AS moment,
        CASE WHEN day >= %(first)s::date THEN 0 ELSE before + arrivals - departures END AS before, arrivals, departures
    FROM noted
)
SELECT {keys}, scoped.moment, sum(scoped.before)::int, sum(scoped.arrivals)::int, sum(scoped.departures)::int
FROM scoped {joined} WHERE {scope} GROUP BY {keys}, scoped.moment
"""
LODGINGS = "JOIN lodging_establishment place ON place.id = scoped.establishment_id"
VALUES = (PresenceDimension.NATIONALITY, PresenceDimension.PURPOSE)
WAITING = {
    PresenceDimension.LODGING: "''",
    PresenceDimension.NATIONALITY: "nationality",
    PresenceDimension.PURPOSE: "purpose",
}
TODAYS = "scoped.unit_id = ANY(%(units)s::bigint[])"
# Known to leave on a day to come: counted as present, but no list shows them as staying. (Their days have an end,
# though there is none: so the server takes them for few, and plans once for all days.)
LEAVING = """scoped.departed_on IS NOT NULL AND NOT (scoped.status = 'withdrawn')
    AND scoped.departed_on > %(today)s::date AND scoped.departed_on < 'infinity'
    AND scoped.arrived_on <= %(today)s::date"""
AT = "scoped.establishment_id = ANY(%(lodgings)s::bigint[])"
FORMER = "place.locality_id = ANY(%(ids)s::bigint[])"


@dataclass
class DayFlow:
    """The numbers of arrivals and departures on a day."""

    arrivals: int = 0
    departures: int = 0


@dataclass
class PresenceSeries:
    """The numbers of one key over the requested days: guests present before them, then arrivals and departures."""

    before: int = 0
    days: dict[date, DayFlow] = field(default_factory=dict)

    def present(self, day: date) -> int:
        """Return the number of guests present at the end of ``day``, one of the requested days."""
        return self.before + sum(flow.arrivals - flow.departures for on, flow in self.days.items() if on <= day)

    def each_day(self, days: Sequence[date]) -> list[int]:
        """Return the number present at the end of each of these days.

        ``days`` are consecutive, from the first requested day on.
        """
        if not self.days:  # as in most places of a province
            return [self.before] * len(days)
        numbers, present = [], self.before
        for day in days:
            if moved := self.days.get(day):
                present += moved.arrivals - moved.departures
            numbers.append(present)
        return numbers

    def arrivals(self, day: date) -> int:
        """Return the number of guests who arrived on the day."""
        return self.days[day].arrivals if day in self.days else 0

    def departures(self, day: date) -> int:
        """Return the number of guests who departed on the day."""
        return self.days[day].departures if day in self.days else 0

    def note(self, day: date | None, before: int, arrivals: int, departures: int) -> None:
        """Add a row of the presence tables: a day's arrivals and departures.

        If ``day`` is None, ``before`` is added instead: the guests present before the first requested day.
        """
        if day is None:
            self.before += before
        elif mine := self.days.get(day):
            mine.arrivals += arrivals
            mine.departures += departures
        else:
            self.days[day] = DayFlow(arrivals, departures)

    def add(self, addend: "PresenceSeries") -> None:
        """Add the numbers of another series to this one."""
        self.before += addend.before
        for day, moved in addend.days.items():
            self.note(day, 0, moved.arrivals, moved.departures)


SeriesByKey = dict[Any, PresenceSeries]
Where = tuple[dict[str, str], dict[str, Any]]  # ``joined`` and ``scope`` of a statement, and the values they name


class SeriesByPlace(NamedTuple):
    """By unit of the stay, by the former commune of the lodging, and by its kind as it is now."""

    units: SeriesByKey
    localities: SeriesByKey
    kinds: SeriesByKey


@dataclass(frozen=True)
class PresenceFilter:
    """Guests of one nationality, with one purpose, or at one kind of lodging: at most one of the three."""

    nationality: str = ""
    purpose: str = ""
    kind: str = ""

    @property
    def by(self) -> PresenceDimension:
        """The dimension of the presence tables that the filter is read by: nationality, purpose or lodging."""
        return (
            PresenceDimension.NATIONALITY
            if self.nationality
            else PresenceDimension.PURPOSE
            if self.purpose
            else PresenceDimension.LODGING
        )

    @property
    def value(self) -> str:
        """The code of the nationality, purpose or kind by which the filter restricts; "" for everybody."""
        return self.nationality or self.purpose or self.kind

    @property
    def condition(self) -> str:
        """The filter as SQL to append to a WHERE clause, with the value named ``value``; empty for everybody."""
        if not self.value:
            return ""
        return " AND place.kind = %(value)s" if self.kind else " AND scoped.value = %(value)s"


EVERYBODY = PresenceFilter()


def year_before(day: date) -> date:
    """Return the same date a year before; 28 February for the 29th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def by_lodging(here: Scope, first: date, last: date) -> SeriesByKey:
    """Return the series of daily guests from ``first`` to ``last`` by (unit id of the stay, lodging id) in scope."""
    return _read_series(
        PresenceDimension.LODGING,
        ("scoped.unit_id", "scoped.establishment_id"),
        scope_condition(here),
        first,
        last,
        EVERYBODY,
    )


def at_lodgings(lodgings: Iterable[int], day: date) -> dict[int, int]:
    """Return by lodging id the number of guests present at the end of a day."""
    where = {"joined": "", "scope": AT}, {"lodgings": list(lodgings)}
    series_by_key = _read_series(PresenceDimension.LODGING, ("scoped.establishment_id",), where, day, day, EVERYBODY)
    return {lodging: course.present(day) for lodging, course in series_by_key.items()}


def by_unit(here: Scope, first: date, last: date, only: PresenceFilter = EVERYBODY) -> SeriesByKey:
    """Return the series of daily guests from ``first`` to ``last`` by unit id of the stay.

    ``only`` restricts them to a nationality, purpose or kind of lodging.
    """
    return _read_series(only.by, ("scoped.unit_id",), scope_condition(here), first, last, only)


def by_locality(here: Scope, first: date, last: date, only: PresenceFilter = EVERYBODY) -> SeriesByKey:
    """Return the series of daily guests from ``first`` to ``last`` by the lodging's former commune (locality id).

    ``only`` restricts them to one kind of lodging.
    """
    return _read_series(PresenceDimension.LODGING, ("place.locality_id",), scope_condition(here), first, last, only)


def by_values(here: Scope, first: date, last: date) -> dict[PresenceDimension, SeriesByKey]:
    """Return the series of daily guests from ``first`` to ``last`` by nationality code and by purpose code.

    Only for present units: a former unit is defined by its lodgings, which these tables do not have.
    """
    series_by_key: dict[PresenceDimension, SeriesByKey] = {by: {} for by in VALUES}
    for by, value, *moved in _rows(
        VALUES, ("scoped.by", "scoped.value"), scope_condition(here), first, last, EVERYBODY
    ):
        _add_row(series_by_key[PresenceDimension(by)], value, *moved)
    return series_by_key


def by_places(here: Scope, first: date, last: date) -> SeriesByPlace:
    """Return the series of daily guests by unit, by former commune and by kind of lodging, read by a single query."""
    places = SeriesByPlace({}, {}, {})
    keys = "scoped.unit_id", "place.locality_id", "place.kind"
    rows = _rows((PresenceDimension.LODGING,), keys, scope_condition(here), first, last, EVERYBODY)
    for *where, day, before, arrivals, departures in rows:
        for courses, key in zip(places, where, strict=True):
            _add_row(courses, key, day, before, arrivals, departures)
    return places


def _read_series(
    by: PresenceDimension, keys: Sequence[str], where: Where, first: date, last: date, only: PresenceFilter
) -> SeriesByKey:
    """Return the guests present before ``first`` and each day's arrivals and departures, by the columns ``keys``.

    A single column gives plain keys, several give tuples. ``by`` is the dimension of the presence table that is read,
    ``where`` the SQL of the scope, ``only`` the filter.
    """
    series_by_key: SeriesByKey = {}
    for row in _rows((by,), keys, where, first, last, only):
        _add_row(series_by_key, row[0] if len(keys) == 1 else row[: len(keys)], *row[len(keys) :])
    return series_by_key


def _rows(
    by: Sequence[PresenceDimension], keys: Sequence[str], where: Where, first: date, last: date, only: PresenceFilter
) -> list[tuple[Any, ...]]:
    """Return rows of the presence tables: the columns ``keys``, day, guests before, arrivals, departures.

    ``day`` is None in the rows with the guests present before ``first``.
    """
    placeholders, values = where
    places = any(key.startswith("place.") for key in keys) or bool(only.kind)
    statement = READ.format(
        by="by IN ({})".format(", ".join(f"'{dimension.value}'" for dimension in by)),
        waiting=", ".join(f"('{dimension.value}', {WAITING[dimension]})" for dimension in by),
        keys=", ".join(keys),
        joined=LODGINGS if places else placeholders["joined"],
        scope=placeholders["scope"] + only.condition,
    )
    values = {"first": first, "last": last, **values}
    if only.value:
        values["value"] = only.value
    return run(statement, values)


# At which lodgings there ever were such guests: what is gathered, and what is not yet.
MET = """
SELECT scoped.establishment_id FROM (
    SELECT establishment_id, unit_id, nationality, purpose, number FROM stays_lodgingguestcount
    UNION ALL SELECT establishment_id, unit_id, nationality, purpose, number FROM stays_presencechange
) AS scoped {joined} WHERE {scope} AND {conditions} GROUP BY scoped.establishment_id HAVING sum(scoped.number) > 0
"""


def lodgings_with_guests(here: Scope | None, conditions: dict[str, str]) -> set[int]:
    """Return the ids of lodgings that ever had guests who meet all ``conditions``, in the scope or anywhere.

    ``conditions`` are a code by column: nationality, purpose or both.
    """
    placeholders, values = scope_condition(here) if here else ({"joined": "", "scope": "true"}, {})
    equalities = " AND ".join(f"scoped.{name} = %({name})s" for name in conditions)
    return {pk for (pk,) in run(MET.format(**placeholders, conditions=equalities), {**values, **conditions})}


RARE = 100_000  # stays, all of which are sooner looked through than those of some lodgings
OF_NATIONALITY = "SELECT coalesce(sum(number), 0) FROM stays_lodgingguestcount WHERE nationality = %(nationality)s"


def is_rare_nationality(nationality: str) -> bool:
    """Whether so few stays of this nationality were ever declared that reading them all is fast.

    False without a nationality.
    """
    return bool(nationality) and run(OF_NATIONALITY, {"nationality": nationality})[0][0] <= RARE


def scope_condition(here: Scope) -> Where:
    """Return the SQL, and its values, that restricts rows aliased ``scoped`` to the scope.

    The SQL is a dict: the join under ``joined``, the condition under ``scope``.
    """
    if not here.former:
        return {"joined": "", "scope": TODAYS}, {"units": list(here.present_units)}
    return {"joined": LODGINGS, "scope": f"{FORMER} AND {TODAYS}"}, {"ids": list(here.ids), "units": list(here.area)}


def _add_row(
    series_by_key: SeriesByKey, key: Any, day: date | None, before: int, arrivals: int, departures: int
) -> None:
    """Add a row of the presence tables to the daily guests of its ``key``, created if missing."""
    if key not in series_by_key:
        series_by_key[key] = PresenceSeries()
    series_by_key[key].note(day, before, arrivals, departures)
