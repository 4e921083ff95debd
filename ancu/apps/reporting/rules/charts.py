"""Bars of a year's months as plain shapes, so that pages and pictures draw them without a chart library."""

from collections.abc import Sequence
from typing import NamedTuple

WIDE, HIGH, FOOT, HEAD = 360.0, 150.0, 18.0, 16.0


class ChartBar(NamedTuple):
    """A bar's position and size, the middle of its base, and the position of the number above it."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    above: float
    label: str
    value: float | None


def bars(labels: Sequence[str], numbers: Sequence[float | None]) -> list[ChartBar]:
    """Return a bar for each label, scaled to the highest number.

    The bar of a suppressed number (None) has height 0 and value None, and is not drawn.
    """
    most = max((value for value in numbers if value is not None), default=0) or 1
    step = WIDE / max(1, len(labels))
    room = HIGH - FOOT - HEAD
    shapes = []
    for place, (label, number) in enumerate(zip(labels, numbers, strict=True)):
        height = round(room * (number or 0) / most, 1)
        y = round(HIGH - FOOT - height, 1)
        x, width = round(place * step + step * 0.12, 1), round(step * 0.76, 1)
        shapes.append(ChartBar(x, y, width, height, round(place * step + step / 2, 1), round(y - 4, 1), label, number))
    return shapes
