"""The open counters with their hours in words, for every page about coming to the office."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import groupby

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.text import capfirst

from ancu.apps.dossiers.models import Counter, OpeningHours
from ancu.apps.places.models import AdministrativeUnit
from ancu.core import clock
from ancu.core.templatetags.ui import weekday_name
from ancu.core.working_days import calendar
from ancu.engines.rulebook import CalendarEnds

SATURDAY = 5
WEEKS = 8  # weeks searched for a Saturday that is neither a holiday nor worked in exchange for another day


@dataclass(frozen=True)
class CounterHours:
    """A counter with its hours in words ("Monday–Friday", "07:30–11:30, 13:30–17:00") and its agency's province."""

    counter: Counter
    hours: list[tuple[str, str]]
    province: str


def open_counters(agency_id: int | None = None) -> list[CounterHours]:
    """Return the open counters of one agency, or of all receiving offices, with their hours in words."""
    counters = Counter.objects.filter(is_open=True, agency__parent=None)
    counters = counters.filter(agency_id=agency_id) if agency_id else counters
    hours = Prefetch("hours", OpeningHours.objects.order_by("weekday", "opens"))
    provinces = AdministrativeUnit.objects.filter(agencies=OuterRef("agency"), parent=None, valid_until=None)
    counters = counters.annotate(province=Subquery(provinces.order_by("pk").values("full_name")[:1]))
    return [
        CounterHours(counter, hours_in_words(counter.hours.all()), counter.province or "")
        for counter in counters.select_related("agency").prefetch_related(hours).order_by("pk")
    ]


def hours_in_words(hours: Iterable[OpeningHours]) -> list[tuple[str, str]]:
    """Return (days, hours) in words; consecutive days with the same hours share one line.

    Saturday hours end when the office closes.
    """
    by_day: dict[int, list[str]] = {}
    for stretch in hours:
        closes = _saturday_close(stretch.closes) if stretch.weekday == SATURDAY else stretch.closes
        if closes and stretch.opens < closes:
            by_day.setdefault(stretch.weekday, []).append(f"{stretch.opens:%H:%M}–{closes:%H:%M}")
    days = [(day, ", ".join(stretches)) for day, stretches in by_day.items()]
    runs = groupby(enumerate(days), key=lambda item: (item[1][0] - item[0], item[1][1]))
    return [(_days([day for _place, (day, _text) in run]), text) for (_offset, text), run in runs]


def _days(days: list[int]) -> str:
    """Return consecutive weekdays (0 is Monday) as text: "Monday" or "Monday–Friday"."""
    first, last = (str(capfirst(weekday_name(day))) for day in (days[0], days[-1]))
    return first if len(days) == 1 else f"{first}–{last}"


def _saturday_close(closes: time) -> time | None:
    """Return the time at which a counter that is open until ``closes`` closes on an ordinary Saturday.

    None if the office is closed on Saturdays.
    """
    day = clock.today() + timedelta(days=(SATURDAY - clock.today().weekday()) % 7)
    for _week in range(WEEKS):
        try:
            office = calendar().hours(day)
        except CalendarEnds:
            return closes
        if len(office) == 1:
            return min(closes, office[0][1].time())
        day += timedelta(days=7)
    return None
