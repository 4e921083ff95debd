"""Guests by place and day, compared with the year before. Numbers only, linked to lists for users who may read them.

Other users (analysts) see figures after disclosure control. For a commune they see what the table of the place above
shows, and no daily series, because two days differ by few people.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from ancu.apps.oversight.selectors.lodgings import LodgingOverview, lodgings_of_place
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.models import PresenceDimension
from ancu.apps.stays.rules import may_see_guests
from ancu.apps.stays.selectors import moves, presence
from ancu.apps.stays.selectors.area import AgencyArea, Scope, area_of, is_former, scope_of
from ancu.apps.stays.selectors.presence import (
    EVERYBODY,
    PresenceFilter,
    PresenceSeries,
    SeriesByKey,
    SeriesByPlace,
    year_before,
)
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.security import disclosure_control

DAYS = 30
WEEK = timedelta(days=7)
FIRST_ROWS = 12  # of a table; more stand folded under them
COLUMNS = ("present", "arrivals", "departures", "year_ago")


@dataclass(frozen=True)
class MovementFigures:
    """Figures of a place or group on the day; None if suppressed."""

    present: int | None = 0
    arrivals: int | None = 0
    departures: int | None = 0
    year_ago: int | None = 0

    @property
    def change(self) -> int | None:
        """The difference of guests present from a year before; None if either is unknown."""
        return None if self.present is None or self.year_ago is None else self.present - self.year_ago

    def __bool__(self) -> bool:
        return any(getattr(self, name) != 0 for name in COLUMNS)


@dataclass(frozen=True)
class MovementRow:
    """One line of a table. ``key`` is a code of nationality, purpose or kind; ``unit`` is set for a place.

    ``month`` and ``month_then`` are the guests present on each day of the month, and a year before.
    """

    figures: MovementFigures
    key: str = ""
    unit: AdministrativeUnit | None = None
    month: tuple[int, ...] = ()
    month_then: tuple[int, ...] = ()


@dataclass(frozen=True)
class MovementDay:
    day: date
    present: int | None
    arrivals: int | None
    departures: int | None
    year_ago: int | None


@dataclass(frozen=True)
class MovementFlow:
    """Guests who moved between two present units within the month; ``listed`` allows opening their list."""

    origin: AdministrativeUnit
    destination: AdministrativeUnit
    number: int | None
    listed: bool


@dataclass
class Movement:
    """Figures of one place on a day.

    ``tables`` has lines by ``place``, ``former``, ``nationality``, ``purpose``, ``kind``. ``compared`` are the last day
    that is over, the same weekday before it and the same day a year before; empty for users without lists.
    """

    unit: AdministrativeUnit
    area: AgencyArea
    day: date
    only: PresenceFilter
    listed: bool
    total: MovementFigures
    tables: dict[str, list[MovementRow]]
    course: list[MovementDay] = field(default_factory=list)
    moves: list[MovementFlow] = field(default_factory=list)
    houses: list[LodgingOverview] = field(default_factory=list)
    compared: list[MovementDay] = field(default_factory=list)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that the tables show for the page's day (``columns_of``)."""
        return columns_of(self.day)


def columns_of(day: date) -> tuple[str, ...]:
    """Return the names of the columns shown for a day; the comparison with a year before only for a past day.

    A day that is not over is not compared with a complete one.
    """
    return COLUMNS if day < clock.today() else COLUMNS[:-1]


def month_to(day: date) -> list[date]:
    """Return the ``DAYS`` days that end with this day, in order."""
    return [day - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]


def largest_unit(area: AgencyArea) -> AdministrativeUnit:
    """Return the topmost unit of the area that has the most units below it."""
    return max(area.roots(), key=lambda unit: len(area.within(unit.pk)))


def movement(actor: Actor, *, day: date, unit_id: int | None = None, only: PresenceFilter = EVERYBODY) -> Movement:
    """Return the guest figures of a unit on a day (by default the actor's largest unit).

    404 without an area or for a unit outside it. ``only`` narrows the figures to a nationality, purpose or kind of
    lodging, for users who may list guests.
    """
    area = area_of(actor)
    unit = largest_unit(area) if unit_id is None else area.get(unit_id)
    listed = may_see_guests(actor)
    may_narrow = listed and (
        only.by is PresenceDimension.LODGING or not is_former(unit)
    )  # a former place is told by its lodgings
    page = _exact_figures(actor, area, unit, day, only if may_narrow else EVERYBODY, listed)
    page.moves = [] if is_former(unit) or page.only.value else _flows(area, unit, day, listed)
    if listed:
        page.houses = _lodgings(actor, page)
        return page
    return _rounded_page(page, _parent_figures(actor, area, unit, day))


def _lodgings(actor: Actor, page: Movement) -> list[LodgingOverview]:
    """Return the overviews of a commune's lodgings with their alerts.

    Empty while the page is filtered, and for former units and units with subunits.
    """
    if page.only.value or is_former(page.unit) or page.area.parts(page.unit):
        return []
    return lodgings_of_place(actor, scope_of(actor, page.area, page.unit), page.day)


def _exact_figures(
    actor: Actor, area: AgencyArea, unit: AdministrativeUnit, day: date, only: PresenceFilter, listed: bool
) -> Movement:
    """Return the page with exact figures: the unit's totals, tables by place and group, each day of the month.

    ``listed``: the user may list guests.
    """
    reading = _MovementQuery(scope_of(actor, area, unit), area, day, only)
    former = is_former(unit)
    places = reading.places(former=former)
    before = places if former else (reading.places(former=True) if _has_former_places(area, unit, only) else None)
    tables = {
        "place": _unit_rows(places, area, area.parts(unit)),
        "former": _unit_rows(before, area, _earlier_units(area, unit)) if before else [],
    }
    if not only.value:
        tables |= reading.groups()
    within = area.within(unit.pk)
    now, then = _sum_series(places.now, within), _sum_series(places.then, within)
    days = zip(month_to(day), month_to(year_before(day)), strict=True)
    course = [_day_figures(now, then, day_now, before_) for day_now, before_ in days]
    page = Movement(unit, area, day, only, listed, _figures(now, then, day), tables, course)
    page.compared = _compared(now, then, day) if listed else []
    return page


def _compared(now: PresenceSeries, then: PresenceSeries, day: date) -> list[MovementDay]:
    """Return the last day to ``day`` that is over, the same weekday before it, and the same day a year before."""
    last = min(day, clock.today() - timedelta(days=1))
    before = year_before(last)
    return [
        MovementDay(on, series.present(on), series.arrivals(on), series.departures(on), None)
        for series, on in ((now, last), (now, last - WEEK), (then, before))
    ]


def _has_former_places(area: AgencyArea, unit: AdministrativeUnit, only: PresenceFilter) -> bool:
    """Whether the page can show a table by former place: the unit has earlier units, and the filter allows it.

    Guests are not counted by nationality or purpose within former places.
    """
    return only.by is PresenceDimension.LODGING and bool(_earlier_units(area, unit))


def _earlier_units(area: AgencyArea, unit: AdministrativeUnit) -> list[AdministrativeUnit]:
    """Return the earlier units of this place: districts of a province, predecessors of a commune."""
    earlier_units = []
    for earlier in area.predecessors(unit):
        earlier_units += area.parts(earlier) or [earlier]
    return earlier_units


@dataclass
class _YearPair:
    """Daily series of the requested days, and of the same days a year before."""

    now: SeriesByKey
    then: SeriesByKey
    day: date


@dataclass
class _MovementQuery:
    """Database queries for the month and the same days a year before."""

    here: Scope
    area: AgencyArea
    day: date
    only: PresenceFilter

    def places(self, *, former: bool) -> _YearPair:
        """Return the guests by present (or ``former``) place for each day of the month and of a year before."""
        if self.only.value:
            read = presence.by_locality if former else presence.by_unit
            now, then = (read(self.here, first, last, self.only) for first, last in self._months())
        else:
            now, then = (read.localities if former else read.units for read in self._everybody)
        return _YearPair(now, then, self.day)

    @cached_property
    def _everybody(self) -> list[SeriesByPlace]:
        """The daily guests of all kinds by place: of the month and of the same days a year before."""
        return [presence.by_places(self.here, first, last) for first, last in self._months()]

    def _months(self) -> list[tuple[date, date]]:
        """Return (first, last) of the ``DAYS`` days up to the page's day, and of the same days a year before."""
        return [(last - timedelta(days=DAYS - 1), last) for last in (self.day, year_before(self.day))]

    def groups(self) -> dict[str, list[MovementRow]]:
        """Return table rows by table: kind of lodging and, for present units, nationality and purpose of stay."""
        rows = {"kind": self._group_rows(*(read.kinds for read in self._everybody))}
        if not self.here.former:
            now, then = (presence.by_values(self.here, on, on) for on in (self.day, year_before(self.day)))
            rows |= {by.value: self._group_rows(now[by], then[by]) for by in now}
        return rows

    def _group_rows(self, now: SeriesByKey, then: SeriesByKey) -> list[MovementRow]:
        """Return a table row for each nationality, purpose or kind (key of the series), most guests first."""
        return _in_order(
            [
                MovementRow(
                    _figures(now.get(key, PresenceSeries()), then.get(key, PresenceSeries()), self.day), key=key
                )
                for key in now.keys() | then.keys()
            ]
        )


def _unit_rows(pair: _YearPair, area: AgencyArea, units: Iterable[AdministrativeUnit]) -> list[MovementRow]:
    """Return a table row for each unit: the day's figures, and daily guests of the month and of a year before.

    Most guests first; units whose figures are all zero are left out.
    """
    rows, days, days_then = [], month_to(pair.day), month_to(year_before(pair.day))
    for unit in units:
        now, then = (_sum_series(courses, area.within(unit.pk)) for courses in (pair.now, pair.then))
        months = tuple(now.each_day(days)), tuple(then.each_day(days_then))
        rows.append(MovementRow(_figures(now, then, pair.day), "", unit, *months))
    return _in_order(rows)


def _in_order(rows: list[MovementRow]) -> list[MovementRow]:
    """Return the rows without those whose figures are all zero in the day and the month, most guests first."""
    nonempty = [row for row in rows if row.figures or any(row.month) or any(row.month_then)]
    return sorted(nonempty, key=lambda row: (-(row.figures.present or 0), row.unit.name if row.unit else "", row.key))


def _sum_series(courses: Mapping[Any, PresenceSeries], ids: Iterable[int]) -> PresenceSeries:
    """Return the sum of the daily series of these units; ``courses`` are the series by unit id."""
    total = PresenceSeries()
    for key in ids:
        if key in courses:
            total.add(courses[key])
    return total


def _figures(now: PresenceSeries, then: PresenceSeries, day: date) -> MovementFigures:
    """Return the day's guests present, arrived and departed, and the guests present on the same day a year before.

    ``now`` and ``then`` are the daily series of this year and the last.
    """
    return MovementFigures(now.present(day), now.arrivals(day), now.departures(day), then.present(year_before(day)))


def _day_figures(now: PresenceSeries, then: PresenceSeries, day: date, day_then: date) -> MovementDay:
    """Return a day of the month: guests present, arrived and departed, and present on ``day_then`` a year before."""
    return MovementDay(day, now.present(day), now.arrivals(day), now.departures(day), then.present(day_then))


def _flows(area: AgencyArea, unit: AdministrativeUnit, day: date, listed: bool) -> list[MovementFlow]:
    """Return how many guests moved between the unit's places and others within the month, largest flow first.

    For users without the right to list guests the numbers are rounded, and flows with few guests left out.
    """
    units = area.everywhere.by_id
    counts = moves.moves(area.everywhere, area.within(unit.pk), month_to(day)[0], day)
    rows = [
        MovementFlow(units[origin], units[destination], number, listed and destination in area.units)
        for (origin, destination), number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    if listed:
        return rows
    rounded = (replace(row, number=disclosure_control.rounded(row.number or 0)) for row in rows)
    return [row for row in rounded if row.number is not None]


# --- for readers without the list -------------------------------------------------------------------------


def _parent_figures(actor: Actor, area: AgencyArea, unit: AdministrativeUnit, day: date) -> MovementFigures | None:
    """Return the figures that the page of the parent unit shows for this unit, rounded; None for the topmost unit.

    All are None if that page does not show the unit.
    """
    path = area.path(unit)
    if not path:
        return None
    above = path[-1]
    page = _rounded_page(
        _exact_figures(actor, area, above, day, EVERYBODY, listed=False), _parent_figures(actor, area, above, day)
    )
    lines = (*page.tables["place"], *page.tables["former"])
    return next((row.figures for row in lines if row.unit == unit), MovementFigures(None, None, None, None))


def _rounded_page(page: Movement, above: MovementFigures | None) -> Movement:
    """Return the page for users who may not list guests: rounded consistently with the page above."""
    counts = {kind: [asdict(row.figures) for row in rows] for kind, rows in page.tables.items()}
    total, rounded_tables = disclosure_control.rounded_page(
        asdict(page.total), counts, None if above is None else asdict(above)
    )
    tables = {
        kind: [
            replace(row, figures=MovementFigures(**rounded), month=(), month_then=())
            for row, rounded in zip(rows, rounded_tables[kind], strict=True)
        ]
        for kind, rows in page.tables.items()
    }
    course = [] if above is not None else [_rounded_day(day) for day in page.course]
    return replace(page, total=MovementFigures(**total), tables=tables, course=course)


def _rounded_day(day: MovementDay) -> MovementDay:
    """Return the day's figures rounded, for users who may not list guests."""
    return MovementDay(day.day, *(disclosure_control.rounded(getattr(day, name)) for name in COLUMNS))
