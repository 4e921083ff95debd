"""Reports that were made, the figures of all units that stand in them, and what was asked to be published."""

from collections import defaultdict

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.reporting.enums import PeriodKind, State
from ancu.apps.reporting.models import Figure, Order, Report, Total
from ancu.apps.reporting.rules import access, values
from ancu.apps.reporting.rules.periods import Span
from ancu.apps.reporting.rules.values import Amount
from ancu.apps.reporting.selectors.periods import ids_of
from ancu.core.actor import Actor
from ancu.engines.rulebook import indicators


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


def unit_values(period: Span) -> dict[str, list[tuple[str, float]]]:
    """Each indicator's value in each unit, the units by name."""
    known = {one.code: one for one in indicators(period.first_day)}
    pk = ids_of([period]).get(period, 0)
    of_months = Figure.objects.filter(period=pk, state=State.CURRENT)
    kept = Total.objects.filter(period=pk, unit__isnull=False)
    rows = (of_months if period.kind == PeriodKind.MONTH else kept).order_by("unit__name", "unit_id")
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for code, unit, part, base in rows.values_list("indicator", "unit__full_name", "part", "base"):
        value = values.value_of(known[code], Amount(part, base)) if code in known else None
        if value is not None:
            found[code].append((unit, float(value)))
    return dict(found)
