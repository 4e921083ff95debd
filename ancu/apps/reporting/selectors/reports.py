"""Reports that were made, the figures of all units that stand in them, and what was asked to be published."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import standing_on
from ancu.apps.reporting.enums import PeriodKind, State
from ancu.apps.reporting.models import Figure, Order, Report, Total
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.rules.periods import Span
from ancu.apps.reporting.rules.values import Amount
from ancu.apps.reporting.selectors.stretches import Stretches
from ancu.core.actor import Actor
from ancu.engines.rulebook import Indicator, indicators


def visible_to(actor: Actor) -> QuerySet[Report]:
    if not access.makes_reports(actor):
        return Report.objects.none()
    return Report.objects.select_related("period", "made_by")


def get_report(actor: Actor, pk: int) -> Report:
    return get_object_or_404(visible_to(actor), pk=pk)


def made(actor: Actor) -> list[Report]:
    """The newest first, without what they say."""
    return list(visible_to(actor).defer("snapshot").order_by("-pk")[:50])


def orders(actor: Actor) -> QuerySet[Order]:
    """The newest first, for who leads."""
    if not access.leads(actor):
        return Order.objects.none()
    return (
        Order.objects.select_related("asked_by", "release").defer("release__content", "release__basis").order_by("-pk")
    )


def get_order(actor: Actor, pk: int) -> Order:
    return get_object_or_404(orders(actor), pk=pk)


def unit_amounts(period: Span, at: Stretches) -> dict[str, list[tuple[str, Amount]]]:
    """What each unit has of each indicator in the stretch that the period's lines tell of, the units by name.

    They are those of the period's last day, each with its predecessors' figures, as on the page by unit.
    """
    known = {one.code: one for one in indicators(period.first_day)}
    of_months = Figure.objects.filter(state=State.CURRENT, period__in=at.now)
    kept = Total.objects.filter(period__in=at.whole[:1], unit__isnull=False)
    if not at.by_months:
        return _by_code(period, known, of_months if period.kind == PeriodKind.MONTH else kept)
    whole = {code for code, one in known.items() if not one.adds_up}
    adding = _by_code(period, known, of_months.exclude(indicator__in=whole))
    return adding | _by_code(period, known, kept.filter(indicator__in=whole))


def _by_code(
    period: Span, known: Mapping[str, Indicator], rows: QuerySet[Figure] | QuerySet[Total]
) -> dict[str, list[tuple[str, Amount]]]:
    values = list(rows.order_by().values_list("indicator", "unit_id", "part", "base"))
    standing = standing_on(period.last_day, {row[1] for row in values})
    units = AdministrativeUnit.objects.only("name", "full_name").in_bulk(set(standing.values()))
    sums: dict[str, dict[int, Amount]] = defaultdict(dict)
    for code, unit, part, base in values:
        if code in known:
            of_code, amount = sums[code], Amount(part, base)
            pk = standing[unit]
            of_code[pk] = of_code[pk] + amount if pk in of_code else amount
    by_name = sorted(units.values(), key=lambda unit: (unit.name, unit.pk))
    return {
        code: [(unit.full_name, of_code[unit.pk]) for unit in by_name if unit.pk in of_code]
        for code, of_code in sums.items()
    }
