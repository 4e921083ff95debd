"""The lodgings of the demo province: spread as planned, named once, standing in units of their day."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pytest

import ancu
from ancu.demo.establishments import CsvUnit, EstablishmentPlan, make_establishments
from ancu.demo.tourism import PROFILES, nights
from ancu.engines.rulebook import lodging_kinds

UNITS_FILE = Path(ancu.__file__).parent / "apps/places/data/administrative_units.csv"
DAYS = [date(2018, 6, 1), date(2024, 6, 1), date(2026, 11, 1)]


def units() -> list[CsvUnit]:
    with UNITS_FILE.open(encoding="utf-8", newline="") as lines:
        return [CsvUnit.from_csv(row) for row in csv.DictReader(lines)]


@pytest.fixture(scope="module", params=DAYS, ids=str)
def plans(request: pytest.FixtureRequest) -> list[EstablishmentPlan]:
    return make_establishments(Random(1), units(), on=request.param)


def test_three_hundred_with_one_hospital(plans: list[EstablishmentPlan]) -> None:
    kinds = Counter(plan.kind for plan in plans)
    assert len(plans) == 300 and kinds["hospital"] == 1
    assert set(kinds) == set(lodging_kinds(date(2026, 8, 1)))
    assert kinds["homestay"] > kinds["guest_house"] > kinds["hotel"] > kinds["company_housing"] > 20


def test_the_five_districts_of_tourism_come_first(plans: list[EstablishmentPlan]) -> None:
    districts = [code for code, _ in Counter(plan.district_code for plan in plans).most_common(5)]
    assert set(districts) == {"156", "148", "152", "153", "150"} and districts[0] == "156"


def test_names_and_contacts_are_unique(plans: list[EstablishmentPlan]) -> None:
    for field in ("name", "email", "phone"):
        values = Counter(getattr(plan, field) for plan in plans)
        assert values.most_common(1)[0][1] == 1, values.most_common(1)
    assert all(plan.email.isascii() and plan.phone.startswith("+84218") for plan in plans)
    assert all(plan.email.endswith(".example") for plan in plans)


def test_numbers_make_sense(plans: list[EstablishmentPlan]) -> None:
    assert all(plan.rooms >= 1 and plan.beds >= plan.rooms and plan.busy > 0 for plan in plans)
    assert all(20.3 < plan.latitude < 21.2 and 104.7 < plan.longitude < 105.9 for plan in plans)
    assert {plan.profile for plan in plans} == set(PROFILES)
    assert all(nights(Random(1), plan.kind) >= 1 for plan in plans)


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_units_stand_on_the_day(on: date) -> None:
    for plan in make_establishments(Random(2), units(), on=on):
        assert (plan.unit.valid_from or date.min) <= on <= (plan.unit.valid_until or date.max)
        assert plan.locality.parent_code == plan.district_code
        if on.year < 2025:
            assert plan.unit is plan.locality
        else:
            assert plan.unit.code == plan.locality.successor_code and plan.unit.parent_code == "25"


def test_the_same_seed_gives_the_same_province() -> None:
    first = make_establishments(Random(9), units(), on=DAYS[0])
    assert first == make_establishments(Random(9), units(), on=DAYS[0])
    assert first != make_establishments(Random(10), units(), on=DAYS[0])


def test_a_district_without_communes_is_said_so() -> None:
    with pytest.raises(ValueError, match="156"):
        make_establishments(Random(1), [u for u in units() if u.parent_code != "156"], on=DAYS[0])
