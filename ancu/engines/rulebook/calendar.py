"""Working time: which days and hours count, when a deadline falls, and what a stopped clock does to it.

Holidays, days off in place of a weekend and exchanged working days are data by year (`calendar.holidays`), the
hours likewise (`calendar.hours`). Outside the years of the data nothing is guessed: CalendarEnds is raised.
All moments are those of Viet Nam; a date given where a moment may stand means that whole day.

How days are counted (Civil Code arts. 147(2), 148(5)): the day of the act is not counted, whatever day and hour it was;
the first working day after it is day one. A clock that stops and starts again counts neither the day it stops nor the
day it starts again. A term of calendar days that ends on a day off ends on the next working day.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate

from ancu.engines.rulebook.declaration import VIET_NAM
from ancu.engines.rulebook.loader import NotInForce, as_of, rules

SATURDAY = 5
ONE_DAY = timedelta(days=1)
NOTHING = timedelta(0)
Moment = date | datetime
Interval = tuple[datetime, datetime]


class CalendarEnds(NotInForce):
    """The holidays of that year are not in the rulebook yet."""


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day the office is closed: `holiday`, `substitute` (in place of a weekend) or `swap` (exchanged)."""

    on: date
    kind: str
    name_vi: str
    name_en: str
    confidence: str


@dataclass(frozen=True, slots=True)
class DeadlinePause:
    """The clock stopped at `start` and started again at `end`; None: it still stands."""

    start: Moment
    end: Moment | None = None


@cache
def days_off() -> Mapping[date, DayOff]:
    """Every day off of every year in the rulebook."""
    return {
        raw["on"]: DayOff(raw["on"], raw["kind"], raw["name_vi"], raw["name_en"], version.confidence)
        for version in rules()["calendar.holidays"].versions
        for raw in version.values["days"]
    }


@cache
def worked_weekends() -> frozenset[date]:
    """Saturdays and Sundays that are worked in exchange for another day."""
    return frozenset(day for version in rules()["calendar.holidays"].versions for day in version.values["worked"])


@cache
def working_calendar(*, saturday_morning: bool = True, saturday_counts: bool = False) -> "WorkingCalendar":
    """The calendar for these settings of the office, made once."""
    return WorkingCalendar(saturday_morning=saturday_morning, saturday_counts=saturday_counts)


class WorkingCalendar:
    """Counts working days and office hours.

    `saturday_morning`: the counter is open then; `saturday_counts`: Saturday is a working day of a deadline, too.
    Counting costs the same however far apart two days are: running totals are kept for every day.
    """

    def __init__(self, *, saturday_morning: bool = True, saturday_counts: bool = False) -> None:
        if saturday_counts and not saturday_morning:
            raise ValueError("a Saturday that counts must be open")
        self.saturday_morning = saturday_morning
        self.saturday_counts = saturday_counts
        versions = rules()["calendar.holidays"].versions
        last = versions[-1].valid_until
        assert last is not None  # the holidays of a year end with the year
        self.first, self.last = versions[0].valid_from, last
        days = [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]
        flags = [self._counts(day) for day in days]
        self._totals = list(accumulate(flags, initial=0))  # working days before each day
        self._working = [day for day, counts in zip(days, flags, strict=True) if counts]

    def is_working(self, moment: Moment) -> bool:
        """Whether a day counts for deadlines; for a moment, whether it also lies in office hours."""
        if isinstance(moment, datetime):
            local = _local(moment)
            return self.is_working(local.date()) and self.is_open(local)
        self._total(moment)  # raises outside the years of the data
        number = (moment - self.first).days
        return self._totals[number + 1] > self._totals[number]

    def is_open(self, moment: datetime) -> bool:
        """Whether the counter is open at that moment, Saturday morning included."""
        local = _local(moment)
        return any(opens <= local < closes for opens, closes in self.hours(local.date()))

    def hours(self, day: date) -> tuple[Interval, ...]:
        """When the counter is open on that day: none, one or two intervals."""
        self._total(day)  # raises outside the years of the data
        if day in days_off():
            return ()
        morning, afternoon = _hours(day)
        if day.weekday() < SATURDAY or day in worked_weekends():
            return morning, afternoon
        return (morning,) if day.weekday() == SATURDAY and self.saturday_morning else ()

    def add_working_days(self, start: date, days: int) -> date:
        """The working day so many working days after `start`; with 0, `start` itself or the next working day."""
        if days < 0:
            raise ValueError("a deadline lies ahead")
        position = self._total(start)
        if days == 0:
            if self.is_working(start):
                return start
            days = 1
        if position + days > len(self._working):
            raise CalendarEnds(f"{days} working days after {start.isoformat()} lie beyond {self.last.isoformat()}")
        return self._working[position + days - 1]

    def last_of_calendar_days(self, start: Moment, days: int) -> date:
        """The last day of a term of calendar days after `start`, moved to the next working day when it is a day off."""
        return self.add_working_days(_day(start) + timedelta(days=days), 0)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` comes first."""
        return self._total(end) - self._total(start)

    def working_days_left(self, today: date, due: date) -> int:
        """Working days until `due`: 0 on that day alone, negative on every day after it, a weekend's too."""
        remaining = self.working_days_between(today, due)
        return min(remaining, -1) if today > due else remaining

    def add_working_hours(self, start: datetime, hours: timedelta) -> datetime:
        """The moment when so many hours of working days' office time have passed; with none, the next open moment."""
        if hours < NOTHING:
            raise ValueError("a deadline lies ahead")
        local, remaining = _local(start), hours
        for opens, closes in self._intervals_from(local):
            begins = max(opens, local)
            if begins + remaining < closes or (remaining and begins + remaining == closes):
                return begins + remaining
            remaining -= closes - begins
        raise CalendarEnds(f"{hours} after {start.isoformat()} lie beyond {self.last.isoformat()}")

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Office time of working days between two moments, `start` first."""
        begin, stop = _local(start), _local(end)
        total = NOTHING
        for opens, closes in self._intervals_from(begin):
            if opens >= stop:
                break
            total += max(NOTHING, min(closes, stop) - max(opens, begin))
        return total

    def deadline(self, start: Moment, days: int, pauses: Iterable[DeadlinePause] = ()) -> date | None:
        """The last day to answer what came at `start`; None while the clock stands and days are left."""
        cursor, remaining = _day(start), days
        if remaining <= 0:
            return self.add_working_days(cursor, remaining)
        for stops, starts in self._stops(pauses):
            running = max(0, self.working_days_between(cursor, stops - ONE_DAY)) if stops > cursor else 0
            if running >= remaining:
                break
            if starts is None:
                return None
            remaining -= running
            cursor = max(cursor, starts)
        return self.add_working_days(cursor, remaining)

    def elapsed(self, start: Moment, now: date, pauses: Iterable[DeadlinePause] = ()) -> int:
        """Working days used up to and with `now`, the days of stopped clocks left out."""
        cursor, used = _day(start), 0
        for stops, starts in self._stops(pauses):
            if stops > now:
                break
            used += max(0, self.working_days_between(cursor, stops - ONE_DAY)) if stops > cursor else 0
            if starts is None:
                return used
            cursor = max(cursor, starts)
        return used + max(0, self.working_days_between(cursor, now))

    def _stops(self, pauses: Iterable[DeadlinePause]) -> list[tuple[date, date | None]]:
        stops = [(_day(pause.start), None if pause.end is None else _day(pause.end)) for pause in pauses]
        return sorted(stops, key=lambda stop: (stop[0], stop[1] or date.max))

    def _intervals_from(self, moment: datetime) -> Iterator[Interval]:
        self._total(moment.date())
        begin = bisect_right(self._working, moment.date() - ONE_DAY)
        for day in self._working[begin:]:
            yield from (interval for interval in self.hours(day) if interval[1] > moment)

    def _total(self, day: date) -> int:
        """Working days from the first day of the data up to and with `day`."""
        if not self.first <= day <= self.last:
            raise CalendarEnds(f"no holidays for {day.year}: the rulebook holds {self.first.year} to {self.last.year}")
        return self._totals[(day - self.first).days + 1]

    def _counts(self, day: date) -> bool:
        if day in days_off():
            return False
        if day in worked_weekends():
            return True
        return day.weekday() < SATURDAY or (day.weekday() == SATURDAY and self.saturday_counts)


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without time zone cannot be counted")
    return moment.astimezone(VIET_NAM)


def _day(moment: Moment) -> date:
    return _local(moment).date() if isinstance(moment, datetime) else moment


def _hours(day: date) -> tuple[Interval, Interval]:
    values = as_of("calendar.hours", day).values
    morning, afternoon = (
        (_at(day, opens), _at(day, closes)) for opens, closes in (values["morning"], values["afternoon"])
    )
    return morning, afternoon


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), VIET_NAM)
