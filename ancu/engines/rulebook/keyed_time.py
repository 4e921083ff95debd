"""Judge whether the keying time of a declaration made on an offline phone can be trusted.

The office signs its own time for a phone whenever the phone has a line (the *mark*). A declaration keyed afterwards
says how long after the mark it was keyed and how long before it was sent, by the phone's clock that people can set, and
where the page was open all the while also by the clock that only runs forward. All of this comes from the phone and
may be invented; what cannot be is the mark itself, when it was received, and that the office gave this phone no other
mark meanwhile. ADR 5 tells what follows from that.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache

from ancu.engines.rulebook.loader import as_of

RULE = "declaration.keyed_time"
NONE = timedelta(0)


class Basis(StrEnum):
    """By which time lateness is judged, and why."""

    RECEIVED = "received"  # nothing else was claimed
    KEYED = "keyed"
    NO_MARK = "no_mark"  # the phone had no signed time of the office, or one that is not its own
    TOO_OLD = "too_old"
    HAD_LINE = "had_line"  # the office gave the phone a newer mark long before this arrived: it had a connection
    CLOCK_SET = "clock_set"  # the phone's clock does not run with the office's, or ran backwards


@dataclass(frozen=True, slots=True)
class KeyedLimit:
    """How far a phone is believed. `hours`: from the mark to the receipt; `grace`: a newer mark crossed the way;
    `skew`: how far two honest clocks drift apart."""

    version: str
    hours: int
    grace_minutes: int
    skew_minutes: int


@dataclass(frozen=True, slots=True)
class ClockEvidence:
    """What a phone says of one declaration: spans of its own clocks, since the mark and since it was keyed.

    `latest_before` is the longest span since the mark that the phone had seen by the time of keying. The steady ones
    are None where the page was closed in between.
    """

    since_mark: timedelta
    latest_before: timedelta
    since_keyed: timedelta
    steady_since_mark: timedelta | None = None
    steady_since_keyed: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The time to judge by, and why that one."""

    at: datetime
    basis: Basis


@cache
def keyed_limit(on: date) -> KeyedLimit:
    """Return the limits, in force that day, within which the office accepts a phone's time for an offline entry."""
    version = as_of(RULE, on)
    values = version.values
    return KeyedLimit(version.version, values["hours"], values["grace_minutes"], values["skew_minutes"])


def judge_keyed(
    *,
    mark: datetime | None,
    newer_mark: datetime | None,
    received: datetime,
    evidence: ClockEvidence,
    limit: KeyedLimit,
) -> Judged:
    """Return the time at which an offline declaration counts as entered on the phone, with the reason.

    That is the time of entry if the evidence supports it, else the time of receipt. `mark` is the office's signed
    time that the declaration refers to (None: none of this phone), `newer_mark` the first one given to the phone
    after it. The time accepted always lies between `mark` and `received`.
    """
    refused = _refusal(mark, newer_mark, received, evidence, limit)
    if refused is not None or mark is None:
        return Judged(received, refused or Basis.NO_MARK)
    return Judged(min(mark + evidence.since_mark, received), Basis.KEYED)


def _refusal(
    mark: datetime | None, newer: datetime | None, received: datetime, evidence: ClockEvidence, limit: KeyedLimit
) -> Basis | None:
    """Return why a phone's time of entry cannot be trusted; None if it can.

    Reasons: no signed time of the office (``mark``), one too old, a connection meanwhile, or a clock that was set.
    """
    if mark is None or mark > received:
        return Basis.NO_MARK
    if received - mark > timedelta(hours=limit.hours):
        return Basis.TOO_OLD
    if newer is not None and received - newer > timedelta(minutes=limit.grace_minutes):
        return Basis.HAD_LINE
    return None if _clocks_agree(received - mark, evidence, timedelta(minutes=limit.skew_minutes)) else Basis.CLOCK_SET


def _clocks_agree(real: timedelta, evidence: ClockEvidence, skew: timedelta) -> bool:
    """Whether the phone's clocks fit the time that really passed, up to ``skew``.

    The spans add up to ``real``, none is negative, and the steady clock shows no more than the other, else the other
    was set back. It may show less, because it rests while the phone sleeps. A clock that was set before keying and
    reset afterwards is exposed by what the phone saw earlier.
    """
    if evidence.since_mark < NONE or evidence.since_keyed < NONE or evidence.latest_before - evidence.since_mark > skew:
        return False
    if abs(real - evidence.since_mark - evidence.since_keyed) > skew:
        return False
    steady = ((evidence.steady_since_mark, evidence.since_mark), (evidence.steady_since_keyed, evidence.since_keyed))
    return all(run is None or NONE <= run <= wall + skew for run, wall in steady)
