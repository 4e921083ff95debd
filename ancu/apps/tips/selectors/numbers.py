"""Numbers without content: how many, how soon answered, how many led to a result. Also of what is destroyed."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median

from ancu.apps.tips import rules
from ancu.apps.tips.enums import Outcome
from ancu.apps.tips.models import Destruction, HandlingUnit, Tally, Tip
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


def by_month(unit: HandlingUnit) -> list[Month]:
    """The last two years, the newest month first."""
    months: dict[date, Month] = {}

    def of(month: date) -> Month:
        return months.setdefault(month, Month(month))

    for received, answered, outcome in unit.tips.order_by().values_list("received_at", "answered_at", "outcome"):
        one = of(month_of(received))
        one.received += 1
        one.results += outcome == Outcome.RESULT
        if answered:
            one.hours.append(hours_between(received, answered))
    for tally in Tally.objects.filter(unit=unit).order_by("month"):
        one = of(tally.month)
        one.received += tally.received
        one.results += tally.results
        one.hours += tally.answered_hours
    return sorted(months.values(), key=lambda one: one.month, reverse=True)[:MONTHS]


def destroyed(unit: HandlingUnit) -> list[Destruction]:
    """The last destructions: the day and how many."""
    return list(unit.destructions.order_by("-day", "-pk")[:MONTHS])


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
