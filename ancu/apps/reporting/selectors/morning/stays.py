"""Foreigners present, arriving and leaving, and declarations on time: from the counts that the database maintains."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from ancu.apps.reporting.rules import morning as rules
from ancu.apps.reporting.selectors.morning.scope import DAY, LinkedNumber, MorningScope
from ancu.apps.stays.selectors import ontime, presence
from ancu.apps.stays.selectors.area import Scope
from ancu.apps.stays.selectors.presence import PresenceSeries, year_before


@dataclass(frozen=True)
class PresenceMonth:
    """The 30 days that end yesterday, with the same days a year before."""

    days: list[date]
    present: list[int]
    year_ago: list[int]
    arrivals: list[int]
    departures: list[int]
    before: int

    @property
    def has_guests(self) -> bool:
        """Whether anybody stayed on any of the days, or a year before."""
        return any(self.present) or any(self.year_ago)

    @property
    def change(self) -> int:
        """The guests present yesterday minus those of the day before."""
        return self.present[-1] - self.before


def presence_month(scope: MorningScope) -> PresenceMonth:
    """Return the guests of the scope on each of the 30 days to yesterday, and a year before."""
    days = rules.days_to(scope.yesterday)
    then = [year_before(day) for day in days]
    now = _total(scope.places, days[0] - DAY, days[-1])
    earlier = _total(scope.places, min(then), max(then))
    present = [now.present(day) for day in days]
    return PresenceMonth(
        days=days,
        present=present,
        year_ago=[earlier.present(day) for day in then],
        arrivals=[now.arrivals(day) for day in days],
        departures=[now.departures(day) for day in days],
        before=now.present(days[-1] - DAY),
    )


def _total(places: Scope, first: date, last: date) -> PresenceSeries:
    """Return the sum of the daily series of all units of the scope."""
    read = presence.by_locality if places.former else presence.by_unit
    total = PresenceSeries()
    for series in read(places, first, last).values():
        total.add(series)
    return total


@dataclass(frozen=True)
class OnTimeShare:
    """Declarations of thirty days, and how many of them were late: in all, and by the unit of the lodging."""

    declared: int
    late: int
    late_by_unit: dict[int, int] = field(default_factory=dict)

    @property
    def percent(self) -> float | None:
        """The share declared on time, in percent to one decimal; None without declarations."""
        return round(100 * (self.declared - self.late) / self.declared, 1) if self.declared else None


def on_time_share(scope: MorningScope) -> OnTimeShare:
    """Return what was declared in the last thirty days, and how much of it late.

    It is counted as the page of the area counts it.
    """
    declared, late_by_unit = 0, Counter[int]()
    for unit, _lodging, lodging_declared, lodging_late, _today in ontime.on_time(scope.places):
        declared += lodging_declared
        late_by_unit[unit] += lodging_late
    return OnTimeShare(declared, late_by_unit.total(), late_by_unit)


@dataclass(frozen=True)
class GuestFlow:
    """Yesterday's arrivals and departures, and the guests present at its end."""

    present: LinkedNumber
    arrived: LinkedNumber
    departed: LinkedNumber
    year_ago: LinkedNumber


def guest_flow(scope: MorningScope, month: PresenceMonth) -> GuestFlow:
    """Return the counts of yesterday with the addresses of their lists of guests."""
    day = scope.yesterday
    return GuestFlow(
        present=LinkedNumber(month.present[-1], scope.guests_url(present_on=day)),
        arrived=LinkedNumber(month.arrivals[-1], scope.guests_url(since=day, until=day)),
        departed=LinkedNumber(month.departures[-1], scope.guests_url(left_on=day)),
        year_ago=LinkedNumber(month.year_ago[-1], scope.guests_url(present_on=year_before(day))),
    )
