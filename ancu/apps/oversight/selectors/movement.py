"""Who stays where, day by day, and how it was a year before. Numbers only; each opens its list for whom may read it.

Whoever may not (an analyst) is shown what ``small_numbers`` lets through; of a commune only what the table of the
place above shows of it, and no course of days, since two days differ by few people.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from ancu.apps.oversight.selectors.houses import House, houses
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.models import By
from ancu.apps.stays.rules import may_see_guests
from ancu.apps.stays.selectors import moves, presence
from ancu.apps.stays.selectors.area import Area, Scope, area_of, is_former, scope_of
from ancu.apps.stays.selectors.presence import EVERYBODY, Course, Courses, Only, Places
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.statements import force_generic_plan
from ancu.core.security import disclosure_control

DAYS = 30
COLUMNS = ("present", "arrivals", "departures", "year_ago")


@dataclass(frozen=True)
class Figures:
    """Of a place or group on the day: None where it is not shown."""

    present: int | None = 0
    arrivals: int | None = 0
    departures: int | None = 0
    year_ago: int | None = 0

    @property
    def change(self) -> int | None:
        """How many more (or fewer) than a year before."""
        return None if self.present is None or self.year_ago is None else self.present - self.year_ago

    def __bool__(self) -> bool:
        return any(getattr(self, name) != 0 for name in COLUMNS)


@dataclass(frozen=True)
class Row:
    """``key`` is a code of nationality, purpose or kind; ``unit`` the place of a line that is one.

    Of a place ``month`` and ``month_then`` say how many were present each day of the month, and a year before.
    """

    figures: Figures
    key: str = ""
    unit: AdministrativeUnit | None = None
    month: tuple[int, ...] = ()
    month_then: tuple[int, ...] = ()


@dataclass(frozen=True)
class Day:
    day: date
    present: int | None
    arrivals: int | None
    departures: int | None
    year_ago: int | None


@dataclass(frozen=True)
class Move:
    """How many came from one unit of today to another within the month; ``listed``: their list may be opened."""

    origin: AdministrativeUnit
    destination: AdministrativeUnit
    number: int | None
    listed: bool


@dataclass
class Movement:
    """One place on a day. ``tables``: lines by ``place``, ``former``, ``nationality``, ``purpose``, ``kind``."""

    unit: AdministrativeUnit
    area: Area
    day: date
    only: Only
    listed: bool
    total: Figures
    tables: dict[str, list[Row]]
    course: list[Day] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    houses: list[House] = field(default_factory=list)

    @property
    def columns(self) -> tuple[str, ...]:
        return columns_of(self.day)


def columns_of(day: date) -> tuple[str, ...]:
    """What is told of a day. Of a day that runs nothing is compared with a whole day."""
    return COLUMNS if day < clock.today() else COLUMNS[:-1]


def year_before(day: date) -> date:
    """The same date; the 28th for a 29 February."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def month_to(day: date) -> list[date]:
    return [day - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]


def largest(area: Area) -> AdministrativeUnit:
    return max(area.roots(), key=lambda unit: len(area.within(unit.pk)))


def movement(actor: Actor, *, day: date, unit_id: int | None = None, only: Only = EVERYBODY) -> Movement:
    """404 without an area or for a unit outside it. ``only`` narrows for officers who may read the list."""
    area = area_of(actor)
    unit = largest(area) if unit_id is None else area.get(unit_id)
    listed = may_see_guests(actor)
    told = listed and (only.by is By.LODGING or not is_former(unit))  # a former place is told by its lodgings
    with force_generic_plan():
        found = _counted(actor, area, unit, day, only if told else EVERYBODY, listed)
    found.moves = [] if is_former(unit) or found.only.value else _moves(area, unit, day, listed)
    if listed:
        found.houses = _houses(actor, found)
        return found
    return _published(found, _shown_above(actor, area, unit, day))


def _houses(actor: Actor, found: Movement) -> list[House]:
    """The lodgings of a place that has no parts, with what waits about them; not while the page is narrowed."""
    if found.only.value or is_former(found.unit) or found.area.parts(found.unit):
        return []
    return houses(actor, scope_of(actor, found.area, found.unit), found.day)


def _counted(actor: Actor, area: Area, unit: AdministrativeUnit, day: date, only: Only, listed: bool) -> Movement:
    reading = _Reading(scope_of(actor, area, unit), area, day, only)
    former = is_former(unit)
    places = reading.places(former=former)
    before = places if former else (reading.places(former=True) if _told_of_former(area, unit, only) else None)
    tables = {
        "place": _lines(places, area, area.parts(unit)),
        "former": _lines(before, area, _once(area, unit)) if before else [],
    }
    if not only.value:
        tables |= reading.groups()
    within = area.within(unit.pk)
    now, then = _sum(places.now, within), _sum(places.then, within)
    days = zip(month_to(day), month_to(year_before(day)), strict=True)
    course = [_day(now, then, one, before_) for one, before_ in days]
    return Movement(unit, area, day, only, listed, _figures(now, then, day), tables, course)


def _told_of_former(area: Area, unit: AdministrativeUnit, only: Only) -> bool:
    """A nationality or purpose is not told by the lodging, and so not by a former place."""
    return only.by is By.LODGING and bool(_once(area, unit))


def _once(area: Area, unit: AdministrativeUnit) -> list[AdministrativeUnit]:
    """What lay here before: of a province its districts, of a commune the communes it came from."""
    found = []
    for earlier in area.predecessors(unit):
        found += area.parts(earlier) or [earlier]
    return found


@dataclass
class _Two:
    """The courses of the days asked for, and of the same days a year before."""

    now: Courses
    then: Courses
    day: date


@dataclass
class _Reading:
    """What is asked of the database, of the month and of the same days a year before."""

    here: Scope
    area: Area
    day: date
    only: Only

    def places(self, *, former: bool) -> _Two:
        """By the places of today, or by former ones."""
        if self.only.value:
            read = presence.by_locality if former else presence.by_unit
            now, then = (read(self.here, first, last, self.only) for first, last in self._months())
        else:
            now, then = (read.localities if former else read.units for read in self._everybody)
        return _Two(now, then, self.day)

    @cached_property
    def _everybody(self) -> list[Places]:
        return [presence.by_places(self.here, first, last) for first, last in self._months()]

    def _months(self) -> list[tuple[date, date]]:
        return [(last - timedelta(days=DAYS - 1), last) for last in (self.day, year_before(self.day))]

    def groups(self) -> dict[str, list[Row]]:
        """By kind of lodging; of today's places by nationality and purpose, too."""
        rows = {"kind": self._group(*(read.kinds for read in self._everybody))}
        if not self.here.former:
            now, then = (presence.by_values(self.here, on, on) for on in (self.day, year_before(self.day)))
            rows |= {by.value: self._group(now[by], then[by]) for by in now}
        return rows

    def _group(self, now: Courses, then: Courses) -> list[Row]:
        return _in_order(
            [
                Row(_figures(now.get(key, Course()), then.get(key, Course()), self.day), key=key)
                for key in now.keys() | then.keys()
            ]
        )


def _lines(two: _Two, area: Area, units: Iterable[AdministrativeUnit]) -> list[Row]:
    rows, days, days_then = [], month_to(two.day), month_to(year_before(two.day))
    for unit in units:
        now, then = (_sum(courses, area.within(unit.pk)) for courses in (two.now, two.then))
        months = tuple(now.each_day(days)), tuple(then.each_day(days_then))
        rows.append(Row(_figures(now, then, two.day), "", unit, *months))
    return _in_order(rows)


def _in_order(rows: list[Row]) -> list[Row]:
    """Those with anything to tell of the day or its month, most guests first."""
    told = [row for row in rows if row.figures or any(row.month) or any(row.month_then)]
    return sorted(told, key=lambda row: (-(row.figures.present or 0), row.unit.name if row.unit else "", row.key))


def _sum(courses: Mapping[Any, Course], ids: Iterable[int]) -> Course:
    total = Course()
    for key in ids:
        if key in courses:
            total.add(courses[key])
    return total


def _figures(now: Course, then: Course, day: date) -> Figures:
    return Figures(now.present(day), now.arrivals(day), now.departures(day), then.present(year_before(day)))


def _day(now: Course, then: Course, day: date, day_then: date) -> Day:
    return Day(day, now.present(day), now.arrivals(day), now.departures(day), then.present(day_then))


def _moves(area: Area, unit: AdministrativeUnit, day: date, listed: bool) -> list[Move]:
    """Most first; for readers without the list rounded, and none of few people."""
    units = area.everywhere.by_id
    found = moves.moves(area.everywhere, area.within(unit.pk), month_to(day)[0], day)
    rows = [
        Move(units[origin], units[destination], number, listed and destination in area.units)
        for (origin, destination), number in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    if listed:
        return rows
    rounded = (replace(row, number=disclosure_control.rounded(row.number or 0)) for row in rows)
    return [row for row in rounded if row.number is not None]


# --- for readers without the list -------------------------------------------------------------------------


def _shown_above(actor: Actor, area: Area, unit: AdministrativeUnit, day: date) -> Figures | None:
    """What the page of the place above shows of this one; None for the largest, which has none above."""
    path = area.path(unit)
    if not path:
        return None
    above = path[-1]
    page = _published(_counted(actor, area, above, day, EVERYBODY, listed=False), _shown_above(actor, area, above, day))
    lines = (*page.tables["place"], *page.tables["former"])
    return next((row.figures for row in lines if row.unit == unit), Figures(None, None, None, None))


def _published(found: Movement, above: Figures | None) -> Movement:
    counts = {kind: [asdict(row.figures) for row in rows] for kind, rows in found.tables.items()}
    total, told = disclosure_control.rounded_page(asdict(found.total), counts, None if above is None else asdict(above))
    tables = {
        kind: [
            replace(row, figures=Figures(**shown), month=(), month_then=())
            for row, shown in zip(rows, told[kind], strict=True)
        ]
        for kind, rows in found.tables.items()
    }
    course = [] if above is not None else [_rounded_day(one) for one in found.course]
    return replace(found, total=Figures(**total), tables=tables, course=course)


def _rounded_day(one: Day) -> Day:
    return Day(one.day, *(disclosure_control.rounded(getattr(one, name)) for name in COLUMNS))
