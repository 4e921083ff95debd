"""What the other apps know is counted each night, for months that are not closed."""

from django.db import transaction
from django.db.models import Max

from ancu.apps.audit.services import record
from ancu.apps.reporting.enums import Origin, PeriodKind, State
from ancu.apps.reporting.models import Figure, Period
from ancu.apps.reporting.rules.periods import Span, shift, span, spans_of
from ancu.apps.reporting.rules.values import Amount
from ancu.apps.reporting.selectors.sources import counted
from ancu.apps.reporting.services import totals
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.engines.rulebook import indicator, indicators

AGAIN = "counted again"  # what the page says of it is the origin's
BACK = 2  # months before this one that are counted again, while they are open


@transaction.atomic
def count(*, actor: Actor, month: Span) -> int:
    """Write what changed since it was counted last; returns how many figures. A closed month is left as it is."""
    periods = totals.locked(month)
    if periods[PeriodKind.MONTH].closed_at is not None:
        return 0
    changed: set[str] = set()
    number = 0
    for wanted in spans_of(month.first_day):
        for code in write(periods[wanted.kind], wanted):
            changed.add(code)
            number += 1
    if changed:
        totals.keep(month, changed)
        record(actor, "reporting.counted", periods[PeriodKind.MONTH], figures=number)
    return number


def write(period: Period, wanted: Span) -> list[str]:
    """Without the sums beside them. The codes of the figures that were written, one for each."""
    found = counted(wanted)
    current = {
        (one.indicator, one.unit_id): one
        for one in period.figures.filter(state=State.CURRENT, indicator__in=_counted_codes(wanted)).order_by()
    }
    counted_before = {key for key, one in current.items() if one.origin == Origin.QUERY}
    for gone in counted_before - found.keys():  # everything that was counted was taken back
        found[gone] = Amount(0, None if current[gone].base is None else 0)
    fresh = {
        key: amount for key, amount in found.items()
        if key not in current or (current[key].part, current[key].base) != amount
    }  # fmt: skip
    Figure.objects.filter(pk__in=[current[key].pk for key in fresh if key in current]).update(state=State.REPLACED)
    numbers = {
        (code, unit): last
        for code, unit, last in period.figures.order_by().values_list("indicator", "unit").annotate(Max("number"))
    }
    now = clock.now()
    Figure.objects.bulk_create(
        Figure(
            indicator=code, version=indicator(code, wanted.first_day).version, unit_id=unit, period=period,
            number=numbers.get((code, unit), 0) + 1, part=amount.part, base=amount.base, origin=Origin.QUERY,
            state=State.CURRENT, reason=AGAIN if (code, unit) in numbers else "", entered_at=now, decided_at=now,
        )
        for (code, unit), amount in sorted(fresh.items())
    )  # fmt: skip
    return [code for code, _unit in fresh]


def _counted_codes(wanted: Span) -> list[str]:
    return [one.code for one in indicators(wanted.first_day) if one.how == "query"]


def count_open(actor: Actor) -> int:
    """This month and the open ones just before it."""
    this = clock.today().replace(day=1)
    return sum(count(actor=actor, month=span(PeriodKind.MONTH, shift(this, -back))) for back in range(BACK, -1, -1))
