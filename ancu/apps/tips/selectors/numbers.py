"""Numbers without content: tips received, time to answer, and outcomes, including destroyed tips."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from ancu.apps.tips import rules
from ancu.apps.tips.enums import TipOutcome
from ancu.apps.tips.models import HandlingUnit, Tip, TipDestruction, TipTally
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.clock import local
from ancu.core.security.disclosure_control import rounded_shares, rounded_table

MONTHS = 24


@dataclass(slots=True)
class TipMonth:
    """One month of one unit, by the month of receipt."""

    month: date
    received: int = 0
    results: int = 0
    hours: list[float] = field(default_factory=list)

    @property
    def answered(self) -> int:
        """The number of tips that were answered."""
        return len(self.hours)

    @property
    def median_hours(self) -> float | None:
        """The median of hours from receipt to answer; None if no tip of the month was answered."""
        return median(self.hours) if self.hours else None


@dataclass(frozen=True, slots=True)
class ShownMonth:
    """A month as a reader may see it; None where a number is about few people."""

    month: date
    received: int | None
    answered: int | None
    results: int | None
    median_hours: float | None


def units_counted(actor: Actor) -> list[HandlingUnit]:
    """Return the actor's unit and those directly below, whose numbers of tips the actor may see; else an empty list."""
    if not rules.may_see_numbers(actor):
        return []
    own = HandlingUnit.objects.select_related("agency").filter(agency_id=actor.organisation_id)
    below = HandlingUnit.objects.select_related("agency").filter(agency__parent_id=actor.organisation_id)
    return [*own, *below.order_by("agency__name")]


def by_month(units: Sequence[HandlingUnit]) -> dict[int, list[TipMonth]]:
    """Return the 24 newest months in which a unit received tips, with their numbers, by unit id.

    The newest comes first; destroyed tips are included.
    """
    months: dict[int, dict[date, TipMonth]] = {unit.pk: {} for unit in units}

    def month_of_unit(unit_id: int, month: date) -> TipMonth:
        """Return the unit's numbers of the month, which are created with zeros if they are missing."""
        return months[unit_id].setdefault(month, TipMonth(month))

    tips = Tip.objects.filter(unit__in=units).order_by()
    for unit_id, received, answered, outcome in tips.values_list("unit_id", "received_at", "answered_at", "outcome"):
        month_numbers = month_of_unit(unit_id, month_of(received))
        month_numbers.received += 1
        month_numbers.results += outcome == TipOutcome.RESULT
        if answered:
            month_numbers.hours.append(hours_between(received, answered))
    for tally in TipTally.objects.filter(unit__in=units).order_by("month"):
        month_numbers = month_of_unit(tally.unit_id, tally.month)
        month_numbers.received += tally.received
        month_numbers.results += tally.results
        month_numbers.hours += tally.answered_hours
    return {
        unit_id: sorted(months_of_unit.values(), key=lambda month_numbers: month_numbers.month, reverse=True)[:MONTHS]
        for unit_id, months_of_unit in months.items()
    }


def as_shown(actor: Actor, by_unit: Mapping[int, Sequence[TipMonth]]) -> dict[int, list[ShownMonth]]:
    """Return the months by unit id with exact or rounded numbers, as the actor may read them.

    Rounded ones are rounded together with those of the same month of all units (``disclosure_control``).
    """
    if rules.reads_exact_numbers(actor):
        return {unit: [_exact(month) for month in months] for unit, months in by_unit.items()}
    of_month: dict[date, dict[int, TipMonth]] = defaultdict(dict)
    for unit, months in by_unit.items():
        for month in months:
            of_month[month.month][unit] = month
    shown_months = {day: dict(zip(units, _rounded([*units.values()]), strict=True)) for day, units in of_month.items()}
    return {unit: [shown_months[month.month][unit] for month in months] for unit, months in by_unit.items()}


def _exact(month: TipMonth) -> ShownMonth:
    """Return the month's numbers unrounded, for users who may read exact numbers."""
    return ShownMonth(month.month, month.received, month.answered, month.results, month.median_hours)


def _rounded(months: list[TipMonth]) -> list[ShownMonth]:
    """Return the numbers of the same month of several units, rounded together; None for numbers that must be hidden.

    The median answer time is hidden with the number answered, because the median of few answers can be that of a
    single tip.
    """
    total = sum(month.received for month in months)
    received = rounded_table(total, [month.received for month in months])[1]
    answered, results = (
        rounded_shares(
            (sum(parts), total), [(part, month.received) for part, month in zip(parts, months, strict=True)]
        )[1]
        for parts in ([month.answered for month in months], [month.results for month in months])
    )
    return [
        ShownMonth(
            month.month, came, in_time and in_time[0], led and led[0], month.median_hours if in_time else None,
        )
        for month, came, in_time, led in zip(months, received, answered, results, strict=True)
    ]  # fmt: skip


def destructions(units: Sequence[HandlingUnit]) -> dict[int, list[TipDestruction]]:
    """Return the destructions of the last two years by unit id, the newest first."""
    since = clock.today() - timedelta(days=MONTHS * 31)
    by_unit_id: dict[int, list[TipDestruction]] = defaultdict(list)
    for destruction in TipDestruction.objects.filter(unit__in=units, day__gte=since).order_by("-day", "-pk"):
        by_unit_id[destruction.unit_id].append(destruction)
    return by_unit_id


def month_of(moment: datetime) -> date:
    """Return the first day of the moment's month in local time."""
    return local(moment).date().replace(day=1)


def hours_between(received: datetime, answered: datetime) -> float:
    """Return the hours from receipt to answer with one decimal; 0 if the answer seems earlier."""
    return round(max((answered - received).total_seconds(), 0) / 3600, 1)


def tally_of(tips: list[Tip]) -> dict[tuple[int, date], TipMonth]:
    """Return, by (unit id, month), the numbers of these tips: received, with a result, and hours until the answer.

    The numbers remain after the tips are destroyed.
    """
    by_unit_and_month: dict[tuple[int, date], TipMonth] = defaultdict(lambda: TipMonth(date.min))
    for tip in tips:
        month_numbers = by_unit_and_month[tip.unit_id, month_of(tip.received_at)]
        month_numbers.received += 1
        month_numbers.results += tip.outcome == TipOutcome.RESULT
        if tip.answered_at:
            month_numbers.hours.append(hours_between(tip.received_at, tip.answered_at))
    return by_unit_and_month
