"""Limits by channel, place and day; lateness to the minute."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.rulebook import (
    VIET_NAM,
    LatenessJudge,
    NotInForce,
    article_of,
    declaration_limit,
    judge_lateness,
)

CHANNELS = ("web", "file", "api", "command", "paper")
MINUTE = timedelta(minutes=1)
ARRIVED = datetime(2026, 9, 3, 21, 15, tzinfo=VIET_NAM)

channels = st.sampled_from(CHANNELS)
dates = st.dates(date(2015, 1, 1), date(2030, 12, 31))
moments = st.datetimes(datetime(2015, 1, 1), datetime(2030, 12, 31)).map(lambda moment: moment.replace(tzinfo=VIET_NAM))
delays = st.timedeltas(timedelta(days=-3), timedelta(days=10))


@pytest.mark.parametrize(
    ("on", "channel", "remote", "hours", "tolerance", "version"),
    [
        (date(2016, 6, 1), "paper", False, 12, 0, "47/2014"),
        (date(2017, 2, 14), "web", True, 24, 0, "47/2014"),
        (date(2017, 2, 15), "web", True, 0, 2, "53/2016"),
        (date(2018, 3, 1), "paper", True, 24, 0, "53/2016"),
        (date(2026, 7, 23), "api", False, 0, 2, "53/2016"),
        (date(2026, 7, 24), "api", False, 0, 2, "87/2026"),
        (date(2026, 7, 24), "file", True, 0, 2, "87/2026"),
        (date(2026, 7, 24), "paper", False, 12, 0, "87/2026"),
    ],
)
def test_limit(on: date, channel: str, remote: bool, hours: int, tolerance: int, version: str) -> None:
    limit = declaration_limit(on, channel, remote)
    assert (limit.hours, limit.tolerance_hours, limit.version) == (
        hours,
        tolerance,
        version,
    )
    assert limit.id == ("declaration.paper" if channel == "paper" else "declaration.electronic")
    assert "33" in limit.article_vi and "33" in limit.article_en


def test_the_article_is_found_again_by_what_is_kept() -> None:
    limit = declaration_limit(date(2026, 7, 24), "api", False)
    reference = f"{limit.id} {limit.version}"
    assert (article_of(reference, "vi"), article_of(reference, "en")) == (limit.article_vi, limit.article_en)
    assert article_of("declaration.electronic 1/1900", "vi") == article_of("pigeon 1", "en") == ""


def test_unknown_channel_and_day_before_the_law() -> None:
    with pytest.raises(ValueError, match="pigeon"):
        declaration_limit(date(2026, 8, 1), "pigeon", False)
    with pytest.raises(NotInForce):
        declaration_limit(date(2014, 12, 31), "web", False)


@pytest.mark.parametrize(
    ("channel", "remote", "hours"),
    [("web", False, 2), ("web", True, 2), ("paper", False, 12), ("paper", True, 24)],
)
def test_boundary_to_the_minute(channel: str, remote: bool, hours: int) -> None:
    due = ARRIVED + timedelta(hours=hours)
    for late_by, expected in (
        (-MINUTE, 0),
        (timedelta(seconds=59), 0),
        (MINUTE, 1),
        (90 * MINUTE, 90),
    ):
        judged = judge_lateness(
            arrived_on=ARRIVED.date(),
            arrived_at=ARRIVED,
            declared_at=due + late_by,
            channel=channel,
            remote=remote,
        )
        assert (judged.minutes_late, judged.late, judged.due_at) == (
            expected,
            expected > 0,
            due,
        )


def test_only_the_date_is_known() -> None:
    judge = LatenessJudge("paper", False, datetime(2026, 9, 5, 12, 1, tzinfo=VIET_NAM))
    yesterday = judge(date(2026, 9, 4))
    assert yesterday.late and yesterday.minutes_late == 1
    assert yesterday.due_at == datetime(2026, 9, 5, 12, 0, tzinfo=VIET_NAM)
    today = judge(date(2026, 9, 5))
    assert not today.late and today.due_at == datetime(2026, 9, 6, 0, 1, tzinfo=VIET_NAM)
    tomorrow = judge(date(2026, 9, 6))
    assert not tomorrow.late and tomorrow.due_at == datetime(2026, 9, 6, 12, 0, tzinfo=VIET_NAM)


def test_the_law_of_the_day_of_arrival_counts_in_vietnamese_time() -> None:
    late_evening_in_london = datetime(2026, 7, 23, 17, 30, tzinfo=UTC)  # 00:30 on the 24th in Viet Nam
    judged = judge_lateness(
        arrived_on=date(2026, 7, 24),
        arrived_at=late_evening_in_london,
        declared_at=late_evening_in_london,
        channel="web",
        remote=False,
    )
    assert judged.limit.version == "87/2026"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        LatenessJudge("web", False, datetime(2026, 9, 5, 12, 1))


@given(
    arrived=moments,
    delay=delays,
    more=st.timedeltas(timedelta(0), timedelta(days=5)),
    channel=channels,
)
def test_declaring_later_is_never_better(arrived: datetime, delay: timedelta, more: timedelta, channel: str) -> None:
    earlier = LatenessJudge(channel, False, arrived + delay)(arrived.date(), arrived)
    later = LatenessJudge(channel, False, arrived + delay + more)(arrived.date(), arrived)
    assert earlier.minutes_late <= later.minutes_late


@given(
    on=dates,
    declared=moments,
    more=st.timedeltas(timedelta(0), timedelta(days=5)),
    channel=channels,
)
def test_declaring_later_is_never_better_by_date(on: date, declared: datetime, more: timedelta, channel: str) -> None:
    earlier = LatenessJudge(channel, True, declared)(on)
    later = LatenessJudge(channel, True, declared + more)(on)
    assert earlier.minutes_late <= later.minutes_late


@given(on=dates, declared=moments, channel=channels)
def test_remote_is_never_stricter(on: date, declared: datetime, channel: str) -> None:
    near = LatenessJudge(channel, False, declared)(on)
    remote = LatenessJudge(channel, True, declared)(on)
    assert remote.minutes_late <= near.minutes_late and remote.due_at >= near.due_at


@given(on=dates, at=st.times(), delay=delays, channel=channels, remote=st.booleans())
def test_a_bare_date_never_judges_harder_than_any_time_that_day(
    on: date, at: time, delay: timedelta, channel: str, remote: bool
) -> None:
    arrived = datetime.combine(on, at, VIET_NAM)
    judge = LatenessJudge(channel, remote, max(arrived, arrived + delay))
    assert judge(on).minutes_late <= judge(on, arrived).minutes_late
    assert judge(on, arrived).late == (judge(on, arrived).minutes_late > 0)
