"""Working days, office hours, stopped clocks; the holidays against the Moon."""

import math
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.rulebook import (
    VIET_NAM,
    CalendarEnds,
    DeadlinePause,
    WorkingCalendar,
    days_off,
    rules,
    worked_weekends,
    working_calendar,
)

PLAIN = working_calendar()
SATURDAYS = working_calendar(saturday_counts=True)
CALENDARS = st.sampled_from([PLAIN, SATURDAYS, working_calendar(saturday_morning=False)])
DAYS = st.dates(date(2018, 1, 1), date(2027, 6, 30))
MOMENTS = st.datetimes(datetime(2018, 1, 1), datetime(2027, 6, 30)).map(lambda m: m.replace(tzinfo=VIET_NAM))
ONE_DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIET_NAM)


# ---- the days -----------------------------------------------------------------------------------


def new_moon(year: int, month: int) -> list[date]:
    """The days of Viet Nam on which a new moon falls in a month: mean phase with its largest terms, to minutes."""
    new_moons = []
    start = round((year + (month - 1) / 12 - 2000) * 12.3685) - 1
    for k in range(start, start + 4):
        t = k / 1236.85
        mean = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t
        sun, moon, node = (
            math.radians(angle % 360)
            for angle in (
                2.5534 + 29.1053567 * k,
                201.5643 + 385.81693528 * k + 0.0107582 * t * t,
                160.7108 + 390.67050284 * k - 0.0016118 * t * t,
            )
        )
        correction = (
            -0.4072 * math.sin(moon)
            + 0.17241 * math.sin(sun)
            + 0.01608 * math.sin(2 * moon)
            + 0.01039 * math.sin(2 * node)
            + 0.00739 * math.sin(moon - sun)
            - 0.00514 * math.sin(moon + sun)
            + 0.00208 * math.sin(2 * sun)
        )
        hours = (mean + correction - 2440587.5) * 24 - 69 / 3600  # dynamical to clock time
        new_moons.append((datetime(1970, 1, 1) + timedelta(hours=hours + 7)).date())
    return [day for day in new_moons if (day.year, day.month) == (year, month)]


@pytest.mark.parametrize("year", range(2018, 2029))
def test_tet_and_the_kings_day_follow_the_moon(year: int) -> None:
    """Tết is a new moon between 21 January and 20 February; the 10th of the third month is nine days after one."""
    named = {
        name: [off.on for off in days_off().values() if off.on.year == year and off.name_en == name]
        for name in (
            "Lunar New Year",
            "Hung Kings' Commemoration Day",
        )
    }
    moons = [day for month in (1, 2, 3, 4) for day in new_moon(year, month)]
    tet = next(day for day in moons if date(year, 1, 21) <= day <= date(year, 2, 20))
    assert tet in named["Lunar New Year"] and len(named["Lunar New Year"]) in (5, 7)
    (king,) = named["Hung Kings' Commemoration Day"]
    assert king - timedelta(days=9) in moons and king > tet + timedelta(days=60)


@pytest.mark.parametrize("year", range(2018, 2029))
def test_every_year_has_the_days_of_the_labour_code(year: int) -> None:
    off = {day for day in days_off() if day.year == year}
    assert {date(year, 1, 1), date(year, 4, 30), date(year, 5, 1), date(year, 9, 2)} <= off
    assert (date(year, 9, 1) in off or date(year, 9, 3) in off) == (year >= 2021 or year == 2018)
    swaps = [day for day in off if days_off()[day].kind == "swap"]
    worked = [day for day in worked_weekends() if abs((day - date(year, 7, 1)).days) < 190]
    assert len(swaps) <= len(worked) <= len(swaps) + 1
    for day in off:
        assert days_off()[day].name_vi and (days_off()[day].kind == "holiday" or day.weekday() < 5)


def test_a_holiday_on_a_weekend_gives_a_day_off_after_it() -> None:
    for year in (2021, 2022, 2023, 2026):
        for off in list(days_off().values()):
            if (
                off.on.year == year
                and off.kind == "holiday"
                and off.on.weekday() >= 5
                and off.name_en != "Lunar New Year"
            ):
                after = [off.on + timedelta(days=step) for step in range(1, 6)]
                assert any(days_off()[day].kind == "substitute" for day in after if day in days_off()), off


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-24", False),  # Viet Nam Culture Day
        ("2026-02-17", False),
        ("2026-02-21", False),  # a Saturday
        ("2026-02-23", True),
        ("2026-01-02", False),  # exchanged for Saturday 10 January
        ("2026-01-10", True),
        ("2026-08-31", False),
        ("2026-08-22", True),
        ("2025-05-02", False),
        ("2025-04-26", True),
        ("2024-04-29", False),
        ("2024-05-04", True),
        ("2023-05-03", False),
        ("2018-12-31", False),
        ("2019-01-05", True),
        ("2019-11-25", True),
    ],
)
def test_known_days(day: str, works: bool) -> None:
    assert PLAIN.is_working(date.fromisoformat(day)) is works


# ---- counting -----------------------------------------------------------------------------------


def test_five_working_days_over_tet() -> None:
    assert PLAIN.add_working_days(date(2026, 2, 12), 5) == date(2026, 2, 26)
    assert SATURDAYS.add_working_days(date(2026, 2, 12), 5) == date(2026, 2, 24)
    assert PLAIN.add_working_days(date(2026, 2, 14), 0) == date(2026, 2, 23)
    assert PLAIN.working_days_between(date(2026, 2, 13), date(2026, 2, 23)) == 1


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_adding_and_counting_undo_each_other(calendar: WorkingCalendar, start: date, days: int) -> None:
    end = calendar.add_working_days(start, days)
    assert calendar.working_days_between(start, end) == days
    assert calendar.working_days_between(end, start) == -days
    assert calendar.working_days_between(start, end - ONE_DAY) == days - 1


@given(CALENDARS, DAYS, st.integers(0, 60))
def test_never_on_a_closed_day(calendar: WorkingCalendar, start: date, days: int) -> None:
    end = calendar.add_working_days(start, days)
    assert calendar.is_working(end) and end >= start
    assert end not in days_off() and (end.weekday() < 5 or end in worked_weekends() or calendar.saturday_counts)
    assert calendar.hours(end)


@given(CALENDARS, DAYS, DAYS, st.integers(0, 30), st.integers(0, 30))
def test_later_or_longer_never_ends_earlier(calendar: WorkingCalendar, a: date, b: date, n: int, m: int) -> None:
    first, last = sorted((a, b))
    fewer, many = sorted((n, m))
    assert calendar.add_working_days(first, fewer) <= calendar.add_working_days(last, many)


@given(CALENDARS, DAYS, DAYS, DAYS)
def test_spans_add_up(calendar: WorkingCalendar, a: date, b: date, c: date) -> None:
    between = calendar.working_days_between
    assert between(a, b) + between(b, c) == between(a, c)


def test_a_friday_is_over_on_the_weekend_after_it() -> None:
    friday, saturday, sunday, monday = (date(2026, 11, 27) + timedelta(days=n) for n in range(4))
    assert [PLAIN.working_days_left(day, friday) for day in (friday, saturday, sunday, monday)] == [0, -1, -1, -1]
    assert [PLAIN.working_days_left(day, monday) for day in (friday, saturday, sunday, monday)] == [1, 1, 1, 0]


@given(CALENDARS, DAYS, DAYS)
def test_what_is_left_is_nothing_on_the_last_day_alone(calendar: WorkingCalendar, today: date, start: date) -> None:
    due = calendar.add_working_days(start, 0)
    remaining = calendar.working_days_left(today, due)
    assert (remaining > 0, remaining == 0, remaining < 0) == (today < due, today == due, today > due)


@given(CALENDARS, DAYS, st.integers(1, 20), st.integers(1, 20))
def test_steps_add_up(calendar: WorkingCalendar, start: date, n: int, m: int) -> None:
    begin = calendar.add_working_days(start, n)
    assert calendar.add_working_days(begin, m) == calendar.add_working_days(start, n + m)


# ---- hours --------------------------------------------------------------------------------------


def test_saturday_morning_is_a_setting() -> None:
    saturday = at("2026-11-21T09:00")
    assert PLAIN.is_open(saturday) and not PLAIN.is_working(saturday)
    assert not PLAIN.is_open(at("2026-11-21T14:00"))
    assert SATURDAYS.is_working(saturday) and not SATURDAYS.is_working(at("2026-11-21T11:30"))
    assert not working_calendar(saturday_morning=False).is_open(saturday)
    assert len(PLAIN.hours(date(2026, 8, 22))) == 2  # worked in exchange for 31 August
    with pytest.raises(ValueError, match="must be open"):
        WorkingCalendar(saturday_morning=False, saturday_counts=True)


def test_the_day_of_viet_nam_counts_wherever_the_clock_stands() -> None:
    # 06:30 on Friday the 20th in Viet Nam: Monday the 23rd is day one
    assert PLAIN.deadline(datetime.fromisoformat("2026-11-19T23:30+00:00"), 1) == date(2026, 11, 23)
    with pytest.raises(ValueError, match="time zone"):
        PLAIN.deadline(datetime(2026, 11, 20, 9), 1)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-20T08:00", 2, "2026-11-20T10:00"),
        ("2026-11-20T08:00", 3.5, "2026-11-20T11:30"),
        ("2026-11-20T08:00", 4, "2026-11-20T14:00"),
        ("2026-11-20T16:00", 2, "2026-11-23T08:30"),
        ("2026-11-20T18:00", 12, "2026-11-25T14:00"),  # 7.5 hours on Monday, the 24th is a holiday
        ("2026-11-20T12:00", 0, "2026-11-20T13:30"),
        ("2026-11-22T12:00", 0, "2026-11-23T07:30"),
    ],
)
def test_working_hours(start: str, hours: float, end: str) -> None:
    assert PLAIN.add_working_hours(at(start), timedelta(hours=hours)) == at(end)


@given(CALENDARS, MOMENTS, st.integers(0, 6000))
def test_hours_and_their_count_undo_each_other(calendar: WorkingCalendar, start: datetime, minutes: int) -> None:
    span = timedelta(minutes=minutes)
    end = calendar.add_working_hours(start, span)
    assert end >= start and calendar.working_time_between(start, end) == span
    assert calendar.is_working(end.date())


# ---- deadlines and stopped clocks ---------------------------------------------------------------

# The days of 2026 on which no office works, copied by hand from a wall calendar: weekends, holidays, days exchanged.
# Saturdays 10 January and 22 August are worked, so they are not in it.
CLOSED_2026 = {
    1: "1 2 3 4 11 17 18 24 25 31",
    2: "1 7 8 14 15 16 17 18 19 20 21 22 28",
    3: "1 7 8 14 15 21 22 28 29",
    4: "4 5 11 12 18 19 25 26 27 30",
    5: "1 2 3 9 10 16 17 23 24 30 31",
    6: "6 7 13 14 20 21 27 28",
    7: "4 5 11 12 18 19 25 26",
    8: "1 2 8 9 15 16 23 29 30 31",
    9: "1 2 5 6 12 13 19 20 26 27",
    10: "3 4 10 11 17 18 24 25 31",
    11: "1 7 8 14 15 21 22 24 28 29",
    12: "5 6 12 13 19 20 26 27",
}
CLOSED = {date(2026, month, int(day)) for month, days in CLOSED_2026.items() for day in days.split()}
MOMENTS_2026 = st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 30)).map(lambda m: m.replace(tzinfo=VIET_NAM))


def days_from_the_next(day: date, days: int) -> date:
    """The working day number ``days`` by the wall calendar; the day itself is never counted."""
    while days:
        day += ONE_DAY
        days -= day not in CLOSED
    return day


@given(MOMENTS_2026, st.integers(1, 15))
def test_the_day_of_the_act_is_not_counted_the_next_is(moment: datetime, days: int) -> None:
    """Civil Code art. 147(2): a term in days runs from the day after the act, whatever day and hour that was."""
    due = days_from_the_next(moment.date(), days)
    assert PLAIN.deadline(moment, days) == PLAIN.deadline(moment.date(), days) == due
    assert PLAIN.elapsed(moment, due) == days


@given(MOMENTS_2026, st.integers(0, 20), st.integers(0, 20), st.integers(1, 10))
def test_a_clock_goes_on_the_day_after_the_answer(moment: datetime, stop: int, span: int, days: int) -> None:
    """Counted by the wall calendar: neither the day the clock stops nor the day of the answer counts."""
    stops = moment + timedelta(days=stop)
    answered = min(stops + timedelta(days=span, hours=7), datetime(2026, 12, 1, tzinfo=VIET_NAM))
    used, day = 0, moment.date()
    while used < days:
        day += ONE_DAY
        used += day not in CLOSED and not stops.date() <= day <= max(answered, stops).date()
        if day > date(2026, 12, 30):
            return
    assert PLAIN.deadline(moment, days, [DeadlinePause(stops, max(answered, stops))]) == day


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-11-15T10:00", "2026-11-20"),  # a Sunday: Monday is day one
        ("2026-11-14T09:00", "2026-11-20"),  # Saturday morning
        ("2026-11-16T06:00", "2026-11-23"),  # a Monday, before the counter opens
        ("2026-11-16T17:30", "2026-11-23"),  # and after it closed: still Monday
        ("2026-11-24T10:00", "2026-12-01"),  # a holiday
        ("2026-02-18T10:00", "2026-02-27"),  # in the middle of Tết
    ],
)
def test_accepted_on_a_day_off_is_due_as_if_on_the_eve_of_the_next_working_day(moment: str, due: str) -> None:
    assert PLAIN.deadline(at(moment), 5) == date.fromisoformat(due)


@given(MOMENTS_2026, st.integers(1, 25))
def test_a_term_of_calendar_days_that_ends_on_a_day_off_ends_on_the_next_working_day(m: datetime, days: int) -> None:
    """Civil Code art. 148(5)."""
    last = m.date() + timedelta(days=days)
    while last in CLOSED:
        last += ONE_DAY
    assert PLAIN.last_of_calendar_days(m, days) == last


def test_a_clock_that_stops() -> None:
    start = at("2026-11-09T09:00")  # a Monday
    assert PLAIN.deadline(start, 5) == date(2026, 11, 16)
    stopped = DeadlinePause(at("2026-11-11T15:00"))
    assert PLAIN.deadline(start, 5, [stopped]) is None
    answered = DeadlinePause(at("2026-11-11T15:00"), at("2026-11-18T10:00"))
    assert PLAIN.elapsed(start, date(2026, 11, 18), [answered]) == 1
    assert PLAIN.deadline(start, 5, [answered]) == date(2026, 11, 25)  # 10, then 19, 20, 23, 25 November
    late = DeadlinePause(at("2026-11-11T15:00"), at("2026-11-18T17:30"))  # after hours on the 18th is the 18th still
    assert PLAIN.deadline(start, 5, [late]) == date(2026, 11, 25)
    too_late = DeadlinePause(at("2026-11-17T08:00"))  # asked when the deadline had passed
    assert PLAIN.deadline(start, 5, [too_late]) == date(2026, 11, 16)


PAUSES = st.lists(st.tuples(st.integers(-5, 60), st.integers(0, 25)), max_size=5)


@given(CALENDARS, DAYS, st.integers(1, 15), PAUSES)
def test_stopped_days_are_left_out_and_no_others(
    calendar: WorkingCalendar, start: date, days: int, spans: list[tuple[int, int]]
) -> None:
    start = max(start, date(2018, 1, 10))
    pauses = [
        DeadlinePause(start + timedelta(days=offset), start + timedelta(days=offset + length))
        for offset, length in spans
    ]
    due = calendar.deadline(start, days, pauses)
    assert due is not None and calendar.is_working(due)
    assert calendar.elapsed(start, due, pauses) == days
    assert calendar.elapsed(start, due - ONE_DAY, pauses) == days - 1

    def runs(day: date) -> bool:
        return not any(pause.start <= day <= (pause.end or date.max) for pause in pauses)

    day, counted = start, 0
    while counted < days:
        day += ONE_DAY
        counted += calendar.is_working(day) and runs(day)
    assert day == due


@given(CALENDARS, DAYS, st.integers(1, 15), PAUSES, st.tuples(st.integers(0, 30), st.integers(0, 25)))
def test_one_more_stop_never_brings_the_deadline_nearer(
    calendar: WorkingCalendar, start: date, days: int, spans: list[tuple[int, int]], more: tuple[int, int]
) -> None:
    start = max(start, date(2018, 1, 10))
    pauses = [DeadlinePause(start + timedelta(days=o), start + timedelta(days=o + n)) for o, n in [*spans, more]]
    fewer, all_of_them = calendar.deadline(start, days, pauses[:-1]), calendar.deadline(start, days, pauses)
    assert fewer is not None and all_of_them is not None and fewer <= all_of_them


@given(CALENDARS, DAYS, st.integers(1, 15), st.integers(0, 40))
def test_an_open_stop_has_no_deadline_unless_it_came_too_late(
    calendar: WorkingCalendar, start: date, days: int, offset: int
) -> None:
    stop = start + timedelta(days=offset)
    plain = calendar.add_working_days(start, days)
    assert calendar.deadline(start, days, [DeadlinePause(stop)]) == (plain if stop > plain else None)


def test_beyond_the_years_of_the_data_nothing_is_guessed() -> None:
    for ask in (
        lambda: PLAIN.is_working(date(2017, 12, 31)),
        lambda: PLAIN.add_working_days(date(2028, 12, 28), 5),
        lambda: PLAIN.working_days_between(date(2028, 1, 1), date(2029, 1, 1)),
        lambda: PLAIN.hours(date(2029, 1, 1)),
        lambda: PLAIN.add_working_hours(at("2028-12-29T09:00"), timedelta(hours=40)),
    ):
        with pytest.raises(CalendarEnds):
            ask()
    with pytest.raises(ValueError, match="lies ahead"):
        PLAIN.add_working_days(date(2026, 1, 1), -1)
    assert rules()["calendar.holidays"].versions[-1].confidence == "I"
