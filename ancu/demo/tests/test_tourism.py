"""Seasons, nationalities and lengths of stay."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from statistics import fmean

import pytest

from ancu.demo.tourism import PROFILES, arrival_weight, nationality_weights, nights

DAYS_2025 = [date(2025, 1, 1) + timedelta(days=n) for n in range(365)]


def average(profile: str, days: Iterable[date]) -> float:
    return fmean(arrival_weight(profile, day) for day in days)


def test_trekkers_come_from_october_to_april() -> None:
    peak = average("trek", (day for day in DAYS_2025 if day.month in {10, 11, 12, 1, 2, 3, 4}))
    low = average("trek", (day for day in DAYS_2025 if day.month in {5, 6, 7, 8, 9}))
    assert peak > 1.6 * low


@pytest.mark.parametrize("profile", PROFILES)
def test_the_lunar_new_year_dips(profile: str) -> None:
    tet = average(profile, [date(2025, 1, 26) + timedelta(days=n) for n in range(10)])
    after = average(profile, [date(2025, 2, 10) + timedelta(days=n) for n in range(10)])
    assert tet < 0.75 * after
    assert 0.7 < average(profile, DAYS_2025) < 1.3


def test_who_comes_where() -> None:
    def first(profile: str) -> list[str]:
        weights = nationality_weights(profile)
        return sorted(weights, key=lambda code: -weights[code])[:3]

    assert first("trek")[0] == "FRA"
    assert first("industry") == ["KOR", "CHN", "TWN"]
    assert first("leisure")[0] == "KOR"


def test_tourists_stay_days_and_engineers_months() -> None:
    rng = Random(4)
    mean = {kind: fmean(nights(rng, kind) for _ in range(2000)) for kind in ("homestay", "hotel", "company_housing")}
    assert mean["homestay"] < 3 and mean["hotel"] < 4 and 40 < mean["company_housing"] < 90
