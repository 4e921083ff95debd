"""Reports, the units' amounts in them, and publication orders."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import units_on_day
from ancu.apps.reporting.enums import FigureState, PeriodKind
from ancu.apps.reporting.models import Figure, Report, ReportOrder, Total
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.rules.periods import Span
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.apps.reporting.selectors.compared_periods import ComparedPeriods
from ancu.core.actor import Actor
from ancu.engines.rulebook import Indicator, indicators


def visible_to(actor: Actor) -> QuerySet[Report]:
    """Return all reports for users who may create reports, and none for anybody else."""
    if not access.makes_reports(actor):
        return Report.objects.none()
    return Report.objects.select_related("period", "made_by")


def get_report(actor: Actor, pk: int) -> Report:
    """Return the report with this id if the actor may read it; 404 otherwise."""
    return get_object_or_404(visible_to(actor), pk=pk)


def recent_reports(actor: Actor) -> list[Report]:
    """Return the 50 newest reports that the actor may read, without their snapshots."""
    return list(visible_to(actor).defer("snapshot").order_by("-pk")[:50])


def orders(actor: Actor) -> QuerySet[ReportOrder]:
    """Return the publication orders, newest first, for users who may publish; otherwise none."""
    if not access.leads(actor):
        return ReportOrder.objects.none()
    return (
        ReportOrder.objects.select_related("asked_by", "release")
        .defer("release__content", "release__basis")
        .order_by("-pk")
    )


def get_order(actor: Actor, pk: int) -> ReportOrder:
    """Return a publication order, or 404 for users who may not publish."""
    return get_object_or_404(orders(actor), pk=pk)


def unit_amounts(period: Span, at: ComparedPeriods) -> dict[str, list[tuple[str, IndicatorAmount]]]:
    """Return, by indicator code, each unit's full name and its amount in the months that the report covers, by name.

    Units are those of the period's last day, each including its predecessors.
    """
    by_code = {indicator.code: indicator for indicator in indicators(period.first_day)}
    of_months = Figure.objects.filter(state=FigureState.CURRENT, period__in=at.now)
    unit_totals = Total.objects.filter(period__in=at.period_keys[:1], unit__isnull=False)
    if not at.by_months:
        return _unit_sums(period, by_code, of_months if period.kind == PeriodKind.MONTH else unit_totals)
    not_adding = {code for code, indicator in by_code.items() if not indicator.adds_up}
    adding = _unit_sums(period, by_code, of_months.exclude(indicator__in=not_adding))
    return adding | _unit_sums(period, by_code, unit_totals.filter(indicator__in=not_adding))


def _unit_sums(
    period: Span, by_code: Mapping[str, Indicator], rows: QuerySet[Figure] | QuerySet[Total]
) -> dict[str, list[tuple[str, IndicatorAmount]]]:
    """Return, by indicator code, each unit's full name and its sum of the figures or totals ``rows``, by name.

    A former unit counts for its successor; codes not in ``by_code`` are left out.
    """
    values = list(rows.order_by().values_list("indicator", "unit_id", "part", "base"))
    standing = units_on_day(period.last_day, {row[1] for row in values})
    units = AdministrativeUnit.objects.only("name", "full_name").in_bulk(set(standing.values()))
    sums: dict[str, dict[int, IndicatorAmount]] = defaultdict(dict)
    for code, unit, part, base in values:
        if code in by_code:
            of_code, amount = sums[code], IndicatorAmount(part, base)
            pk = standing[unit]
            of_code[pk] = of_code[pk] + amount if pk in of_code else amount
    by_name = sorted(units.values(), key=lambda unit: (unit.name, unit.pk))
    return {
        code: [(unit.full_name, of_code[unit.pk]) for unit in by_name if unit.pk in of_code]
        for code, of_code in sums.items()
    }
