"""Fees and fines as of a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.rulebook import (
    NotInForce,
    card_fee,
    fees,
    fine,
    overstay_fine,
    rules,
    undeclared_fine,
    visa_fee,
)

NOW = date(2026, 8, 1)
MILLION = 1_000_000


@pytest.mark.parametrize(
    ("days", "usd"),
    [
        (90, 50),
        (91, 95),
        (180, 95),
        (181, 135),
        (365, 135),
        (366, 145),
        (732, 155),
        (1900, 165),
    ],
)
def test_multiple_entry_visa_by_length(days: int, usd: int) -> None:
    fee = visa_fee(on=NOW, start=NOW, until=NOW + timedelta(days=days), multiple=True)
    assert fee.usd == usd and fee.name_vi and fee.name_en


def test_other_fees() -> None:
    assert visa_fee(on=NOW, start=NOW, until=NOW, multiple=False).usd == 25
    assert visa_fee(on=NOW, start=NOW, until=date(2027, 8, 1), multiple=True, under_14=True).usd == 25
    assert [card_fee(on=NOW, start=NOW, until=NOW.replace(year=y)).usd for y in (2028, 2031, 2036)] == [
        145,
        155,
        165,
    ]
    assert fees(NOW)["stay_extension"].usd == 10
    with pytest.raises(ValueError, match="no fee"):
        card_fee(on=NOW, start=NOW, until=date(2037, 1, 1))
    with pytest.raises(NotInForce):
        fees(date(2016, 12, 31))


def test_every_day_of_the_procedures_has_its_fee_table() -> None:
    assert fees(date(2018, 1, 1))["stay_extension"].usd == 10
    assert "card.10y" not in fees(date(2021, 5, 21))  # the circular of 2016 knows no card over five years
    with pytest.raises(ValueError, match="no fee"):
        card_fee(on=date(2018, 1, 1), start=date(2018, 1, 1), until=date(2024, 1, 1))


@pytest.mark.parametrize(
    ("foreigners", "low", "high", "clause"),
    [
        (1, 3, 5, "3(e)"),
        (3, 3, 5, "3(e)"),
        (4, 10, 15, "5(c)"),
        (8, 10, 15, "5(c)"),
        (9, 15, 20, "6(đ)"),
        (80, 15, 20, "6(đ)"),
    ],
)
def test_undeclared_foreigners(foreigners: int, low: int, high: int, clause: str) -> None:
    person = undeclared_fine(foreigners, NOW, organisation=False)
    assert (person.minimum, person.maximum) == (low * MILLION, high * MILLION)
    assert clause in person.article_vi and clause in person.article_en
    company = undeclared_fine(foreigners, NOW, organisation=True)
    assert (company.minimum, company.maximum) == (2 * low * MILLION, 2 * high * MILLION)


def test_the_decree_of_the_day() -> None:
    before = undeclared_fine(9, date(2025, 12, 14), organisation=False)
    assert (before.version, before.maximum) == ("144/2021", 5 * MILLION)
    assert undeclared_fine(9, date(2025, 12, 15), organisation=False).version == "282/2025"
    with pytest.raises(NotInForce):
        overstay_fine(5, date(2025, 12, 14))


@pytest.mark.parametrize(
    ("days", "high"),
    [
        (15, 2),
        (16, 10),
        (29, 10),
        (30, 15),
        (59, 15),
        (60, 20),
        (89, 20),
        (90, 25),
        (179, 25),
        (180, 30),
        (365, 40),
    ],
)
def test_overstay(days: int, high: int) -> None:
    assert overstay_fine(days, NOW).maximum == high * MILLION


@given(
    st.sampled_from(sorted(r for r in rules() if r.startswith("fine."))),
    st.integers(1, 5000),
)
def test_bands_cover_every_count_and_grow(rule_id: str, count: int) -> None:
    less = fine(rule_id, count, NOW, organisation=False)
    more = fine(rule_id, count + 1, NOW, organisation=False)
    assert less.minimum <= more.minimum and less.maximum <= more.maximum
    assert less.from_count <= count and (less.to_count is None or count <= less.to_count)


def test_nobody_undeclared_is_no_offence() -> None:
    with pytest.raises(ValueError, match="no band"):
        undeclared_fine(0, NOW, organisation=True)
