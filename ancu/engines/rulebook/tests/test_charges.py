"""What a procedure costs, in dollars and in dong."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.rulebook import fee_for, fee_table, get_procedure, procedure_codes, to_vnd, total_usd

NOW = date(2026, 11, 24)
VISA = {"visa_entries": "multiple", "visa_from": "2026-12-01", "visa_until": "2027-11-30", "birth_date": "1990"}


def cost(code: str, answers: dict[str, dict[str, Any]], day: date = NOW) -> tuple[str, int] | None:
    charges = fee_for(get_procedure(code, day), answers, day)
    return (charges[0].code, total_usd(charges)) if charges else None


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"visa_entries": "single"}, ("visa.single", 25)),
        ({"visa_until": "2027-03-01"}, ("visa.multiple.90d", 50)),
        ({"visa_until": "2027-05-30"}, ("visa.multiple.180d", 95)),
        ({}, ("visa.multiple.1y", 135)),
        ({"visa_until": "2028-12-01"}, ("visa.multiple.2y", 145)),
        ({"visa_until": "2031-12-01"}, ("visa.multiple.5y", 155)),
        ({"birth_date": "2012-11-25"}, ("visa.child", 25)),
        ({"birth_date": "2012-11-24"}, ("visa.multiple.1y", 135)),  # 14 years old on the day
        ({"birth_date": "2012"}, ("visa.child", 25)),  # may be 13 still
        ({"visa_until": ""}, None),
        ({"visa_entries": None}, None),
    ],
)
def test_visa(changed: dict[str, Any], expected: tuple[str, int] | None) -> None:
    assert cost("visa", {"NA5": {**VISA, **changed}}) == expected


@pytest.mark.parametrize("code", ["trc_organisation", "trc_individual"])
@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2028-11-24", ("card.2y", 145)),
        ("2028-12-01", ("card.2y", 145)),  # two years from the day by which the card is issued, 1 December
        ("2028-12-02", ("card.5y", 155)),
        ("2031-12-01", ("card.5y", 155)),
        ("2036-12-01", ("card.10y", 165)),
        ("", None),
    ],
)
def test_card(code: str, until: str, expected: tuple[str, int] | None) -> None:
    assert cost(code, {"NA8": {"card_until": until}}) == expected


def test_a_card_counts_from_the_day_of_issue() -> None:
    """A dossier that waited for documents is issued later: the full two years from then cost what two years cost."""
    answers = {"NA8": {"card_until": "2028-12-29"}}
    (charge,) = fee_for(get_procedure("trc_organisation", NOW), answers, NOW, issued_by=date(2026, 12, 29))
    assert (charge.code, charge.usd) == ("card.2y", 145)


@pytest.mark.parametrize("day", [date(2018, 1, 1), date(2021, 6, 1), NOW])
def test_extensions_and_permits(day: date) -> None:
    assert cost("stay_extension", {}, day) == ("stay_extension", 10)
    assert cost("exemption_extension", {}, day) == ("stay_extension", 10)
    people = [{"full_name": "A"}, {"full_name": "B"}, {"full_name": "C"}]
    assert cost("restricted_permit", {"NA14": {"people": people}}, day) == ("restricted_area", 30)
    assert cost("restricted_permit", {}, day) is None


def test_what_a_procedure_can_come_to() -> None:
    def prices(code: str) -> list[int]:
        return [fee.usd for fee in fee_table(get_procedure(code, NOW), NOW)]

    assert prices("visa") == [25, 50, 95, 135, 145, 155, 165, 25]
    assert prices("trc_individual") == prices("trc_organisation") == [145, 155, 165]
    assert prices("stay_extension") == prices("exemption_extension") == prices("restricted_permit") == [10]


def test_a_charge_names_its_circular() -> None:
    def circular(day: date) -> tuple[str, str]:
        (charge,) = fee_for(get_procedure("stay_extension", day), {}, day)
        return charge.version, charge.confidence

    assert circular(date(2021, 5, 21)) == ("219/2016", "M")
    assert circular(date(2026, 3, 31)) == ("25/2021", "M")
    assert circular(date(2026, 4, 1)) == ("28/2026", "S")


def test_longer_than_the_table_goes() -> None:
    with pytest.raises(ValueError, match="no fee"):
        cost("trc_organisation", {"NA8": {"card_until": "2040-01-01"}})


@pytest.mark.parametrize("code", procedure_codes())
def test_an_empty_draft_has_a_fee_or_none_but_no_failure(code: str) -> None:
    assert cost(code, {}) in (None, ("stay_extension", 10))


@pytest.mark.parametrize(
    ("usd", "rate", "vnd"),
    [
        (10, "26012", 260_120),
        (145, "26012.5", 3_771_813),  # half a dong is rounded up
        (145, "26012.49", 3_771_811),
        (0, "26012", 0),
    ],
)
def test_dong(usd: int, rate: str, vnd: int) -> None:
    assert to_vnd(usd, Decimal(rate)) == vnd


@given(st.integers(0, 5000), st.decimals("1000", "99999", places=2))
def test_dong_is_never_more_than_half_a_dong_off(usd: int, rate: Decimal) -> None:
    assert abs(to_vnd(usd, rate) - usd * rate) <= Decimal("0.5")


@pytest.mark.parametrize("rate", ["0", "-1", "NaN", "Infinity"])
def test_not_a_rate(rate: str) -> None:
    with pytest.raises(ValueError, match="not a rate"):
        to_vnd(10, Decimal(rate))
