"""An honest phone’s keyed time is believed; a forged one never before the mark nor past the office’s limit."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.rulebook import Basis, ClockEvidence, KeyedLimit, judge_keyed, keyed_limit

MARK = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
LIMIT = KeyedLimit("t", hours=24, grace_minutes=15, skew_minutes=5)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# Keyed an hour after the mark, sent six hours later, the browser closed in between.
HONEST = ClockEvidence(since_mark=HOUR, latest_before=HOUR, since_keyed=6 * HOUR)
RECEIVED = MARK + 7 * HOUR


def judge(evidence=HONEST, *, mark=MARK, newer=None, received=RECEIVED, limit=LIMIT):
    return judge_keyed(mark=mark, newer_mark=newer, received=received, evidence=evidence, limit=limit)


def test_an_honest_phone_is_judged_by_the_time_it_was_keyed() -> None:
    assert judge() == judge(replace(HONEST, steady_since_mark=20 * MINUTE, steady_since_keyed=MINUTE))
    assert (judge().at, judge().basis) == (MARK + HOUR, Basis.KEYED)


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        ({"since_keyed": HOUR}, "the clock was set back and stayed so: hours are missing at the receipt"),
        ({"since_keyed": 9 * HOUR}, "the clock was set forward before sending"),
        ({"latest_before": 6 * HOUR}, "the phone had seen a later hour before: set back to key, set right to send"),
        ({"steady_since_mark": 6 * HOUR}, "the page was open for six hours and the clock says one"),
        ({"steady_since_keyed": 6 * HOUR + 6 * MINUTE}, "the steady clock cannot outrun the other"),
        ({"since_mark": -HOUR, "since_keyed": 8 * HOUR}, "keyed before the mark"),
        ({"since_mark": 8 * HOUR, "since_keyed": -HOUR}, "keyed after it was sent"),
        ({"steady_since_keyed": -MINUTE}, "no steady clock runs backwards"),
    ],
)
def test_a_clock_that_was_set_is_not_believed(evidence, why) -> None:
    judged = judge(replace(HONEST, **evidence))
    assert (judged.at, judged.basis) == (RECEIVED, Basis.CLOCK_SET), why


def test_a_mark_that_is_missing_from_tomorrow_too_old_or_replaced_supports_nothing() -> None:
    assert judge(mark=None).basis == Basis.NO_MARK
    assert judge(mark=RECEIVED + MINUTE).basis == Basis.NO_MARK
    assert judge(limit=replace(LIMIT, hours=6)).basis == Basis.TOO_OLD
    assert judge(limit=replace(LIMIT, hours=0)).basis == Basis.TOO_OLD  # how an office turns it off
    assert judge(newer=MARK + 2 * HOUR).basis == Basis.HAD_LINE
    assert judge(newer=RECEIVED - MINUTE).basis == Basis.KEYED  # two pages crossed


spans = st.integers(-3 * 24 * 3600, 3 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))


@given(
    evidence=st.builds(ClockEvidence, spans, spans, spans, st.none() | spans, st.none() | spans),
    mark=st.none() | spans.map(lambda span: MARK + span),
    newer=st.none() | spans.map(lambda span: MARK + span),
    received=spans.map(lambda span: MARK + span),
)
def test_whatever_is_claimed_lies_between_the_mark_and_the_receipt(evidence, mark, newer, received) -> None:
    """The most that an invented phone gains: back to the last mark it was given, within the office's hours."""
    judged = judge(evidence, mark=mark, newer=newer, received=received)
    if judged.basis != Basis.KEYED:
        assert judged.at == received
        return
    assert mark is not None and mark <= judged.at <= received <= mark + LIMIT.hours * HOUR
    assert newer is None or received - newer <= 15 * MINUTE
    assert abs(judged.at - (received - evidence.since_keyed)) <= 5 * MINUTE


@given(
    keyed=st.integers(0, 12 * 3600),
    later=st.integers(0, 11 * 3600),
    asleep=st.floats(0, 1),
    drift=st.integers(-120, 120),
    is_open=st.booleans(),
)
def test_every_honest_phone_is_believed_to_the_minute(keyed, later, asleep, drift, is_open) -> None:
    """Whatever its clock was set to before the mark: only spans are told, and a clock drifts a little."""
    first, then = timedelta(seconds=keyed), timedelta(seconds=later)
    evidence = ClockEvidence(
        first, first * 0.5, then, first * asleep if is_open else None, then * asleep if is_open else None
    )
    received = MARK + first + then + timedelta(seconds=drift)
    if received < MARK:
        return
    judged = judge(evidence, received=received)
    assert judged.basis == Basis.KEYED
    assert abs(judged.at - (MARK + first)) <= timedelta(seconds=abs(drift))


def test_the_office_says_how_far_a_phone_is_believed() -> None:
    limit = keyed_limit(date(2026, 11, 24))
    assert (limit.hours, limit.grace_minutes, limit.skew_minutes) == (24, 15, 5)
