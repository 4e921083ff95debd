"""How a figure stands against an earlier one: like for like, and told so that it does not mislead.

- A stretch that is not over is compared with as much of the earlier one: ten months with the same ten months. Of a day
  that is not over nothing is compared with a whole day.
- A share against a share, and a share against its target, is a difference in points.
- From a small number a percentage says nothing ("+8,000 %" from 1), nor does a huge one: then the difference is told
  as a number.
"""

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

PERCENT_FROM = 20  # of an earlier number below it no percentage is told
MOST_PERCENT = 200  # more than three times as many is told as a number
TENTH = Decimal("0.1")


class Measure(StrEnum):
    PERCENT = "percent"
    POINTS = "points"
    NUMBER = "number"


class Change(NamedTuple):
    """The distance of a figure from an earlier one; negative if it is less."""

    amount: Decimal
    measure: Measure


class Extent(NamedTuple):
    """How much of a period is counted: ten of twelve months, twenty-five of thirty days."""

    done: int
    total: int

    @property
    def is_whole(self) -> bool:
        """Whether all days or months of the period have been counted, because it is over."""
        return self.done >= self.total


def change(now: Decimal | int | None, before: Decimal | int | None, *, share: bool = False) -> Change | None:
    """Return the change from the figure ``before`` to ``now``; None if either is missing.

    It is in per cent; a plain difference if ``before`` is below ``PERCENT_FROM`` or the result beyond
    ``MOST_PERCENT``. With ``share`` (shares, averages) it is a difference in points.
    """
    if now is None or before is None:
        return None
    now, before = Decimal(now), Decimal(before)
    if share:
        return Change(now - before, Measure.POINTS)
    if before >= PERCENT_FROM:
        percent = (now - before) * 100 / before
        if abs(percent) <= MOST_PERCENT:
            return Change(percent.quantize(TENTH, ROUND_HALF_UP), Measure.PERCENT)
    return Change(now - before, Measure.NUMBER)
