"""The number of guests by unit in an agency's area. No personal data is read here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Q

from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.rules import may_see_guests
from ancu.apps.stays.selectors import presence
from ancu.apps.stays.selectors.area import AgencyArea, Scope, area_of, is_former, scope_of
from ancu.apps.stays.selectors.ontime import on_time
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.statements import run
from ancu.core.security import disclosure_control

WEEK = timedelta(days=7)


@dataclass
class Figures:
    """The figures of a unit; ``on_time`` is a share from 0 to 1, None when nothing was declared."""

    present: int = 0
    last_night: int = 0
    week_before: int = 0
    year_before: int = 0
    overdue: int = 0
    permit_ended: int = 0
    arrivals: int = 0
    active: int = 0
    declared_today: int = 0
    declared: int = 0
    late: int = 0

    def add(self, addend: "Figures") -> None:
        """Add each figure of ``addend`` to this one."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(addend, name))

    @property
    def change(self) -> int:
        """The guests present last night minus those a week before; today is not over and does not count."""
        return self.last_night - self.week_before

    @property
    def year_change(self) -> int:
        """The guests present last night minus those on the same date a year before."""
        return self.last_night - self.year_before

    @property
    def in_time(self) -> int:
        """The number of declarations that were on time."""
        return self.declared - self.late

    @property
    def on_time(self) -> float | None:
        """The share of declarations that were on time, from 0 to 1; None without declarations."""
        return 1 - self.late / self.declared if self.declared else None


OF_PEOPLE = (
    "present", "last_night", "week_before", "year_before", "overdue", "permit_ended", "arrivals", "declared", "late",
)  # fmt: skip


@dataclass(frozen=True)
class PublishedFigures:
    """The figures for readers without the list of guests: numbers of people after disclosure control."""

    present: int | None
    last_night: int | None
    week_before: int | None
    year_before: int | None
    overdue: int | None
    permit_ended: int | None
    arrivals: int | None
    declared: int | None
    late: int | None
    active: int
    declared_today: int

    @property
    def change(self) -> int | None:
        """The guests present last night minus those a week before; None where one of the two is hidden."""
        return self._since(self.week_before)

    @property
    def year_change(self) -> int | None:
        """The guests present last night minus those a year before; None where one of the two is hidden."""
        return self._since(self.year_before)

    def _since(self, before: int | None) -> int | None:
        """Return the guests present last night minus those ``before``; None where one of the two is hidden."""
        return None if self.last_night is None or before is None else self.last_night - before

    @property
    def in_time(self) -> int | None:
        """The number of declarations on time, by the published numbers; None if one is hidden."""
        return None if self.declared is None or self.late is None else max(0, self.declared - self.late)

    @property
    def on_time(self) -> float | None:
        """The share of declarations on time, by the published numbers; None if one is hidden or none declared."""
        return None if not self.declared or self.late is None else max(0.0, 1 - self.late / self.declared)


@dataclass
class UnitFigures:
    unit: AdministrativeUnit
    figures: Figures | PublishedFigures


@dataclass
class AreaPage:
    """One unit with its figures, its parts today and the units it succeeded.

    ``districts`` are the former districts of a province, for readers of the list only; ``unplaced`` are the guests at
    lodgings of the same place whose former commune was never noted.
    """

    area: AgencyArea
    unit: AdministrativeUnit
    path: list[AdministrativeUnit]
    figures: Figures | PublishedFigures
    parts: list[UnitFigures]
    former: list[UnitFigures]
    districts: list[UnitFigures] = field(default_factory=list)
    unplaced: int = 0
    listed: bool = True
    roots: list[AdministrativeUnit] = field(default_factory=list)


def area_page(actor: Actor, unit_id: int | None = None) -> AreaPage:
    """Return a unit with its figures, parts and predecessors; without ``unit_id`` the actor's largest unit.

    404 outside the actor's area. Actors who may not see guests get rounded figures without small numbers.
    """
    area = area_of(actor)
    unit = area.get(unit_id) if unit_id is not None else max(area.roots(), key=lambda u: len(area.within(u.pk)))
    page = _page_of(actor, area, unit)
    return page if may_see_guests(actor) else _published(actor, page)


def _page_of(actor: Actor, area: AgencyArea, unit: AdministrativeUnit) -> AreaPage:
    """Return the unit's page: exact figures of the unit, its parts and its predecessors."""
    by_unit, by_locality = figures(scope_of(actor, area, unit))
    own = by_locality if is_former(unit) else by_unit
    return AreaPage(
        area=area,
        unit=unit,
        path=area.path(unit),
        figures=_sum_figures(own, area.within(unit.pk)),
        parts=_unit_figures(area, area.parts(unit), own),
        former=_unit_figures(area, area.predecessors(unit), by_locality),
        districts=_unit_figures(area, _former_parts(area, unit), by_locality),
        unplaced=by_locality[None].present if None in by_locality else 0,
        roots=area.roots(),
    )


def _former_parts(area: AgencyArea, unit: AdministrativeUnit) -> list[AdministrativeUnit]:
    """Return the parts of the unit's predecessors: the former districts of a province."""
    return [part for earlier in area.predecessors(unit) for part in area.parts(earlier)]


def _published(actor: Actor, page: AreaPage) -> AreaPage:
    """Round a unit's figures and those of its parts, hide small ones, and return the page.

    It reveals no more about a place than the page above it.
    """
    tables = {"parts": page.parts, "former": page.former}
    counts = {name: [_people(row.figures) for row in rows] for name, rows in tables.items()}
    total, published = disclosure_control.rounded_page(_people(page.figures), counts, _shown_above(actor, page))
    for name, rows in tables.items():
        for row, counts_of_row in zip(rows, published[name], strict=True):
            row.figures = _publish(row.figures, counts_of_row)
        rows.sort(key=lambda row: (-(row.figures.present or 0), row.unit.name, row.unit.pk))
    page.figures = _publish(page.figures, total)
    page.unplaced = disclosure_control.rounded(page.unplaced) or 0
    page.listed, page.districts = False, []
    return page


def _shown_above(actor: Actor, page: AreaPage) -> Mapping[str, int | None] | None:
    """Return this unit's figures as the page of the unit above publishes them; None for the largest unit.

    A figure hidden there is None.
    """
    if not page.path:
        return None
    above = _published(actor, _page_of(actor, page.area, page.path[-1]))
    row_figures = next((row.figures for row in (*above.parts, *above.former) if row.unit == page.unit), None)
    return {name: getattr(row_figures, name, None) for name in OF_PEOPLE}


def _people(figures: Figures | PublishedFigures) -> dict[str, int]:
    """Return by name those figures that count people and so are rounded or hidden when published."""
    return {name: getattr(figures, name) for name in OF_PEOPLE}


def _publish(figures: Figures | PublishedFigures, people: Mapping[str, int | None]) -> PublishedFigures:
    """Return the figures to publish: ``people`` as rounded or hidden, and the counts of lodgings as they are."""
    return PublishedFigures(**people, active=figures.active, declared_today=figures.declared_today)


def _unit_figures(
    area: AgencyArea, units: Iterable[AdministrativeUnit], by: Mapping[int | None, Figures]
) -> list[UnitFigures]:
    """Return each unit with the sum of the figures within it, most present guests first.

    ``by`` are figures by unit id.
    """
    rows = [UnitFigures(unit, _sum_figures(by, area.within(unit.pk))) for unit in units]
    return sorted(rows, key=lambda row: (-(row.figures.present or 0), row.unit.name, row.unit.pk))


def _sum_figures(by: Mapping[int | None, Figures], ids: Iterable[int]) -> Figures:
    """Return the sum of the figures of the units with these ids."""
    total = Figures()
    for key in ids:
        if key in by:
            total.add(by[key])
    return total


ByUnit = dict[int | None, Figures]


def figures(here: Scope) -> tuple[ByUnit, ByUnit]:
    """Return a scope's figures twice: by unit id, and by id of the lodgings' former commune (None: unknown).

    The stays are counted by lodging because covering indexes then suffice. The locality of each lodging is looked up
    afterwards.
    """
    counted: dict[tuple[int, int], Figures] = defaultdict(Figures)
    for rows in (_present(here), _lists(here), _declarations(here)):
        for row in rows:
            key = (row.pop("unit_id"), row.pop("establishment_id"))
            counted[key].add(Figures(**{name: value or 0 for name, value in row.items()}))
    by_unit: ByUnit = defaultdict(Figures)
    by_locality: ByUnit = defaultdict(Figures)
    lodgings = _lodgings(here, {lodging for _unit, lodging in counted})
    for (unit, lodging), lodging_figures in counted.items():
        by_unit[unit].add(lodging_figures)
        by_locality[lodgings[lodging][1]].add(lodging_figures)
    for unit, locality, status in lodgings.values():
        if status == EstablishmentStatus.ACTIVE and here.holds(unit, locality):
            by_unit[unit].active += 1
            by_locality[locality].active += 1
    return by_unit, by_locality


def _lodgings(here: Scope, counted_ids: set[int]) -> dict[int, tuple[int, int | None, str]]:
    """Return by lodging id (unit, former commune, status), of the scope's lodgings and of ``counted_ids``."""
    lodgings = Establishment.objects.filter(here.lodgings() | Q(pk__in=counted_ids)).order_by()
    return {pk: (unit, locality, status) for pk, unit, locality, status in
            lodgings.values_list("pk", "unit_id", "locality_id", "status")}  # fmt: skip


def _present(here: Scope) -> Iterator[dict[str, Any]]:
    """Yield by unit and lodging the guests present now, last night, a week and a year before, and today's arrivals."""
    today = clock.today()
    yesterday, since = today - timedelta(days=1), today - WEEK  # ``before``: who stayed the night before this day
    for (unit, lodging), course in presence.by_lodging(here, since, today).items():
        counts = {
            "present": course.present(today), "last_night": course.present(yesterday), "week_before": course.before,
            "arrivals": course.arrivals(today),
        }  # fmt: skip
        yield {"unit_id": unit, "establishment_id": lodging, **counts}
    then = presence.year_before(yesterday)
    for (unit, lodging), course in presence.by_lodging(here, then, then).items():
        yield {"unit_id": unit, "establishment_id": lodging, "year_before": course.present(then)}


# Who is no longer listed though present. Whose expected departure is past; they have arrived, since nobody is expected
# to leave before that. Whose permitted stay is.
LISTS = f"""
SELECT scoped.unit_id, scoped.establishment_id, -count(*)::int, 0, 0 FROM stays_stay scoped {{joined}}
WHERE {presence.LEAVING} AND {{scope}} GROUP BY 1, 2
UNION ALL
SELECT scoped.unit_id, scoped.establishment_id, 0, count(*)::int, 0 FROM stays_stay scoped {{joined}}
WHERE scoped.departed_on IS NULL AND NOT (scoped.status = 'withdrawn')
    AND scoped.expected_departure < %(today)s::date AND {{scope}} GROUP BY 1, 2
UNION ALL
SELECT scoped.unit_id, scoped.establishment_id, 0, 0, count(*)::int FROM stays_stay scoped {{joined}}
WHERE scoped.departed_on IS NULL AND NOT (scoped.status = 'withdrawn')
    AND scoped.permitted_until < %(today)s::date AND scoped.arrived_on <= %(today)s::date AND {{scope}} GROUP BY 1, 2
"""  # noqa: S608


def _lists(here: Scope) -> Iterator[dict[str, Any]]:
    """Yield by unit and lodging the guests overdue, and those whose permitted stay has ended.

    ``present`` is negative: the guests leaving whom ``_present`` counts too many.
    """
    placeholders, values = presence.scope_condition(here)
    rows = run(LISTS.format(**placeholders), {"today": clock.today(), **values}, prepare=False)
    for unit, lodging, leaving, overdue, ended in rows:
        counts = {"present": leaving, "overdue": overdue, "permit_ended": ended}
        yield {"unit_id": unit, "establishment_id": lodging, **counts}


def _declarations(here: Scope) -> Iterator[dict[str, Any]]:
    """Yield by unit and lodging the recent declarations, the late ones, and 1 if it declared today."""
    for unit, lodging, declared, late, today in on_time(here):
        counts = {"declared": declared, "late": late, "declared_today": int(today)}
        yield {"unit_id": unit, "establishment_id": lodging, **counts}
