"""Working time: which days and hours count, deadlines, and the effect of a stopped clock.

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
from functools import lru_cache
from itertools import accumulate

from ancu.engines.rulebook.amendments import Edition
from ancu.engines.rulebook.declaration import VIET_NAM
from ancu.engines.rulebook.loader import NotInForce, as_of, edition, rules

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


def days_off() -> Mapping[date, DayOff]:
    """Return every day off of every year in the rulebook; the office's changes are in it."""
    return _days_off(edition())


@lru_cache(maxsize=8)
def _days_off(_edition: Edition) -> Mapping[date, DayOff]:
    """Return every day off of every year; cached for an edition."""
    return {
        raw["on"]: DayOff(raw["on"], raw["kind"], raw["name_vi"], raw["name_en"], version.confidence)
        for version in rules()["calendar.holidays"].versions
        for raw in version.values["days"]
    }


def worked_weekends() -> frozenset[date]:
    """Return the Saturdays and Sundays worked in exchange for another day."""
    return _worked_weekends(edition())


@lru_cache(maxsize=8)
def _worked_weekends(_edition: Edition) -> frozenset[date]:
    """Return the Saturdays and Sundays that are worked; cached for an edition."""
    return frozenset(day for version in rules()["calendar.holidays"].versions for day in version.values["worked"])


def working_calendar(*, saturday_morning: bool = True, saturday_counts: bool = False) -> "WorkingCalendar":
    """Return the office's calendar of working days and opening hours; cached.

    ``saturday_morning``: the counter is open then; ``saturday_counts``: Saturday is a working day for deadlines.
    """
    return _working_calendar(edition(), saturday_morning=saturday_morning, saturday_counts=saturday_counts)


@lru_cache(maxsize=16)
def _working_calendar(_edition: Edition, *, saturday_morning: bool, saturday_counts: bool) -> "WorkingCalendar":
    """Return the calendar of an edition; cached."""
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
        flags = [self._is_working_day(day) for day in days]
        self._totals = list(accumulate(flags, initial=0))  # working days before each day
        self._working = [day for day, counts in zip(days, flags, strict=True) if counts]

    def is_working(self, moment: Moment) -> bool:
        """Whether a day counts for deadlines; for a moment, whether it also lies in office hours."""
        if isinstance(moment, datetime):
            local = _local(moment)
            return self.is_working(local.date()) and self.is_open(local)
        self._working_days_until(moment)  # raises outside the years of the data
        number = (moment - self.first).days
        return self._totals[number + 1] > self._totals[number]

    def is_open(self, moment: datetime) -> bool:
        """Whether the counter is open at that moment, Saturday morning included."""
        local = _local(moment)
        return any(opens <= local < closes for opens, closes in self.hours(local.date()))

    def hours(self, day: date) -> tuple[Interval, ...]:
        """Return the counter's opening hours on that day: no, one or two intervals.

        Raises an error for a day outside the calendar's data.
        """
        self._working_days_until(day)  # raises outside the years of the data
        if day in days_off():
            return ()
        morning, afternoon = _hours(day)
        if day.weekday() < SATURDAY or day in worked_weekends():
            return morning, afternoon
        return (morning,) if day.weekday() == SATURDAY and self.saturday_morning else ()

    def add_working_days(self, start: date, days: int) -> date:
        """Return the day ``days`` working days after `start`; with 0, `start` or the next working day.

        Raises ValueError for negative days, CalendarEnds beyond the calendar's data.
        """
        if days < 0:
            raise ValueError("a deadline lies ahead")
        position = self._working_days_until(start)
        if days == 0:
            if self.is_working(start):
                return start
            days = 1
        if position + days > len(self._working):
            raise CalendarEnds(f"{days} working days after {start.isoformat()} lie beyond {self.last.isoformat()}")
        return self._working[position + days - 1]

    def last_of_calendar_days(self, start: Moment, days: int) -> date:
        """Return the day ``days`` calendar days after `start`; a day off moves to the next working day."""
        return self.add_working_days(_day(start) + timedelta(days=days), 0)

    def working_days_between(self, start: date, end: date) -> int:
        """Count working days after `start` up to and including `end`; negative when `end` comes first."""
        return self._working_days_until(end) - self._working_days_until(start)

    def working_days_left(self, today: date, due: date) -> int:
        """Count the working days from today until ``due``: 0 on that day, negative after it.

        After ``due`` it is at most -1, also on weekends.
        """
        remaining = self.working_days_between(today, due)
        return min(remaining, -1) if today > due else remaining

    def add_working_hours(self, start: datetime, hours: timedelta) -> datetime:
        """Return the moment this many office hours of working days later; with 0 the next open moment.

        Raises ValueError for negative hours, CalendarEnds beyond the calendar's data.
        """
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
        """Return the office time of working days from `start` to `end`."""
        begin, stop = _local(start), _local(end)
        total = NOTHING
        for opens, closes in self._intervals_from(begin):
            if opens >= stop:
                break
            total += max(NOTHING, min(closes, stop) - max(opens, begin))
        return total

    def deadline(self, start: Moment, days: int, pauses: Iterable[DeadlinePause] = ()) -> date | None:
        """Return the last working day to answer a request; None while the clock is stopped with days left.

        ``start`` is when the request arrived, ``days`` the working days allowed, ``pauses`` when the clock was
        stopped.
        """
        cursor, remaining = _day(start), days
        if remaining <= 0:
            return self.add_working_days(cursor, remaining)
        for stops, starts in self._pause_days(pauses):
            running = max(0, self.working_days_between(cursor, stops - ONE_DAY)) if stops > cursor else 0
            if running >= remaining:
                break
            if starts is None:
                return None
            remaining -= running
            cursor = max(cursor, starts)
        return self.add_working_days(cursor, remaining)

    def elapsed(self, start: Moment, now: date, pauses: Iterable[DeadlinePause] = ()) -> int:
        """Count the working days of a request used up, from the day after `start` up to and including `now`.

        Days on which the clock was stopped do not count.
        """
        cursor, used = _day(start), 0
        for stops, starts in self._pause_days(pauses):
            if stops > now:
                break
            used += max(0, self.working_days_between(cursor, stops - ONE_DAY)) if stops > cursor else 0
            if starts is None:
                return used
            cursor = max(cursor, starts)
        return used + max(0, self.working_days_between(cursor, now))

    def _pause_days(self, pauses: Iterable[DeadlinePause]) -> list[tuple[date, date | None]]:
        """Return first and last day of each pause of a deadline, in order; an unfinished pause has the end None."""
        stops = [(_day(pause.start), None if pause.end is None else _day(pause.end)) for pause in pauses]
        return sorted(stops, key=lambda stop: (stop[0], stop[1] or date.max))

    def _intervals_from(self, moment: datetime) -> Iterator[Interval]:
        """Yield the opening hours of working days, in order, from the first that ends after this moment."""
        self._working_days_until(moment.date())
        begin = bisect_right(self._working, moment.date() - ONE_DAY)
        for day in self._working[begin:]:
            yield from (interval for interval in self.hours(day) if interval[1] > moment)

    def _working_days_until(self, day: date) -> int:
        """Count working days from the first day of the data up to and including `day`.

        Raises an error for a day outside the data.
        """
        if not self.first <= day <= self.last:
            raise CalendarEnds(f"no holidays for {day.year}: the rulebook holds {self.first.year} to {self.last.year}")
        return self._totals[(day - self.first).days + 1]

    def _is_working_day(self, day: date) -> bool:
        """Whether the day counts for deadlines: an ordinary weekday or a worked weekend, no day off."""
        if day in days_off():
            return False
        if day in worked_weekends():
            return True
        return day.weekday() < SATURDAY or (day.weekday() == SATURDAY and self.saturday_counts)


def _local(moment: datetime) -> datetime:
    """Return the moment in Viet Nam's time. Raises ValueError for a time without zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without time zone cannot be counted")
    return moment.astimezone(VIET_NAM)


def _day(moment: Moment) -> date:
    """Return the day of a moment in Viet Nam's time; a date is returned unchanged."""
    return _local(moment).date() if isinstance(moment, datetime) else moment


def _hours(day: date) -> tuple[Interval, Interval]:
    """Return the morning and afternoon office hours of a day by the rule then in force.

    It does not matter whether the day is a working day.
    """
    values = as_of("calendar.hours", day).values
    morning, afternoon = (
        (_moment_at(day, opens), _moment_at(day, closes)) for opens, closes in (values["morning"], values["afternoon"])
    )
    return morning, afternoon


def _moment_at(day: date, clock: str) -> datetime:
    """Return the moment of a clock time on that day in Viet Nam."""
    return datetime.combine(day, time.fromisoformat(clock), VIET_NAM)
