"""Where and when the office receives people, as every page about coming there says it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import groupby

from django.db.models import Prefetch
from django.utils.text import capfirst

from ancu.apps.dossiers.models import Counter, OpeningHours
from ancu.core import clock
from ancu.core.templatetags.ui import weekday_name
from ancu.core.working_days import calendar
from ancu.engines.rulebook import CalendarEnds

SATURDAY = 5
WEEKS = 8  # among so many Saturdays one is neither a holiday nor worked in exchange for another day


@dataclass(frozen=True)
class CounterHours:
    """A counter with its hours in words: ("Monday–Friday", "07:30–11:30, 13:30–17:00")."""

    counter: Counter
    hours: list[tuple[str, str]]


def open_counters(agency_id: int | None = None) -> list[CounterHours]:
    """The counters that receive people: those of one agency, or of every office."""
    found = Counter.objects.filter(is_open=True, agency__parent=None)
    found = found.filter(agency_id=agency_id) if agency_id else found
    hours = Prefetch("hours", OpeningHours.objects.order_by("weekday", "opens"))
    return [CounterHours(one, hours_in_words(one.hours.all())) for one in found.prefetch_related(hours).order_by("pk")]


def hours_in_words(hours: Iterable[OpeningHours]) -> list[tuple[str, str]]:
    """Days with the same hours in one line; on Saturday no longer than the office is open."""
    by_day: dict[int, list[str]] = {}
    for one in hours:
        closes = _saturday_close(one.closes) if one.weekday == SATURDAY else one.closes
        if closes and one.opens < closes:
            by_day.setdefault(one.weekday, []).append(f"{one.opens:%H:%M}–{closes:%H:%M}")
    days = [(day, ", ".join(stretches)) for day, stretches in by_day.items()]
    runs = groupby(enumerate(days), key=lambda item: (item[1][0] - item[0], item[1][1]))
    return [(_days([day for _place, (day, _text) in run]), text) for (_offset, text), run in runs]


def _days(days: list[int]) -> str:
    first, last = (str(capfirst(weekday_name(day))) for day in (days[0], days[-1]))
    return first if len(days) == 1 else f"{first}–{last}"


def _saturday_close(closes: time) -> time | None:
    """When the office closes on an ordinary Saturday, at ``closes`` at the latest; None when it does not open."""
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
