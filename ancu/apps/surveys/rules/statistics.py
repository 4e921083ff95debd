"""Shares with margins of error, and weights of units."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt
from typing import NamedTuple

from django.template.defaultfilters import floatformat

Z = 1.96  # ninety-five of a hundred samples
LEAST_WEIGHTED = 200  # answers; under it a weighted share would tell single people of a hidden cell


class ShareEstimate(NamedTuple):
    """A share from 0 to 1, and its margin of error."""

    value: float
    margin: float


def share(count: float, base: float, *, effective: float, population: int | None = None) -> ShareEstimate:
    """Return the share ``count`` / ``base`` with its margin of error: Wilson's interval at 95 %.

    So 0 % and 100 % have a margin, too. ``effective`` is the effective sample size. The margin is narrower if many of
    ``population`` people answered. Without answers the share is 0 and the margin 1.
    """
    if base <= 0 or effective <= 0:
        return ShareEstimate(0.0, 1.0)
    part = count / base
    spread = Z / (1 + Z * Z / effective) * sqrt(part * (1 - part) / effective + Z * Z / (4 * effective * effective))
    if population and population > effective > 1:
        spread *= sqrt(max(0.0, (population - effective) / (population - 1)))
    return ShareEstimate(part, spread)


def rounded(value: float, digits: int = 1) -> float:
    """Round half away from zero, by the decimal text, so that pages, files and papers agree."""
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def percent(part: float) -> float:
    """Return a share from 0 to 1 in percent, rounded to one decimal place."""
    return rounded(part * 100)


def mean(counts: Mapping[float, float], *, effective: float) -> tuple[float, float] | None:
    """Return the mean of the values, weighted by ``counts``, and its margin of error; None below two answers.

    ``counts`` has the number of answers by value.
    """
    total = sum(counts.values())
    if total <= 0 or effective < 2:
        return None
    middle = sum(value * count for value, count in counts.items()) / total
    variance = sum(count * (value - middle) ** 2 for value, count in counts.items()) / total
    return middle, Z * sqrt(variance / (effective - 1))


def weights(
    answers: Mapping[int | None, int], populations: Mapping[int | None, int | None]
) -> dict[int | None, float] | None:
    """Return the weight of each unit's answers; None if populations are unknown or a unit has too few answers.

    A unit's weight is its share of the people divided by its share of the answers.
    """
    total = sum(answers.values())
    if total < LEAST_WEIGHTED or len(answers) < 2 or any(not populations.get(unit) for unit in answers):
        return None
    people = sum(populations[unit] or 0 for unit in answers)
    return {unit: ((populations[unit] or 0) / people) / (count / total) for unit, count in answers.items() if count}


def effective(by_unit: Mapping[int | None, float], weight: Mapping[int | None, float] | None) -> float:
    """Return the effective sample size (Kish) for numbers of answers and weights by unit.

    Without weights it is the number of answers. Unequal weights make it smaller, which widens the margin of error.
    """
    if weight is None:
        return float(sum(by_unit.values()))
    once = sum(count * weight[unit] for unit, count in by_unit.items())
    twice = sum(count * weight[unit] ** 2 for unit, count in by_unit.items())
    return once * once / twice if twice else 0.0


def percent_text(part: float | None) -> str:
    """Return a share as text (43,7 %) in the reader's language; "" for a suppressed share."""
    return "" if part is None else f"{points_text(part)} %"


def points_text(part: float | None) -> str:
    """Return a difference of two shares (0.05) as text in percentage points (5,0); "" for None."""
    return "" if part is None else str(floatformat(percent(part), 1))
