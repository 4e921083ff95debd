"""The office's changes over the files: whichever are approved, the latest that has begun is in force."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.rulebook import (
    AMENDABLE,
    Amendment,
    fee_for,
    fee_table,
    fees,
    get_procedure,
    passport_margin,
    rules,
    rules_toml,
    set_amendments,
    shipped_rules,
    working_calendar,
)
from ancu.engines.rulebook.amendments import FEES, HOLIDAYS, MARGIN, amend
from ancu.engines.rulebook.loader import DatedRule, edition, parse, problems

FIRST = date(2017, 1, 1)  # of the fee table
CODES = ("visa.single", "card.2y", "stay_extension")
DAYS = st.dates(FIRST, date(2029, 12, 31))


@pytest.fixture(autouse=True)
def shipped() -> Iterator[None]:
    yield
    set_amendments(())


def fee_change(number: int, code: str, usd: int, day: date) -> Amendment:
    return Amendment(number, FEES, code, {"usd": usd}, day, f"Thông tư {number}", f"Circular {number}")


@st.composite
def fee_changes(draw: st.DrawFn) -> list[Amendment]:
    drawn = draw(st.lists(st.tuples(st.sampled_from(CODES), st.integers(1, 10_000), DAYS), max_size=8))
    return [fee_change(number, *values) for number, values in enumerate(drawn, start=1)]


def shipped_fee(code: str, on: date) -> int:
    lines = shipped_rules()[FEES].as_of(on).values["fees"]
    return next(line["usd"] for line in lines if line["code"] == code)


@given(fee_changes(), DAYS, st.sampled_from(CODES))
def test_the_latest_change_that_has_begun_is_in_force(changes: list[Amendment], on: date, code: str) -> None:
    set_amendments(changes)
    begun = [change for change in changes if change.entry == code and change.valid_from <= on]
    expected = (
        max(begun, key=lambda change: (change.valid_from, change.number)).values["usd"]
        if begun
        else shipped_fee(code, on)
    )
    assert fees(on)[code].usd == expected


@given(fee_changes())
def test_periods_touch_and_the_file_reads_back(changes: list[Amendment]) -> None:
    rule = amend(shipped_rules(), changes)[FEES]
    assert problems(rule) == []
    assert parse(rules_toml([rule])) == [rule]
    assert len({version.version for version in rule.versions}) == len(rule.versions)


def test_every_rule_of_the_files_reads_back() -> None:
    every: list[DatedRule] = list(shipped_rules().values())
    assert parse(rules_toml(every)) == every


def test_the_rules_an_office_may_change_exist() -> None:
    assert set(AMENDABLE) <= set(shipped_rules())


def test_all_ways_to_a_fee_find_the_change_from_its_day() -> None:
    day = date(2027, 3, 1)
    before, procedure = fees(day)["stay_extension"].usd, get_procedure("stay_extension", day)
    set_amendments([fee_change(1, "stay_extension", before + 7, day)])
    for on, usd in ((day - timedelta(days=1), before), (day, before + 7)):
        assert fees(on)["stay_extension"].usd == usd
        assert [fee.usd for fee in fee_table(procedure, on)] == [usd]
        (line,) = fee_for(procedure, {}, on)
        assert line.usd == usd
    assert line.version == "28/2026+1" and "Circular 1" in line.article_en


def test_an_equal_set_of_changes_keeps_the_edition() -> None:
    changes = [fee_change(1, "visa.single", 26, date(2027, 1, 1))]
    set_amendments(changes)
    first = edition()
    set_amendments(list(changes))
    assert edition() is first
    set_amendments(())
    assert edition() is not first and rules() == shipped_rules()


def test_a_day_off_and_an_extra_working_day() -> None:
    monday, saturday = date(2027, 6, 7), date(2027, 6, 12)
    assert working_calendar().is_working(monday) and not working_calendar().is_working(saturday)
    named = {"kind": "swap", "name_vi": "Nghỉ hoán đổi", "name_en": "Exchanged day"}
    set_amendments(
        [
            Amendment(1, HOLIDAYS, monday.isoformat(), named, monday, "Thông báo", "Notice"),
            Amendment(2, HOLIDAYS, saturday.isoformat(), {"kind": "worked"}, saturday, "Thông báo", "Notice"),
        ]
    )
    assert not working_calendar().is_working(monday) and working_calendar().is_working(saturday)
    assert parse(rules_toml([rules()[HOLIDAYS]])) == [rules()[HOLIDAYS]]
    ordinary = Amendment(3, HOLIDAYS, monday.isoformat(), {"kind": "ordinary"}, monday, "Thông báo", "Notice")
    set_amendments([*edition().amendments, ordinary])
    assert working_calendar().is_working(monday)


def test_the_margin_of_a_passport_changes_on_its_day() -> None:
    day = date(2027, 2, 1)
    before = passport_margin(day)
    set_amendments([Amendment(1, MARGIN, "", {"days": 180}, day, "Nghị định 1", "Decree 1")])
    assert passport_margin(day - timedelta(days=1)) == before and passport_margin(day) == timedelta(days=180)
