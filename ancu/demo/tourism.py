"""Weights for realistic stays: who comes, when and for how long."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

DATA = files("ancu.demo") / "data"
PROFILES = ("trek", "leisure", "city", "industry", "hospital")
TET_BEFORE, TET_AFTER = 3, 6


def nationality_weights(profile: str) -> Mapping[str, int]:
    """Return the weight of each nationality among guests of lodgings with this profile (see `PROFILES`)."""
    weights: Mapping[str, int] = _tables()["nationalities"][profile]
    return weights


@cache
def arrival_weight(profile: str, day: date) -> float:
    """Return how many guests arrive on the day at lodgings of this profile, relative to an ordinary day (1.0).

    It depends on season, weekday and the lunar new year.
    """
    tables = _tables()
    weight = tables["months"][profile][day.month - 1] * tables["weekdays"][profile][day.weekday()] / 10_000
    if any(-TET_BEFORE <= (day - tet).days <= TET_AFTER for tet in tables["tet"]["days"]):
        weight *= tables["tet"][profile]
    return float(weight)


def nights(rng: Random, kind: str) -> int:
    """Return the number of nights a guest of this kind of lodging plans to stay."""
    ranges, weights = _nights(kind)
    first, last = rng.choices(ranges, weights)[0]
    return rng.randint(first, last)


@cache
def _nights(kind: str) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:
    """Return the ranges of nights (least, most) at a kind of lodging, and the weight of each range; cached."""
    rows = _tables()["nights"][kind]
    return tuple((row["from"], row["to"]) for row in rows), tuple(row["weight"] for row in rows)


@cache
def _tables() -> dict[str, Any]:
    """Load the data file about arrivals, nationalities and nights; cached."""
    return tomllib.loads((DATA / "tourism.toml").read_text(encoding="utf-8"))
