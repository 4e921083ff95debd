"""The units an agency answers for, and how many guests stay where. Counts only: nobody's name is read here.

A today's unit counts the stays made in it and in the units it succeeded. A former unit counts the stays of
the lodgings whose ``locality`` it is, or lies below it or before it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import Units, all_units
from ancu.apps.stays.models import LEFT, OPEN, Stay, Submission
from ancu.apps.stays.rules import may_see_area
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404

ON_TIME_DAYS = 30
WEEK = timedelta(days=7)


@dataclass(eq=False)
class Area:
    """The units of an actor's area as a tree: below a unit lie its parts and the units it succeeded."""

    units: dict[int, AdministrativeUnit]
    _within: dict[int, frozenset[int]] = field(default_factory=dict, init=False)

    @cached_property
    def _below(self) -> dict[int, list[int]]:
        below: dict[int, list[int]] = defaultdict(list)
        for unit in self.units.values():
            for above in {unit.parent_id, unit.successor_id}:
                if above is not None and above != unit.pk:
                    below[above].append(unit.pk)
        return below

    @cached_property
    def in_order(self) -> list[AdministrativeUnit]:
        """As a list offers them: today's units by name, then the former ones."""
        return sorted(self.units.values(), key=lambda unit: (unit.valid_until is not None, unit.name, unit.pk))

    def roots(self) -> list[AdministrativeUnit]:
        """The largest units: those that lie neither below nor before another one of the area."""
        return [
            unit
            for unit in self.units.values()
            if unit.parent_id not in self.units and unit.successor_id not in self.units
        ]

    def get(self, unit_id: int) -> AdministrativeUnit:
        """The unit, or 404 when it is not of this area."""
        if unit_id not in self.units:
            raise Http404
        return self.units[unit_id]

    def within(self, unit_id: int) -> frozenset[int]:
        """The unit, all below it and all they succeeded."""
        if unit_id not in self._within:
            self._within[unit_id] = self._gather(unit_id)
        return self._within[unit_id]

    def _gather(self, unit_id: int) -> frozenset[int]:
        found, waiting = {unit_id}, [unit_id]
        while waiting:
            fresh = set(self._below.get(waiting.pop(), ())) - found
            found |= fresh
            waiting.extend(fresh)
        return frozenset(found)

    def parts(self, unit: AdministrativeUnit) -> list[AdministrativeUnit]:
        """What the unit consists of: its children that lasted as long as it did (or still last)."""
        return [u for u in self.units.values() if u.parent_id == unit.pk and u.valid_until == unit.valid_until]

    def predecessors(self, unit: AdministrativeUnit) -> list[AdministrativeUnit]:
        return [u for u in self.units.values() if u.successor_id == unit.pk and u.pk != unit.pk]

    def path(self, unit: AdministrativeUnit) -> list[AdministrativeUnit]:
        """From the largest unit of the area down to (not with) this one."""
        steps: list[AdministrativeUnit] = []
        above = unit
        while (key := next((k for k in (above.parent_id, above.successor_id) if k in self.units), None)) is not None:
            above = self.units[key]
            if above in steps or above == unit:
                break
            steps.insert(0, above)
        return steps


def area_of(actor: Actor) -> Area:
    """The actor's units by name; 404 for whoever has no area."""
    if not may_see_area(actor) or not actor.area:
        raise Http404
    return _area(all_units(), actor.area)


@lru_cache(maxsize=64)
def _area(units: Units, ids: frozenset[int]) -> Area:
    """Kept with the units it was made of: the tree of a province is built once, not for each page."""
    return Area({pk: unit for pk, unit in units.by_id.items() if pk in ids})


@dataclass
class Figures:
    """What is counted of one unit; ``on_time`` is a share from 0 to 1, None when nothing was declared."""

    present: int = 0
    week_ago: int = 0
    overdue: int = 0
    permit_ended: int = 0
    arrivals: int = 0
    active: int = 0
    declared_today: int = 0
    declared: int = 0
    late: int = 0

    def add(self, other: "Figures") -> None:
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def change(self) -> int:
        """How many more (or, below zero, fewer) stay now than did a week ago."""
        return self.present - self.week_ago

    @property
    def on_time(self) -> float | None:
        return 1 - self.late / self.declared if self.declared else None


@dataclass
class UnitFigures:
    unit: AdministrativeUnit
    figures: Figures


@dataclass
class AreaPage:
    """One unit with its figures, its parts today and the units it succeeded.

    ``unplaced`` are the guests at lodgings of the same place whose former commune was never noted.
    """

    unit: AdministrativeUnit
    path: list[AdministrativeUnit]
    figures: Figures
    parts: list[UnitFigures]
    former: list[UnitFigures]
    unplaced: int = 0
    roots: list[AdministrativeUnit] = field(default_factory=list)


def is_former(unit: AdministrativeUnit) -> bool:
    return unit.valid_until is not None and unit.valid_until < clock.today()


@dataclass(frozen=True)
class Scope:
    """The stays, submissions and lodgings of one unit, never beyond the actor's own area."""

    ids: frozenset[int]
    area: frozenset[int]
    former: bool

    def stays(self) -> Q:
        """For stays and submissions alike: both name a unit and an establishment."""
        if self.former:
            return Q(establishment__locality_id__within=self.ids, unit_id__within=self.area)
        return Q(unit_id__within=self.ids & self.area)

    def holds(self, unit: int, locality: int | None) -> bool:
        """Whether a lodging with these two places is one of the scope's."""
        return unit in self.area and (locality if self.former else unit) in self.ids

    def lodgings(self) -> Q:
        if self.former:
            return Q(locality_id__within=self.ids, unit_id__within=self.area)
        return Q(unit_id__within=self.ids & self.area)


def scope_of(actor: Actor, area: Area, unit: AdministrativeUnit) -> Scope:
    return Scope(area.within(unit.pk), actor.area, is_former(unit))


def area_page(actor: Actor, unit_id: int | None = None) -> AreaPage:
    """The page of one unit, of the actor's largest when none is named; 404 outside his area."""
    area = area_of(actor)
    roots = area.roots()
    unit = area.get(unit_id) if unit_id is not None else max(roots, key=lambda u: len(area.within(u.pk)))
    by_unit, by_locality = figures(scope_of(actor, area, unit))
    own = by_locality if is_former(unit) else by_unit
    return AreaPage(
        unit=unit,
        path=area.path(unit),
        figures=_sum(own, area.within(unit.pk)),
        parts=_each(area, area.parts(unit), own),
        former=_each(area, area.predecessors(unit), by_locality),
        unplaced=by_locality[None].present if None in by_locality else 0,
        roots=roots,
    )


def _each(area: Area, units: Iterable[AdministrativeUnit], by: Mapping[int | None, Figures]) -> list[UnitFigures]:
    rows = [UnitFigures(unit, _sum(by, area.within(unit.pk))) for unit in units]
    return sorted(rows, key=lambda row: (-row.figures.present, row.unit.name, row.unit.pk))


def _sum(by: Mapping[int | None, Figures], ids: Iterable[int]) -> Figures:
    total = Figures()
    for key in ids:
        if key in by:
            total.add(by[key])
    return total


ByUnit = dict[int | None, Figures]


def figures(here: Scope) -> tuple[ByUnit, ByUnit]:
    """The figures of a scope, once by unit and once by locality (the former commune of the lodging).

    The stays are counted by lodging, which covering indexes answer alone (they hold units, but not every id); its
    locality is looked up afterwards.
    """
    counted: dict[tuple[int, int], Figures] = defaultdict(Figures)
    for rows in (_present(here), _left(here), _declarations(here)):
        for row in rows:
            key = (row.pop("unit_id"), row.pop("establishment_id"))
            counted[key].add(Figures(**{name: value or 0 for name, value in row.items()}))
    by_unit: ByUnit = defaultdict(Figures)
    by_locality: ByUnit = defaultdict(Figures)
    known = _lodgings(here, {lodging for _unit, lodging in counted})
    for (unit, lodging), found in counted.items():
        by_unit[unit].add(found)
        by_locality[known[lodging][1]].add(found)
    for unit, locality, status in known.values():
        if status == EstablishmentStatus.ACTIVE and here.holds(unit, locality):
            by_unit[unit].active += 1
            by_locality[locality].active += 1
    return by_unit, by_locality


def _lodgings(here: Scope, seen: set[int]) -> dict[int, tuple[int, int | None, str]]:
    """(unit, locality, status) of the scope's lodgings and of those that its stays were made at."""
    wanted = Establishment.objects.filter(here.lodgings() | Q(pk__within=seen)).order_by()
    return {pk: (unit, locality, status) for pk, unit, locality, status in
            wanted.values_list("pk", "unit_id", "locality_id", "status")}  # fmt: skip


def present_stays() -> QuerySet[Stay]:
    """Guests who are there now: arrived, not left, not withdrawn."""
    return Stay.objects.filter(OPEN, arrived_on__lte=clock.today())


def _present(here: Scope) -> Any:
    today = clock.today()
    return _by_lodging(present_stays().filter(here.stays())).annotate(
        present=Count("unit_id"),
        week_ago=Count("unit_id", filter=Q(arrived_on__lte=today - WEEK)),
        overdue=Count("unit_id", filter=Q(expected_departure__lt=today)),
        permit_ended=Count("unit_id", filter=Q(permitted_until__lt=today)),
        arrivals=Count("unit_id", filter=Q(arrived_on=today)),
    )


def _left(here: Scope) -> Any:
    """Those who were there a week ago and have left since; and those who came today and are gone again."""
    today = clock.today()
    left = Stay.objects.filter(LEFT, here.stays(), departed_on__gt=today - WEEK)
    return _by_lodging(left).annotate(
        week_ago=Count("unit_id", filter=Q(arrived_on__lte=today - WEEK)),
        arrivals=Count("unit_id", filter=Q(arrived_on=today)),
    )


def _declarations(here: Scope) -> Iterator[dict[str, Any]]:
    """Lodgings that declared since midnight; what was declared in the last days, and how much of it late."""
    midnight = datetime.combine(clock.today(), time.min, clock.VIETNAM)
    since = midnight - timedelta(days=ON_TIME_DAYS)
    declared = _by_lodging(Submission.objects.filter(here.stays(), received_at__gte=since))
    for row in declared.annotate(
        declared=Sum("accepted_count"),
        late=Sum("late_count"),
        today=Count("unit_id", filter=Q(received_at__gte=midnight)),
    ):
        row["declared_today"] = min(row.pop("today"), 1)
        yield row


def _by_lodging(rows: QuerySet[Any]) -> Any:
    return rows.order_by().values("unit_id", "establishment_id")
