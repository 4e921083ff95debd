"""Shares with their margins of error, and what each unit's answers count for."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt
from typing import NamedTuple

from django.template.defaultfilters import floatformat

Z = 1.96  # ninety-five of a hundred samples
LEAST_WEIGHTED = 200  # answers; under it a weighted share would tell single people of a hidden cell


class ShareEstimate(NamedTuple):
    """A part of a whole from 0 to 1, and how far the truth may lie from it either way."""

    value: float
    margin: float


def share(count: float, base: float, *, effective: float, population: int | None = None) -> ShareEstimate:
    """Wilson's interval at 95 %, so that 0 % and 100 % have a margin too; smaller when most of a unit answered."""
    if base <= 0 or effective <= 0:
        return ShareEstimate(0.0, 1.0)
    part = count / base
    spread = Z / (1 + Z * Z / effective) * sqrt(part * (1 - part) / effective + Z * Z / (4 * effective * effective))
    if population and population > effective > 1:
        spread *= sqrt(max(0.0, (population - effective) / (population - 1)))
    return ShareEstimate(part, spread)


def rounded(value: float, digits: int = 1) -> float:
    """As pages, files and papers all show it: half away from zero, of the number as it is written."""
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def percent(part: float) -> float:
    """A share in percent, with one digit."""
    return rounded(part * 100)


def mean(counts: Mapping[float, float], *, effective: float) -> tuple[float, float] | None:
    """The mean of values by how many gave each, and its margin; None of fewer than two answers."""
    total = sum(counts.values())
    if total <= 0 or effective < 2:
        return None
    middle = sum(value * count for value, count in counts.items()) / total
    variance = sum(count * (value - middle) ** 2 for value, count in counts.items()) / total
    return middle, Z * sqrt(variance / (effective - 1))


def weights(
    answers: Mapping[int | None, int], populations: Mapping[int | None, int | None]
) -> dict[int | None, float] | None:
    """What one answer of each unit counts for; None when they are not all known, or too few answered.

    A unit where few answered for many counts for more: its share of the people over its share of the answers.
    """
    total = sum(answers.values())
    if total < LEAST_WEIGHTED or len(answers) < 2 or any(not populations.get(unit) for unit in answers):
        return None
    people = sum(populations[unit] or 0 for unit in answers)
    return {unit: ((populations[unit] or 0) / people) / (count / total) for unit, count in answers.items() if count}


def effective(by_unit: Mapping[int | None, float], weight: Mapping[int | None, float] | None) -> float:
    """How many equal answers unequal ones are worth (Kish): weights widen the margin of error."""
    if weight is None:
        return float(sum(by_unit.values()))
    once = sum(count * weight[unit] for unit, count in by_unit.items())
    twice = sum(count * weight[unit] ** 2 for unit, count in by_unit.items())
    return once * once / twice if twice else 0.0


def percent_text(part: float | None) -> str:
    """43,7 %, as the reader's language writes it; nothing for what is not shown."""
    return "" if part is None else f"{points_text(part)} %"


def points_text(part: float | None) -> str:
    """A difference of shares, in points."""
    return "" if part is None else str(floatformat(percent(part), 1))
