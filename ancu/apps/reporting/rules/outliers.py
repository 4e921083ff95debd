"""Detect figures that deviate from their own history. A mark is a question to the unit, not a judgement."""

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

PAST = 24  # earlier periods considered
ENOUGH = 6  # with fewer periods nothing is marked
FAR = 3.5
TO_DEVIATION = 1.4826  # factor from median absolute deviation to standard deviation


MOST_TIMES_HIGHEST, LEAST_CHECKED, MOST_AT_FIRST = 10, 1000, 1_000_000


def needs_confirmation(value: int, highest: int | None) -> bool:
    """Whether a number is so far above earlier ones that a typing error is likely.

    Small numbers never are; a first number only if it is very large.
    """
    if highest is None:
        return value >= MOST_AT_FIRST
    return value >= LEAST_CHECKED and value > MOST_TIMES_HIGHEST * highest


def stands_out(value: Decimal | None, past: Sequence[Decimal | None]) -> bool:
    """Whether a value deviates from the median of its history by more than chance.

    Uses the median absolute deviation, so that last year's outlier does not hide this year's. Small counts vary by
    their square root.
    """
    history = [float(earlier) for earlier in past[-PAST:] if earlier is not None]
    if value is None or len(history) < ENOUGH:
        return False
    middle = median(history)
    spread = max(
        TO_DEVIATION * median(abs(earlier - middle) for earlier in history), max(middle, 1.0) ** 0.5, 0.02 * middle
    )
    return bool(abs(float(value) - middle) > FAR * spread)
