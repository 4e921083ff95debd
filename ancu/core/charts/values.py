"""Values of a chart, and the scales on which they are drawn."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import pairwise
from math import ceil, floor, log10
from typing import Final

STEPS = (1, 2, 4, 5)
MOST_STEPS = 5
SMALLEST_RANGE = 1e-6


class Withheld(Enum):
    """The mark of a value that exists but is not shown (``core.security.disclosure_control``)."""

    SUPPRESSED = "suppressed"


SUPPRESSED: Final = Withheld.SUPPRESSED
# A number, None while nothing is known yet, or SUPPRESSED. Zero is a number like any other.
ChartValue = int | float | Decimal | Withheld | None
ValueFormat = Callable[[ChartValue], str]


def number_of(value: ChartValue) -> float | None:
    """Return the value as a float; None if it is unknown or suppressed."""
    return None if value is None or isinstance(value, Withheld) else float(value)


def numbers_of(values: Iterable[ChartValue]) -> list[float]:
    """Return the numbers among the values."""
    return [number for value in values if (number := number_of(value)) is not None]


@dataclass(frozen=True)
class Scale:
    """An axis from ``low`` to ``high``, with the values at which it has a line and a label."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def position(self, value: float) -> float:
        """Return where the value lies on the axis: 0 at its low end, 1 at its high end, never beyond them."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def scale_of(values: Iterable[ChartValue], *, from_zero: bool = True, high: float | None = None) -> Scale:
    """Return a scale with round steps that covers the values.

    It starts at zero unless ``from_zero`` is False. ``high`` is its end where that is known, such as 100 per cent.
    """
    numbers = numbers_of(values)
    most = high if high is not None else max(numbers, default=0.0)
    least = 0.0 if from_zero else min(numbers, default=0.0)
    if most - least < SMALLEST_RANGE:
        return Scale(least, least + 1.0, (least, least + 1.0))
    candidates = [_ticks(least, most, step) for step in _round_steps((most - least) / MOST_STEPS)]
    ticks = min(candidates, key=lambda ticks: (ticks[-1] - ticks[0], len(ticks)))
    return Scale(ticks[0], ticks[-1], ticks)


def _round_steps(at_least: float) -> list[float]:
    """Return the three smallest steps of 1, 2, 4 or 5 times a power of ten that are not below ``at_least``."""
    power = 10.0 ** floor(log10(at_least))
    factors = [factor * scale for scale in (1, 10) for factor in STEPS]
    return [factor * power for factor in factors if factor * power >= at_least * (1 - 1e-9)][:3]


def _ticks(least: float, most: float, step: float) -> tuple[float, ...]:
    """Return the multiples of ``step`` from the last one below ``least`` to the first one above ``most``."""
    first, last = floor(round(least / step, 9)), ceil(round(most / step, 9))
    return tuple(round(number * step, 9) for number in range(first, last + 1))


def runs_of(values: Sequence[ChartValue]) -> list[list[tuple[int, float]]]:
    """Return the stretches of consecutive numbers, each as (place, number): a line breaks where a value is missing."""
    points = [(place, number) for place, value in enumerate(values) if (number := number_of(value)) is not None]
    stretches: list[list[tuple[int, float]]] = [points[:1]] if points else []
    for before, point in pairwise(points):
        if point[0] == before[0] + 1:
            stretches[-1].append(point)
        else:
            stretches.append([point])
    return stretches
