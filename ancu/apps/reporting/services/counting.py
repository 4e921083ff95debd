"""Nightly count of other apps' measurements for open months."""

from django.db import transaction
from django.db.models import Max

from ancu.apps.audit.services import record
from ancu.apps.reporting.enums import FigureOrigin, FigureState, PeriodKind
from ancu.apps.reporting.models import Figure, Period
from ancu.apps.reporting.rules.periods import Span, shift, span, spans_of
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.apps.reporting.selectors.sources import count_amounts
from ancu.apps.reporting.services import totals
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.engines.rulebook import indicator, indicators

RECOUNT_REASON = "counted again"  # internal reason; the page shows the origin instead
BACK = 2  # earlier open months that are recounted


@transaction.atomic
def count(*, actor: Actor, month: Span) -> int:
    """Recount a month, its half year and its year; store changed figures and return their number.

    A closed month is not counted: 0.
    """
    periods = totals.lock_month(month)
    if periods[PeriodKind.MONTH].closed_at is not None:
        return 0
    changed: set[str] = set()
    number = 0
    for period_span in spans_of(month.first_day):
        for code in write_changed_figures(periods[period_span.kind], period_span):
            changed.add(code)
            number += 1
    if changed:
        totals.update_totals(month, changed)
        record(actor, "reporting.counted", periods[PeriodKind.MONTH], figures=number)
    return number


def write_changed_figures(period: Period, period_span: Span) -> list[str]:
    """Store changed figures of the period without updating totals.

    Returns the indicator's code of each changed figure; an indicator of several units appears several times.
    """
    amounts = count_amounts(period_span)
    current = {
        (figure.indicator, figure.unit_id): figure
        for figure in period.figures.filter(
            state=FigureState.CURRENT, indicator__in=_counted_codes(period_span)
        ).order_by()
    }
    counted_before = {key for key, figure in current.items() if figure.origin == FigureOrigin.QUERY}
    for gone in counted_before - amounts.keys():  # everything that was counted was taken back
        amounts[gone] = IndicatorAmount(0, None if current[gone].base is None else 0)
    changed = {
        key: amount for key, amount in amounts.items()
        if key not in current or (current[key].part, current[key].base) != amount
    }  # fmt: skip
    Figure.objects.filter(pk__in=[current[key].pk for key in changed if key in current]).update(
        state=FigureState.REPLACED
    )
    numbers = {
        (code, unit): last
        for code, unit, last in period.figures.order_by().values_list("indicator", "unit").annotate(Max("number"))
    }
    now = clock.now()
    Figure.objects.bulk_create(
        Figure(
            indicator=code, version=indicator(code, period_span.first_day).version, unit_id=unit, period=period,
            number=numbers.get((code, unit), 0) + 1, part=amount.part, base=amount.base, origin=FigureOrigin.QUERY,
            state=FigureState.CURRENT, reason=RECOUNT_REASON if (code, unit) in numbers else "", entered_at=now,
            decided_at=now,
        )
        for (code, unit), amount in sorted(changed.items())
    )  # fmt: skip
    return [code for code, _unit in changed]


def _counted_codes(period_span: Span) -> list[str]:
    """Return the codes of the indicators that the program itself counts, as defined in the period."""
    return [indicator.code for indicator in indicators(period_span.first_day) if indicator.how == "query"]


def count_open(actor: Actor) -> int:
    """Count the current month and the open months before it; return the number of changed figures."""
    this = clock.today().replace(day=1)
    return sum(count(actor=actor, month=span(PeriodKind.MONTH, shift(this, -back))) for back in range(BACK, -1, -1))
