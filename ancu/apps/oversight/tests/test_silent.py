"""A lodging's own habit: weekday, season and closures are learned, and what was expected is told."""

from datetime import date, timedelta
from random import Random

import pytest

from ancu.apps.oversight.enums import Severity
from ancu.apps.oversight.rules.silent import judge, learn, unfold
from ancu.engines.rulebook import alert_rule

MONDAY = date(2026, 3, 9)
VALUES = dict(alert_rule("silent", MONDAY).values)


def silence(days: list[int], after: int, last: date = MONDAY) -> dict[str, object]:
    return {"last": last.isoformat(), "as_of": (last + timedelta(days=after)).isoformat(), "days": days}


def day(back: int, last: date = MONDAY) -> date:
    return last + timedelta(days=back)


def test_a_house_with_guests_every_day_is_missed_soon_and_one_with_guests_on_saturdays_late() -> None:
    daily = list(range(-727, 1))
    assert judge(silence(daily, 9), VALUES) is None
    assert judge(silence(daily, 11), VALUES) is not None
    saturday = date(2026, 3, 7)
    weekly = list(range(-721, 1, 7))
    assert judge(silence(weekly, 60, saturday), VALUES) is None, "eight Saturdays are not nine"
    finding = judge(silence(weekly, 90, saturday), VALUES)
    assert finding is not None
    assert finding.evidence["weekdays"][5] > 80 and max(finding.evidence["weekdays"][:5]) < 5


def test_the_season_is_learned() -> None:
    """Open from May to October only: its winter says nothing, the same silence in summer does."""
    last = date(2026, 10, 30)
    summer = [back for back in range(-727, 1) if 5 <= day(back, last).month <= 10]
    assert judge(silence(summer, 120, last), VALUES) is None
    july = date(2026, 7, 20)
    open_ = [back for back in range(-727, 1) if 5 <= day(back, july).month <= 10]
    assert judge(silence(open_, 15, july), VALUES) is not None


def test_a_closure_is_no_habit() -> None:
    """Closed for three months once: it neither makes the house seem seldom visited nor excuses the next silence."""
    days = [back for back in range(-727, 1) if not -300 < back < -210]
    habit = learn(MONDAY, days, VALUES["closure_days"])
    assert habit.share == 1 and habit.longest == 0
    assert judge(silence(days, 14), VALUES) is not None


def test_where_the_house_was_closed_a_year_before_nobody_is_expected() -> None:
    """And from the day on which it opened then, somebody is."""
    days = [back for back in range(-727, 1) if not -364 < back < -303]
    assert judge(silence(days, 60), VALUES) is None
    assert judge(silence(days, 75), VALUES) is not None


def test_a_house_that_was_silent_as_long_before_is_not_silent_now() -> None:
    rng = Random(3)
    seldom = sorted({0, *(-day for day in rng.sample(range(1, 727), 60))})
    habit = learn(MONDAY, seldom, VALUES["closure_days"])
    assert habit.longest > 20
    assert judge(silence(seldom, habit.longest), {**VALUES, "expected_days": 3, "chance": 1000}) is None


def test_few_days_say_nothing_and_twice_the_silence_is_grave() -> None:
    assert judge(silence(list(range(-18, 1)), 60), VALUES) is None
    finding = judge(silence(list(range(-727, 1)), 40), VALUES)
    assert finding is not None and finding.severity == Severity.HIGH
    assert finding.since == MONDAY + timedelta(days=1)


@pytest.mark.slow
def test_false_alarms_of_a_house_that_only_chance_keeps_empty_are_rare() -> None:
    """Two hundred houses that nothing happened to, each of a rhythm of its own, a year each: hardly any alert."""
    rng, alarms = Random(11), 0
    for _house in range(200):
        share = rng.uniform(0.05, 0.9)
        weekend = rng.uniform(1, 2.5)
        active = [back for back in range(-1093, 1) if rng.random() < share * (weekend if back % 7 > 4 else 1)] or [0]
        facts = {"last": day(active[-1]).isoformat(), "as_of": MONDAY.isoformat(),
                 "days": [back - active[-1] for back in active]}  # fmt: skip
        alarms += sum(judge(case, VALUES) is not None for case in unfold(facts, day(-364)))
    assert alarms <= 4


def test_a_replay_takes_each_silence_apart() -> None:
    facts = {"last": MONDAY.isoformat(), "as_of": day(20).isoformat(), "days": [-30, -29, -10, 0]}
    cases = list(unfold(facts, day(-25)))
    assert [(case["last"], case["as_of"]) for case in cases] == [
        (day(-29).isoformat(), day(-11).isoformat()),
        (day(-10).isoformat(), day(-1).isoformat()),
        (day(0).isoformat(), day(20).isoformat()),
    ]
    assert cases[1]["days"] == [-20, -19, 0]
