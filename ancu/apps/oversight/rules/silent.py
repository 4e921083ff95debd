"""A lodging declares nobody any more, against its own habit.

The habit is learned from the two years before its last arrival: on which share of days anybody came, by day of the week
and by month, without the closures there were. A closure is a gap that the habit does not explain; where the house was
closed a year before, nobody is expected. From the last arrival on, the days on which somebody was to be expected are
added up. The lodging has gone silent when enough of them have passed, when chance hardly explains that
nobody came, and when it was never silent for so long while it was open.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import log, log1p
from typing import Any, NamedTuple

from ancu.apps.oversight.enums import Severity, Subject
from ancu.apps.oversight.rules.facts import Facts, Finding, Parameters, Rule, day_of

YEAR = timedelta(days=364)  # whole weeks
HISTORY = 728  # days: two of these years
SHORTEST = 4  # days of silence; about less nobody is asked
FAR = 400  # days after which a lodging is closed rather than silent
PRIOR = 10  # days of the average that a weekday or month is mixed with, so that few days do not say much
SURE = 0.98  # no day is more certain than that
UNEXPLAINED = 9  # expected days that a gap must have passed over to be a closure
_DAYS = """
SELECT DISTINCT arrived_on AS day FROM stays_stay
WHERE establishment_id = lodging.id AND NOT (status = 'withdrawn') AND arrived_on <= {until} AND arrived_on > {after}
"""
# Of each lodging that is silent now its last arrival and the days with arrivals before, as numbers of days before it;
# for a replay all days with arrivals, which ``unfold`` takes apart.
FACTS = f"""
SELECT 'lodging:' || lodging.id || ':' || silence.last, lodging.id, lodging.unit_id, NULL, NULL, NULL::bigint, NULL,
    jsonb_build_object('last', silence.last, 'as_of', %(today)s::date, 'days', CASE WHEN %(past)s THEN (
        SELECT jsonb_agg(day - silence.last ORDER BY day)
        FROM ({_DAYS.format(until="%(today)s", after=f"%(since)s::date - {FAR + HISTORY}")}) days
    ) ELSE (
        SELECT jsonb_agg(day - silence.last ORDER BY day)
        FROM ({_DAYS.format(until="silence.last", after=f"silence.last - {HISTORY}")}) days
    ) END)
FROM scope JOIN lodging_establishment lodging USING (id)
CROSS JOIN LATERAL (
    SELECT max(arrived_on) AS last FROM stays_stay
    WHERE establishment_id = lodging.id AND arrived_on <= %(today)s AND NOT (status = 'withdrawn')
) silence
WHERE lodging.status = 'active' AND NOT lodging.sandbox AND silence.last IS NOT NULL
    AND (%(past)s OR %(today)s::date - silence.last BETWEEN {SHORTEST} AND {FAR})
"""


class Habit(NamedTuple):
    """What was learned: the share of days with arrivals, and how weekdays (Monday first) and months differ from it."""

    share: float
    weekdays: tuple[float, ...]
    months: tuple[float, ...]
    longest: int  # days of silence that were nothing unusual
    closed: frozenset[date]

    def chance_of(self, day: date) -> float:
        """How likely an arrival is on that day; nobody is expected where a year before the house was closed."""
        if day - YEAR in self.closed:
            return 0.0
        return min(SURE, self.share * self.weekdays[day.weekday()] * self.months[day.month - 1])


def learn(last: date, before: Sequence[int], closure_days: int) -> Habit:
    """The habit from the days with arrivals, as numbers of days before ``last``, ascending to 0."""
    span = range(before[0], 1)
    active, seldom = set(before), len(before) / len(span)
    gaps = [(one, other) for one, other in pairwise(before) if other - one > 1]
    closures = [gap for gap in gaps if gap[1] - gap[0] > closure_days and (gap[1] - gap[0] - 1) * seldom >= UNEXPLAINED]
    closed = {day for one, other in closures for day in range(one + 1, other)}
    share = len(before) / (len(span) - len(closed))
    by_weekday, by_month = _Shares(7, share), _Shares(12, share)
    for back in span:
        day = last + timedelta(days=back)
        if back not in closed:
            by_weekday.count(day.weekday(), back in active)
            by_month.count(day.month - 1, back in active)
    longest = max((other - one - 1 for one, other in gaps if (one, other) not in closures), default=0)
    days_closed = frozenset(last + timedelta(days=back) for back in closed)
    return Habit(share, by_weekday.factors(), by_month.factors(), longest, days_closed)


class _Shares:
    """How often something was so, for each of some kinds of day, against the average."""

    def __init__(self, kinds: int, average: float) -> None:
        self.average = average
        self.days, self.active = [0] * kinds, [0] * kinds

    def count(self, kind: int, active: bool) -> None:
        self.days[kind] += 1
        self.active[kind] += active

    def factors(self) -> tuple[float, ...]:
        of = zip(self.active, self.days, strict=True)
        return tuple((active + PRIOR * self.average) / (days + PRIOR) / self.average for active, days in of)


def judge(facts: Facts, parameters: Parameters) -> Finding | None:
    """Silent from the day on which all three held; grave once twice as many expected days have passed.

    Evidence speaks of that day, not of today.
    """
    last, before = day_of(facts["last"]), facts["days"] or []
    if len(before) < parameters["active_days"]:
        return None
    habit = learn(last, before, parameters["closure_days"])
    expected, by_chance, found = 0.0, 0.0, None
    for after in range(1, (day_of(facts["as_of"]) - last).days + 1):
        chance = habit.chance_of(last + timedelta(days=after))
        expected, by_chance = expected + chance, by_chance + log1p(-chance)
        unlikely = by_chance <= log(parameters["chance"] / 100_000) and after > habit.longest
        if found is None and unlikely and expected >= parameters["expected_days"]:
            found = (Severity.MEDIUM, after, expected)
        elif found is not None and expected >= 2 * parameters["expected_days"]:
            found = (Severity.HIGH, after, expected)
            break
    return _finding(facts, habit, *found) if found else None


def _finding(facts: Facts, habit: Habit, severity: Severity, after: int, expected: float) -> Finding:
    last = day_of(facts["last"])
    evidence = {
        "last": facts["last"],
        "as_of": (last + timedelta(days=after)).isoformat(),
        "days": facts["days"],
        "expected": round(expected, 1),
        "longest": habit.longest,
        "weekdays": [round(100 * min(SURE, habit.share * factor)) for factor in habit.weekdays],
        "months": [round(100 * min(SURE, habit.share * factor)) for factor in habit.months],
    }
    return Finding(severity, last + timedelta(days=1), evidence)


def unfold(facts: dict[str, Any], since: date) -> Iterator[dict[str, Any]]:
    """Each silence of a lodging that reached into the time since that day, from all its days with arrivals."""
    last, today = day_of(facts["last"]), day_of(facts["as_of"])
    days = [last + timedelta(days=back) for back in facts["days"] or []]
    for place, (day, following) in enumerate(pairwise([*days, today + timedelta(days=1)])):
        as_of = following - timedelta(days=1)
        if as_of >= since and (as_of - day).days >= SHORTEST:
            before = [(one - day).days for one in days[: place + 1] if (day - one).days < HISTORY]
            yield {"last": day.isoformat(), "as_of": as_of.isoformat(), "days": before}


ACTIVE = "SELECT id FROM lodging_establishment WHERE status = 'active' AND NOT sandbox"
RULE = Rule(
    code="silent",
    subject=Subject.LODGING,
    facts=FACTS,
    whole=ACTIVE,
    past=ACTIVE,
    judge=judge,
    unfold=unfold,
)
