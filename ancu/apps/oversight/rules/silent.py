"""A lodging has stopped declaring guests, contrary to its habit.

The habit is learned from the two years before the last arrival: the share of days with arrivals by weekday and month,
without closures. A closure is a gap the habit does not explain. No arrivals are expected where the lodging was closed a
year before. The days with expected arrivals since the last one are added up. The lodging is silent when enough have
passed, when chance hardly explains it, and when no earlier gap was as long.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import log, log1p
from typing import Any, NamedTuple

from ancu.apps.oversight.enums import RuleSubject, Severity
from ancu.apps.oversight.rules.facts import DetectionRule, Facts, Parameters, RuleFinding, day_of

YEAR = timedelta(days=364)  # whole weeks
HISTORY = 728  # days: two of these years
SHORTEST = 4  # days of silence below which no lodging is judged
FAR = 400  # days after which a lodging counts as closed
PRIOR = 10  # days of the average mixed into each weekday and month, so that few days weigh little
SURE = 0.98  # upper limit of a day's probability
UNEXPLAINED = 9  # expected days a gap must exceed to be a closure
_DAYS = """
SELECT DISTINCT arrived_on AS day FROM stays_stay
WHERE establishment_id = lodging.id AND NOT (status = 'withdrawn') AND arrived_on <= {until} AND arrived_on > {after}
"""
# For each silent lodging its last arrival and the earlier days with arrivals, as offsets. For a replay all days with
# arrivals, which ``unfold`` splits.
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


class ArrivalHabit(NamedTuple):
    """The learned habit: share of days with arrivals, and factors of weekdays (Monday first) and months."""

    share: float
    weekdays: tuple[float, ...]
    months: tuple[float, ...]
    longest: int  # days of silence that were nothing unusual
    closed: frozenset[date]

    def chance_of(self, day: date) -> float:
        """Return the probability of an arrival on the day; 0 if the lodging was closed that day a year before."""
        if day - YEAR in self.closed:
            return 0.0
        return min(SURE, self.share * self.weekdays[day.weekday()] * self.months[day.month - 1])


def learn(last: date, before: Sequence[int], closure_days: int) -> ArrivalHabit:
    """Return how often a lodging has arrivals, learnt from the days on which it had any.

    ``last`` is the last of these days; ``before`` has all of them as offsets in days from ``last``, ascending to 0.
    Unlikely gaps longer than ``closure_days`` count as closures of the lodging.
    """
    span = range(before[0], 1)
    active, seldom = set(before), len(before) / len(span)
    gaps = [(earlier, later) for earlier, later in pairwise(before) if later - earlier > 1]
    closures = [gap for gap in gaps if gap[1] - gap[0] > closure_days and (gap[1] - gap[0] - 1) * seldom >= UNEXPLAINED]
    closed = {day for earlier, later in closures for day in range(earlier + 1, later)}
    share = len(before) / (len(span) - len(closed))
    by_weekday, by_month = _Shares(7, share), _Shares(12, share)
    for back in span:
        day = last + timedelta(days=back)
        if back not in closed:
            by_weekday.count(day.weekday(), back in active)
            by_month.count(day.month - 1, back in active)
    longest = max((later - earlier - 1 for earlier, later in gaps if (earlier, later) not in closures), default=0)
    days_closed = frozenset(last + timedelta(days=back) for back in closed)
    return ArrivalHabit(share, by_weekday.factors(), by_month.factors(), longest, days_closed)


class _Shares:
    """Relative frequency of arrivals for each kind of day, against the average."""

    def __init__(self, kinds: int, average: float) -> None:
        self.average = average
        self.days, self.active = [0] * kinds, [0] * kinds

    def count(self, kind: int, active: bool) -> None:
        """Count one day of this weekday or month (``kind``, from 0); ``active``: the lodging had an arrival on it."""
        self.days[kind] += 1
        self.active[kind] += active

    def factors(self) -> tuple[float, ...]:
        """Return for each weekday or month the lodging's share of days with arrivals, divided by its average share."""
        of = zip(self.active, self.days, strict=True)
        return tuple((active + PRIOR * self.average) / (days + PRIOR) / self.average for active, days in of)


def judge(facts: Facts, parameters: Parameters) -> RuleFinding | None:
    """Return a finding for a lodging that has been silent longer than its habit explains; None otherwise.

    It is silent from the day on which enough arrivals were expected, chance is unlikely, and no earlier gap was as
    long; high severity at twice the expected days. Evidence refers to that day, not to today.
    """
    last, before = day_of(facts["last"]), facts["days"] or []
    if len(before) < parameters["active_days"]:
        return None
    habit = learn(last, before, parameters["closure_days"])
    expected, by_chance, outcome = 0.0, 0.0, None
    for after in range(1, (day_of(facts["as_of"]) - last).days + 1):
        chance = habit.chance_of(last + timedelta(days=after))
        expected, by_chance = expected + chance, by_chance + log1p(-chance)
        unlikely = by_chance <= log(parameters["chance"] / 100_000) and after > habit.longest
        if outcome is None and unlikely and expected >= parameters["expected_days"]:
            outcome = (Severity.MEDIUM, after, expected)
        elif outcome is not None and expected >= 2 * parameters["expected_days"]:
            outcome = (Severity.HIGH, after, expected)
            break
    return _finding(facts, habit, *outcome) if outcome else None


def _finding(facts: Facts, habit: ArrivalHabit, severity: Severity, after: int, expected: float) -> RuleFinding:
    """Return the finding that the lodging had no arrivals for ``after`` days, during which ``expected`` were likely."""
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
    return RuleFinding(severity, last + timedelta(days=1), evidence)


def unfold(facts: dict[str, Any], since: date) -> Iterator[dict[str, Any]]:
    """Yield the facts for judging each gap between a lodging's days with arrivals, up to today.

    Gaps that ended before ``since`` or are too short to judge are skipped. Each dict has the gap's bounds and the
    earlier days with arrivals, as offsets.
    """
    last, today = day_of(facts["last"]), day_of(facts["as_of"])
    days = [last + timedelta(days=back) for back in facts["days"] or []]
    for place, (day, following) in enumerate(pairwise([*days, today + timedelta(days=1)])):
        as_of = following - timedelta(days=1)
        if as_of >= since and (as_of - day).days >= SHORTEST:
            before = [(arrival - day).days for arrival in days[: place + 1] if (day - arrival).days < HISTORY]
            yield {"last": day.isoformat(), "as_of": as_of.isoformat(), "days": before}


ACTIVE = "SELECT id FROM lodging_establishment WHERE status = 'active' AND NOT sandbox"
RULE = DetectionRule(
    code="silent",
    subject=RuleSubject.LODGING,
    facts=FACTS,
    nightly_scope=ACTIVE,
    replay_scope=ACTIVE,
    judge=judge,
    unfold=unfold,
)
