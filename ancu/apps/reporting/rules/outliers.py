"""What stands out against its own past. A mark is a question to the unit, never an answer about it."""

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

PAST = 24  # periods looked back on
ENOUGH = 6  # fewer say nothing
FAR = 3.5
TO_DEVIATION = 1.4826  # of the median distance, where values lie as chance lays them


MOST_TIMES_HIGHEST, LEAST_CHECKED, MOST_AT_FIRST = 10, 1000, 1_000_000


def needs_confirmation(value: int, highest: int | None) -> bool:
    """Whether a number is so far above all earlier ones that a typing error is likely.

    Small numbers never are; a first number only when it is very large.
    """
    if highest is None:
        return value >= MOST_AT_FIRST
    return value >= LEAST_CHECKED and value > MOST_TIMES_HIGHEST * highest


def stands_out(value: Decimal | None, past: Sequence[Decimal | None]) -> bool:
    """Whether a value lies further from the middle of its past than chance would put it (median distance, not average:
    an outlier of last year must not hide this year's). Small counts differ by chance as much as their root."""
    known = [float(one) for one in past[-PAST:] if one is not None]
    if value is None or len(known) < ENOUGH:
        return False
    middle = median(known)
    spread = max(TO_DEVIATION * median(abs(one - middle) for one in known), max(middle, 1.0) ** 0.5, 0.02 * middle)
    return bool(abs(float(value) - middle) > FAR * spread)
