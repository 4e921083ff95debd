"""Visa symbols, cards, margins and stays as of a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.rulebook import (
    Term,
    entry_stays,
    latest_card_end,
    latest_visa_end,
    passport_margin,
    visa_symbols,
)

NOW = date(2026, 8, 1)


def test_symbols_of_each_period() -> None:
    assert len(visa_symbols(NOW)) == 29
    assert {"UĐ1", "UĐ2"} == set(visa_symbols(NOW)) - set(visa_symbols(date(2026, 6, 30)))
    old = visa_symbols(date(2018, 6, 1))
    assert {"ĐT", "LĐ", "DN"} <= set(old) and not {"LS", "EV", "ĐT1"} & set(old)
    assert str(visa_symbols(date(2022, 1, 1))["EV"].visa_max) == "30 days"
    assert str(visa_symbols(date(2023, 8, 15))["EV"].visa_max) == "90 days"


@pytest.mark.parametrize("day", [date(2018, 6, 1), NOW])
def test_each_symbol_says_what_it_means_in_both_languages(day: date) -> None:
    meanings = [(symbol.meaning_vi, symbol.meaning_en) for symbol in visa_symbols(day).values()]
    assert all(vi and en and vi != en for vi, en in meanings)


def test_card_limits() -> None:
    years = {s.symbol: s.card_max.number for s in visa_symbols(NOW).values() if s.card_max}
    assert years == {
        "ĐT1": 10,
        **dict.fromkeys(["NG3", "LV1", "LV2", "LS", "ĐT2", "DH"], 5),
        **dict.fromkeys(["NN1", "NN2", "ĐT3", "TT"], 3),
        **dict.fromkeys(["LĐ1", "LĐ2", "PV1"], 2),
    }
    assert visa_symbols(NOW)["UĐ1"].card_symbol == "UĐ1" and visa_symbols(NOW)["UĐ1"].card_max is None


def test_the_passport_bounds_visa_and_card() -> None:
    assert passport_margin(NOW) == timedelta(days=30)
    assert latest_visa_end("DN1", NOW, date(2030, 1, 1)) == date(2027, 8, 1)
    assert latest_visa_end("DN1", NOW, date(2027, 3, 31)) == date(2027, 3, 1)
    assert latest_card_end("LĐ2", NOW, date(2036, 1, 1)) == date(2028, 8, 1)
    assert latest_card_end("LĐ2", NOW, date(2027, 1, 31)) == date(2027, 1, 1)
    assert latest_card_end("DL", NOW, date(2036, 1, 1)) is None
    with pytest.raises(KeyError):
        latest_visa_end("CTTN", NOW, date(2030, 1, 1))


def test_stay_at_entry() -> None:
    assert entry_stays(date(2023, 8, 14))["unilateral_exemption"].days == 15
    assert entry_stays(date(2023, 8, 15))["unilateral_exemption"].days == 45
    assert entry_stays(NOW)["visa"].days is None
    assert entry_stays(NOW)["tourist_visa_over_30_days"].days == 30


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("90 days", date(2026, 1, 1), date(2026, 4, 1)),
        ("1 month", date(2027, 1, 31), date(2027, 2, 28)),
        ("6 months", date(2026, 8, 31), date(2027, 2, 28)),
        ("1 year", date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_terms_on_the_calendar(text: str, start: date, end: date) -> None:
    assert Term.parse(text).after(start) == end
    assert str(Term.parse(text)) == text


@pytest.mark.parametrize("text", ["", "5", "five years", "5 weeks", "-1 day", "5  days"])
def test_not_a_term(text: str) -> None:
    with pytest.raises(ValueError, match="length of time"):
        Term.parse(text)


@given(
    st.sampled_from(sorted(visa_symbols(NOW))),
    st.dates(NOW, date(2040, 1, 1)),
    st.dates(date(2027, 1, 1), date(2060, 1, 1)),
)
def test_nothing_outlives_the_passport_less_thirty_days(symbol: str, start: date, expiry: date) -> None:
    assert latest_visa_end(symbol, start, expiry) <= expiry - timedelta(days=30)
    card = latest_card_end(symbol, start, expiry)
    assert card is None or card <= expiry - timedelta(days=30)
