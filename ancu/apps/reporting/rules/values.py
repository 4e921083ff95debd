"""Values of indicators from part and base, and their comparison with plans and earlier values."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from ancu.engines.rulebook import Indicator

TENTH = Decimal("0.1")


class IndicatorAmount(NamedTuple):
    """A stored amount: a number, or a part of a base."""

    part: int
    base: int | None = None

    def __add__(self, addend: object) -> "IndicatorAmount":
        if not isinstance(addend, IndicatorAmount):
            return NotImplemented
        bases = [base for base in (self.base, addend.base) if base is not None]
        return IndicatorAmount(self.part + addend.part, sum(bases) if bases else None)


def value_of(indicator: Indicator, amount: IndicatorAmount | None) -> Decimal | None:
    """Return an indicator's value from its amount; None without an amount, or if a base is missing or 0.

    A share is in percent. Shares and averages are rounded to one decimal place.
    """
    if amount is None:
        return None
    if not indicator.has_base:
        return Decimal(amount.part)
    if not amount.base:
        return None
    hundred = 100 if indicator.sums == "share" else 1
    return (Decimal(hundred * amount.part) / amount.base).quantize(TENTH, ROUND_HALF_UP)


def places(indicator: Indicator) -> int:
    """Return the number of decimal places in which the indicator is shown."""
    return 1 if indicator.has_base else 0


def is_better(direction: str, difference: Decimal | None) -> bool | None:
    """Whether a change is an improvement; ``direction`` is the indicator's: up, down or none.

    None if neither direction is better or nothing changed.
    """
    if not difference or direction == "none":
        return None
    return (difference > 0) == (direction == "up")


def reached(indicator: Indicator, so_far: Decimal | None, plan: Decimal | None) -> Decimal | None:
    """Return the percentage of a year's plan reached; if less is better, the percentage of the allowance used.

    None for a share or an average, which is compared with its target in points.
    """
    if indicator.has_base or so_far is None or not plan:
        return None
    return (so_far * 100 / plan).quantize(TENTH, ROUND_HALF_UP)
