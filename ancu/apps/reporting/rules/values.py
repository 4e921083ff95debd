"""How an indicator's parts and bases become a number that people read, and how that stands against others."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from ancu.engines.rulebook import Indicator

TENTH = Decimal("0.1")


class Amount(NamedTuple):
    """What is stored: a number, or a part of a base."""

    part: int
    base: int | None = None

    def __add__(self, other: object) -> "Amount":
        if not isinstance(other, Amount):
            return NotImplemented
        bases = [one for one in (self.base, other.base) if one is not None]
        return Amount(self.part + other.part, sum(bases) if bases else None)


def value_of(one: Indicator, amount: Amount | None) -> Decimal | None:
    """The number itself; None where there is none, as of a share of nothing."""
    if amount is None:
        return None
    if not one.has_base:
        return Decimal(amount.part)
    if not amount.base:
        return None
    hundred = 100 if one.sums == "share" else 1
    return (Decimal(hundred * amount.part) / amount.base).quantize(TENTH, ROUND_HALF_UP)


def places(one: Indicator) -> int:
    """How many places after the comma it is told with."""
    return 1 if one.has_base else 0


def is_better(one: Indicator, difference: Decimal | None) -> bool | None:
    """Whether a change goes the way it should; None where neither way is better, or nothing changed."""
    if not difference or one.direction == "none":
        return None
    return (difference > 0) == (one.direction == "up")


def reached(one: Indicator, so_far: Decimal | None, plan: Decimal | None) -> Decimal | None:
    """How much of a year's plan is there, in per cent; where less is better, how much of what is allowed is used.

    None for a share or an average: against its target it stands in points.
    """
    if one.has_base or so_far is None or not plan:
        return None
    return (so_far * 100 / plan).quantize(TENTH, ROUND_HALF_UP)
