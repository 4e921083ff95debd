"""Bars of a year's months as plain shapes, so that a page needs no program to draw them, and a picture is the same."""

from collections.abc import Sequence
from typing import NamedTuple

WIDE, HIGH, FOOT, HEAD = 360.0, 150.0, 18.0, 16.0


class Bar(NamedTuple):
    """A bar's corner and size, the middle of its foot, and where the number above it stands."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    above: float
    label: str
    value: float | None


def bars(labels: Sequence[str], numbers: Sequence[float | None]) -> list[Bar]:
    """One for each number, the highest as high as there is room; none where nothing is shown."""
    most = max((one for one in numbers if one is not None), default=0) or 1
    step = WIDE / max(1, len(labels))
    room = HIGH - FOOT - HEAD
    found = []
    for place, (label, number) in enumerate(zip(labels, numbers, strict=True)):
        height = round(room * (number or 0) / most, 1)
        y = round(HIGH - FOOT - height, 1)
        x, width = round(place * step + step * 0.12, 1), round(step * 0.76, 1)
        found.append(Bar(x, y, width, height, round(place * step + step / 2, 1), round(y - 4, 1), label, number))
    return found
