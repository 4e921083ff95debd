"""Reports that were made, the figures of all units that stand in them, and what was asked to be published."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

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
    """What each unit has of each indicator in the stretch that the period's lines tell of, the units by name."""
    known = {one.code: one for one in indicators(period.first_day)}
    of_months = Figure.objects.filter(state=State.CURRENT, period__in=at.now)
    kept = Total.objects.filter(period__in=at.whole[:1], unit__isnull=False)
    if not at.by_months:
        return _by_code(known, of_months if period.kind == PeriodKind.MONTH else kept)
    whole = {code for code, one in known.items() if not one.adds_up}
    return _by_code(known, of_months.exclude(indicator__in=whole)) | _by_code(known, kept.filter(indicator__in=whole))


def _by_code(
    known: Mapping[str, Indicator], rows: QuerySet[Figure] | QuerySet[Total]
) -> dict[str, list[tuple[str, Amount]]]:
    sums: dict[str, dict[int, tuple[str, Amount]]] = defaultdict(dict)
    ordered = rows.order_by("unit__name", "unit_id")
    for code, unit, name, part, base in ordered.values_list("indicator", "unit_id", "unit__full_name", "part", "base"):
        if code in known:
            before = sums[code].get(unit)
            sums[code][unit] = (name, before[1] + Amount(part, base) if before else Amount(part, base))
    return {code: [*by_unit.values()] for code, by_unit in sums.items()}
