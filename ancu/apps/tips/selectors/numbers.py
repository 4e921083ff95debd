"""Numbers without content: how many, how soon answered, how many led to a result. Also of what is destroyed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from ancu.apps.tips import rules
from ancu.apps.tips.enums import Outcome
from ancu.apps.tips.models import Destruction, HandlingUnit, Tally, Tip
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.clock import local

MONTHS = 24


@dataclass(slots=True)
class Month:
    """One month of one unit, by when tips were received."""

    month: date
    received: int = 0
    results: int = 0
    hours: list[float] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return len(self.hours)

    @property
    def median_hours(self) -> float | None:
        return median(self.hours) if self.hours else None


def units_counted(actor: Actor) -> list[HandlingUnit]:
    """The own unit; the office also sees those of its branches."""
    if not rules.may_see_numbers(actor):
        return []
    own = HandlingUnit.objects.select_related("agency").filter(agency_id=actor.organisation_id)
    below = HandlingUnit.objects.select_related("agency").filter(agency__parent_id=actor.organisation_id)
    return [*own, *below.order_by("agency__name")]


def by_month(units: Sequence[HandlingUnit]) -> dict[int, list[Month]]:
    """By the unit's id: the last two years, the newest month first."""
    months: dict[int, dict[date, Month]] = {unit.pk: {} for unit in units}

    def of(unit_id: int, month: date) -> Month:
        return months[unit_id].setdefault(month, Month(month))

    told = Tip.objects.filter(unit__in=units).order_by()
    for unit_id, received, answered, outcome in told.values_list("unit_id", "received_at", "answered_at", "outcome"):
        one = of(unit_id, month_of(received))
        one.received += 1
        one.results += outcome == Outcome.RESULT
        if answered:
            one.hours.append(hours_between(received, answered))
    for tally in Tally.objects.filter(unit__in=units).order_by("month"):
        one = of(tally.unit_id, tally.month)
        one.received += tally.received
        one.results += tally.results
        one.hours += tally.answered_hours
    return {
        unit_id: sorted(found.values(), key=lambda one: one.month, reverse=True)[:MONTHS]
        for unit_id, found in months.items()
    }


def destroyed(units: Sequence[HandlingUnit]) -> dict[int, list[Destruction]]:
    """By the unit's id: destructions of the last two years, their day and how many."""
    since = clock.today() - timedelta(days=MONTHS * 31)
    found: dict[int, list[Destruction]] = defaultdict(list)
    for one in Destruction.objects.filter(unit__in=units, day__gte=since).order_by("-day", "-pk"):
        found[one.unit_id].append(one)
    return found


def month_of(moment: datetime) -> date:
    return local(moment).date().replace(day=1)


def hours_between(received: datetime, answered: datetime) -> float:
    return round(max((answered - received).total_seconds(), 0) / 3600, 1)


def folded(tips: list[Tip]) -> dict[tuple[int, date], Month]:
    """What is kept of tips about to be destroyed, by unit and month."""
    kept: dict[tuple[int, date], Month] = defaultdict(lambda: Month(date.min))
    for tip in tips:
        one = kept[tip.unit_id, month_of(tip.received_at)]
        one.received += 1
        one.results += tip.outcome == Outcome.RESULT
        if tip.answered_at:
            one.hours.append(hours_between(tip.received_at, tip.answered_at))
    return kept
