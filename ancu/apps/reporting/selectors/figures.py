"""Figures: those an actor may see, those that wait, a unit's sheet of a month, one figure's history."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.shortcuts import get_object_or_404

from ancu.apps.audit.selectors import with_absent
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import standing_on
from ancu.apps.reporting.enums import Origin, PeriodKind, State
from ancu.apps.reporting.models import Figure, Import
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.rules.periods import Span
from ancu.apps.reporting.rules.values import Amount
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404
from ancu.engines.rulebook import Indicator, NotInForce, indicator, indicators

SHOWN = 100


def visible_to(actor: Actor) -> QuerySet[Figure]:
    """The figures of the own area; the office's is the whole province, in every period of its units."""
    if not access.reads_figures(actor):
        return Figure.objects.none()
    return Figure.objects.all() if actor.is_office else Figure.objects.filter(unit__in=actor.area)


def get_figure(actor: Actor, pk: int) -> Figure:
    return get_object_or_404(visible_to(actor).select_related("unit", "period"), pk=pk)


def get_indicator(code: str, on: date) -> Indicator:
    """As defined that day; 404 for one that is not."""
    try:
        return indicator(code, on)
    except (KeyError, NotInForce):
        raise Http404 from None


def get_unit(actor: Actor, pk: int) -> AdministrativeUnit:
    """A unit of the own area, of any period."""
    if not access.reads_figures(actor):
        raise Http404
    found = AdministrativeUnit.objects.filter(pk=pk)
    return get_object_or_404(found if actor.is_office else found.filter(pk__in=actor.area))


def get_import(actor: Actor, pk: int) -> Import:
    """A file of the own agency, by whoever may enter figures."""
    if not access.may_enter(actor):
        raise Http404
    return get_object_or_404(Import, pk=pk, agency_id=actor.organisation_id)


@dataclass(frozen=True, slots=True)
class Lines:
    """One page of a file that was read; the faulty lines come before the good ones."""

    problems: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    first: int
    last: int
    total: int
    previous: int | None
    next: int | None


def lines_of(found: Import, page: int) -> Lines:
    """404 for a page that is not there."""
    faulty, total = len(found.problems), len(found.problems) + len(found.rows)
    start = (page - 1) * SHOWN
    if start >= max(total, 1):
        raise Http404
    end = min(start + SHOWN, total)
    return Lines(
        found.problems[start:end], found.rows[max(start - faulty, 0) : max(end - faulty, 0)], start + 1, end, total,
        page - 1 or None, page + 1 if end < total else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal as the one who decides reads it: what it says now, and what it would take the place of."""

    figure: Figure
    indicator: Indicator
    before: Amount | None

    @property
    def amount(self) -> Amount:
        return Amount(self.figure.part, self.figure.base)


def proposed(actor: Actor, unit_id: int | None = None, month: Span | None = None) -> QuerySet[Figure]:
    """Proposals of the own area, or of one unit and month of it."""
    found = visible_to(actor).filter(state=State.PROPOSED)
    if unit_id is not None:
        found = found.filter(unit=unit_id)
    if month is not None:
        found = found.filter(period__kind=month.kind, period__first_day=month.first_day)
    return found


def waiting(asked: QuerySet[Figure]) -> list[Waiting]:
    """The first of them, the oldest first."""
    found = _with_absent(asked.select_related("unit", "period", "entered_by").order_by("pk")[:SHOWN], "entered")
    current = Figure.objects.filter(
        state=State.CURRENT,
        period__in={one.period_id for one in found},
        unit__in={one.unit_id for one in found},
        indicator__in={one.indicator for one in found},
    ).order_by()
    before = {(one.indicator, one.unit_id, one.period_id): Amount(one.part, one.base) for one in current}
    return [
        Waiting(
            one,
            indicator(one.indicator, one.period.first_day),
            before.get((one.indicator, one.unit_id, one.period_id)),
        )
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class Cell:
    """An indicator on a unit's sheet: what is approved, and what waits or came back."""

    indicator: Indicator
    current: Figure | None
    last: Figure | None
    highest: int | None = None  # approved number of the earlier months

    @property
    def needs_reason(self) -> bool:
        """Whatever follows a first figure says why."""
        return self.last is not None


def sheet(unit: AdministrativeUnit, month: Span) -> list[Cell]:
    """All indicators that are entered by units, with what there is of them."""
    found = Figure.objects.filter(unit=unit, period__kind=PeriodKind.MONTH, period__first_day=month.first_day).order_by(
        "number"
    )
    last: dict[str, Figure] = {}
    current: dict[str, Figure] = {}
    for one in found:
        last[one.indicator] = one
        if one.state == State.CURRENT:
            current[one.indicator] = one
    highest = highest_before(month.first_day, [unit.pk])
    entered = [one for one in indicators(month.first_day) if one.how != "query"]
    return [
        Cell(indicator, current.get(indicator.code), last.get(indicator.code), highest.get((indicator.code, unit.pk)))
        for indicator in entered
    ]


def highest_before(day: date, units: Collection[int]) -> dict[tuple[str, int], int]:
    """By indicator and unit, the highest number approved for a month that began before that day."""
    earlier = Figure.objects.filter(
        unit__in=units, state=State.CURRENT, period__kind=PeriodKind.MONTH, period__first_day__lt=day
    )
    of_units = earlier.order_by().values_list("indicator", "unit")
    rows = of_units.annotate(highest=Max(Greatest("part", Coalesce("base", "part"))))
    return {(code, unit): highest for code, unit, highest in rows}


@dataclass(frozen=True)
class Closing:
    """What closing a month would fix."""

    figures: int
    units: int
    waiting: int
    units_missing: int


def closing_of(month: Span, units: Collection[int]) -> Closing:
    """Count the approved figures and their units, the figures that wait, and the units without a figure."""
    figures = Figure.objects.filter(period__kind=PeriodKind.MONTH, period__first_day=month.first_day)
    entered = figures.filter(state=State.CURRENT).exclude(origin=Origin.QUERY)
    having = set(entered.order_by().values_list("unit", flat=True).distinct())
    waiting = figures.filter(state=State.PROPOSED).count()
    return Closing(entered.count(), len(having), waiting, len(set(units) - having))


def history(actor: Actor, code: str, unit: AdministrativeUnit) -> Sequence[Figure]:
    """Every figure of one indicator, a unit and its predecessors, the newest period first, each with its revisions."""
    figures = visible_to(actor).filter(indicator=code)
    with_figures = figures.order_by().values_list("unit", flat=True).distinct()
    standing = standing_on(unit.valid_until or clock.today(), with_figures)
    units = [pk for pk, successor in standing.items() if successor == unit.pk]
    people = figures.filter(unit__in=units).select_related("period", "unit", "entered_by", "decided_by")
    rows = _with_absent(people.order_by("-period__first_day", "period__kind", "-number")[:SHOWN], "entered")
    return _with_absent(rows, "decided")


def _with_absent(rows: Iterable[Figure], act: str) -> list[Figure]:
    """Each with ``entered_for`` or ``decided_for``: the colleague on leave whose desk it was."""
    found = list(rows)
    told = {"by": f"{act}_by_id", "at": f"{act}_at", "told": f"{act}_for"}
    return with_absent(found, "reporting.period", {one.period_id for one in found}, **told)
