"""The leader's morning page: who reads it and acts from it, and how its numbers are judged."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from ancu.apps.accounts.enums import OFFICE_DECIDERS, Role
from ancu.apps.stays.rules import may_see_area
from ancu.core.actor import Actor

DAYS = 30
EARLIEST_DAYS = 90  # how far back the page goes: what happened is counted back from today
AGE_BANDS = ((0, 0), (1, 3), (4, 7), (8, None))  # days since an alert was raised
SOON_DAYS = 1  # today and tomorrow
NEAR_DAYS = 3


class Tone(StrEnum):
    """How a number stands; a chip's tone."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    MUTE = "mute"

    @property
    def is_missed(self) -> bool:
        """Whether a share that stands so misses its target."""
        return self in {Tone.WARN, Tone.BAD}


class Due(StrEnum):
    """How a deadline stands. A stopped clock waits for the applicant; an idle one does not run."""

    LATE = "late"
    SOON = "soon"
    NEAR = "near"
    LATER = "later"
    STOPPED = "stopped"
    IDLE = "idle"


class Season(StrEnum):
    """How many guests there are, compared with a year before."""

    USUAL = "usual"
    MORE = "more"
    FEWER = "fewer"


def reads_morning(actor: Actor) -> bool:
    """Whether the actor reads the morning page: officers who decide in an area, for that area."""
    return actor.is_agency and actor.role in OFFICE_DECIDERS and may_see_area(actor) and bool(actor.area)


def leads_morning(actor: Actor) -> bool:
    """Whether the morning page is the actor's first page, and he may assign, remind and send the briefing.

    It is so for the head of an agency with an area: its approving officer.
    """
    return reads_morning(actor) and actor.role == Role.APPROVING_OFFICER


class AgeBand(NamedTuple):
    """Alerts raised at least ``least`` and at most ``most`` days ago; no upper bound if None."""

    least: int
    most: int | None

    @property
    def key(self) -> str:
        """The band in an address, such as ``1-3``, or ``8-`` without an upper bound."""
        return f"{self.least}-{'' if self.most is None else self.most}"


BANDS = tuple(AgeBand(least, most) for least, most in AGE_BANDS)


def band_of(days: int) -> AgeBand:
    """Return the age band of an alert that was raised so many days ago."""
    return next(band for band in BANDS if band.most is None or days <= band.most)


def due_of(due_on: date, today: date) -> Due:
    """Return how a running deadline stands: late, today or tomorrow, within three days, or later."""
    days_left = (due_on - today).days
    if days_left < 0:
        return Due.LATE
    if days_left <= SOON_DAYS:
        return Due.SOON
    return Due.NEAR if days_left <= NEAR_DAYS else Due.LATER


def open_by_day(days: Sequence[date], now: int, begun: Mapping[date, int], ended: Mapping[date, int]) -> list[int]:
    """Return how many cases were open at the end of each of the ``days``.

    ``now`` are open at present; ``begun`` and ``ended`` are how many began and ended on each day since the first of
    the days.
    """
    numbers = []
    for day in days:
        later = sum(count for on, count in begun.items() if on > day)
        numbers.append(now - later + sum(count for on, count in ended.items() if on > day))
    return numbers


def days_to(last: date) -> list[date]:
    """Return the ``DAYS`` days that end with this one."""
    return [last - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]


def season_of(now: int, year_ago: int) -> Season | None:
    """Return how the guests present compare with the same day a year before: alike within a fifth of that number.

    None without any then.
    """
    if not year_ago:
        return None
    if abs(now - year_ago) * 5 <= year_ago:
        return Season.USUAL
    return Season.MORE if now > year_ago else Season.FEWER


def standing_of(value: float | None, target: float | None) -> Tone:
    """Return how a share stands against its target: reached, up to five points below, or further below."""
    if value is None or target is None:
        return Tone.MUTE
    if value >= target:
        return Tone.OK
    return Tone.WARN if value >= target - 5 else Tone.BAD
