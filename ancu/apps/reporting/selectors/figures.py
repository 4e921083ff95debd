"""Figures visible to an actor, pending figures, a unit's monthly sheet, and a figure's history."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.shortcuts import get_object_or_404

from ancu.apps.audit.selectors import with_absent
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import units_on_day
from ancu.apps.reporting.enums import FigureOrigin, FigureState, PeriodKind
from ancu.apps.reporting.models import Figure, FigureImport
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.rules.periods import Span
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404
from ancu.engines.rulebook import Indicator, NotInForce, indicator, indicators

PAGE_SIZE = 100


def visible_to(actor: Actor) -> QuerySet[Figure]:
    """Return the figures of the actor's area; for the office, those of all units of all times."""
    if not access.reads_figures(actor):
        return Figure.objects.none()
    return Figure.objects.all() if actor.is_office else Figure.objects.filter(unit__in=actor.area)


def get_figure(actor: Actor, pk: int) -> Figure:
    """Return the figure with this id if the actor may see it; 404 otherwise."""
    return get_object_or_404(visible_to(actor).select_related("unit", "period"), pk=pk)


def get_indicator(code: str, on: date) -> Indicator:
    """Return the indicator as defined on that day; 404 for an unknown code or one not in force."""
    try:
        return indicator(code, on)
    except (KeyError, NotInForce):
        raise Http404 from None


def get_unit(actor: Actor, pk: int) -> AdministrativeUnit:
    """Return a current or former unit of the actor's area, or 404."""
    if not access.reads_figures(actor):
        raise Http404
    units = AdministrativeUnit.objects.filter(pk=pk)
    return get_object_or_404(units if actor.is_office else units.filter(pk__in=actor.area))


def get_import(actor: Actor, pk: int) -> FigureImport:
    """Return an uploaded file of the actor's agency, for users who may enter figures; otherwise 404."""
    if not access.may_enter(actor):
        raise Http404
    return get_object_or_404(FigureImport, pk=pk, agency_id=actor.organisation_id)


@dataclass(frozen=True, slots=True)
class ImportPage:
    """One page of an uploaded file; faulty lines first."""

    problems: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    first: int
    last: int
    total: int
    previous: int | None
    next: int | None


def import_page(figure_import: FigureImport, page: int) -> ImportPage:
    """Return one page of an uploaded file: first its problems, then its valid rows; 404 beyond the last page."""
    faulty, total = len(figure_import.problems), len(figure_import.problems) + len(figure_import.rows)
    start = (page - 1) * PAGE_SIZE
    if start >= max(total, 1):
        raise Http404
    end = min(start + PAGE_SIZE, total)
    return ImportPage(
        figure_import.problems[start:end],
        figure_import.rows[max(start - faulty, 0) : max(end - faulty, 0)],
        start + 1,
        end,
        total,
        page - 1 or None,
        page + 1 if end < total else None,
    )


@dataclass(frozen=True, slots=True)
class PendingFigure:
    """A proposal with the value it would replace."""

    figure: Figure
    indicator: Indicator
    before: IndicatorAmount | None

    @property
    def amount(self) -> IndicatorAmount:
        """The pending figure's proposed amount: a number, or part and base."""
        return IndicatorAmount(self.figure.part, self.figure.base)


def proposed_figures(actor: Actor, unit_id: int | None = None, month: Span | None = None) -> QuerySet[Figure]:
    """Return the pending figures of the actor's area, or only those of one unit and month."""
    figures = visible_to(actor).filter(state=FigureState.PROPOSED)
    if unit_id is not None:
        figures = figures.filter(unit=unit_id)
    if month is not None:
        figures = figures.filter(period__kind=month.kind, period__first_day=month.first_day)
    return figures


def pending_figures(proposals: QuerySet[Figure]) -> list[PendingFigure]:
    """Return the first page of these pending figures, oldest first, each with the approved amount it would replace."""
    figures = _with_absent(
        proposals.select_related("unit", "period", "entered_by").order_by("pk")[:PAGE_SIZE], "entered"
    )
    current = Figure.objects.filter(
        state=FigureState.CURRENT,
        period__in={figure.period_id for figure in figures},
        unit__in={figure.unit_id for figure in figures},
        indicator__in={figure.indicator for figure in figures},
    ).order_by()
    before = {
        (figure.indicator, figure.unit_id, figure.period_id): IndicatorAmount(figure.part, figure.base)
        for figure in current
    }
    return [
        PendingFigure(
            figure,
            indicator(figure.indicator, figure.period.first_day),
            before.get((figure.indicator, figure.unit_id, figure.period_id)),
        )
        for figure in figures
    ]


@dataclass(frozen=True, slots=True)
class SheetCell:
    """An indicator on a unit's sheet: the approved figure and the latest proposal."""

    indicator: Indicator
    current: Figure | None
    last: Figure | None
    highest: int | None = None  # approved number of the earlier months

    @property
    def needs_reason(self) -> bool:
        """Whether a new figure needs a reason: the month has a figure already, which the new one corrects."""
        return self.last is not None


def sheet(unit: AdministrativeUnit, month: Span) -> list[SheetCell]:
    """Return, for each indicator that units enter, the unit's approved and latest figure of the month.

    Also the unit's highest number of earlier months, to recognise typing errors.
    """
    figures = Figure.objects.filter(
        unit=unit, period__kind=PeriodKind.MONTH, period__first_day=month.first_day
    ).order_by("number")
    last: dict[str, Figure] = {}
    current: dict[str, Figure] = {}
    for figure in figures:
        last[figure.indicator] = figure
        if figure.state == FigureState.CURRENT:
            current[figure.indicator] = figure
    highest = highest_before(month.first_day, [unit.pk])
    entered = [candidate for candidate in indicators(month.first_day) if candidate.how != "query"]
    return [
        SheetCell(
            indicator, current.get(indicator.code), last.get(indicator.code), highest.get((indicator.code, unit.pk))
        )
        for indicator in entered
    ]


def highest_before(day: date, units: Collection[int]) -> dict[tuple[str, int], int]:
    """Return the highest approved number or base of the months before ``day``, by (indicator code, unit id)."""
    earlier = Figure.objects.filter(
        unit__in=units, state=FigureState.CURRENT, period__kind=PeriodKind.MONTH, period__first_day__lt=day
    )
    of_units = earlier.order_by().values_list("indicator", "unit")
    rows = of_units.annotate(highest=Max(Greatest("part", Coalesce("base", "part"))))
    return {(code, unit): highest for code, unit, highest in rows}


@dataclass(frozen=True)
class MonthClosing:
    """The effect of closing a month."""

    figures: int
    units: int
    waiting: int
    units_missing: int


def closing_of(month: Span, units: Collection[int]) -> MonthClosing:
    """Return what closing the month would fix: approved and pending figures, units with and without figures.

    All are numbers. ``units`` are the units that should have figures.
    """
    figures = Figure.objects.filter(period__kind=PeriodKind.MONTH, period__first_day=month.first_day)
    entered = figures.filter(state=FigureState.CURRENT).exclude(origin=FigureOrigin.QUERY)
    having = set(entered.order_by().values_list("unit", flat=True).distinct())
    waiting = figures.filter(state=FigureState.PROPOSED).count()
    return MonthClosing(entered.count(), len(having), waiting, len(set(units) - having))


def history(actor: Actor, code: str, unit: AdministrativeUnit) -> Sequence[Figure]:
    """Return the figures of one indicator of a unit and its predecessors with revisions, newest period first."""
    figures = visible_to(actor).filter(indicator=code)
    with_figures = figures.order_by().values_list("unit", flat=True).distinct()
    standing = units_on_day(unit.valid_until or clock.today(), with_figures)
    units = [pk for pk, successor in standing.items() if successor == unit.pk]
    people = figures.filter(unit__in=units).select_related("period", "unit", "entered_by", "decided_by")
    rows = _with_absent(people.order_by("-period__first_day", "period__kind", "-number")[:PAGE_SIZE], "entered")
    return _with_absent(rows, "decided")


def _with_absent(rows: Iterable[Figure], act: str) -> list[Figure]:
    """Set on each figure the absent colleague for whom the officer acted; "" if the officer acted for nobody.

    ``act`` is ``entered`` or ``decided``; it sets ``entered_for`` or ``decided_for``.
    """
    figures = list(rows)
    field_names = {"by": f"{act}_by_id", "at": f"{act}_at", "label": f"{act}_for"}
    return with_absent(figures, "reporting.period", {figure.period_id for figure in figures}, **field_names)
