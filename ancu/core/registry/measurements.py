"""What an app tells of a stretch of days: one number, or a part of a base, for a unit or an agency."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from ancu.core.clock import VIETNAM


class Measurement(NamedTuple):
    """A counted number or share, of a unit or an agency.

    ``source`` names what was counted and ``of`` what it is about (a procedure).
    """

    source: str
    part: int
    base: int | None = None
    unit_id: int | None = None
    agency_id: int | None = None
    of: str = ""


def day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the beginning of the first day and the end of the last day, in Viet Nam's time.

    The end is the midnight after it.
    """
    after = last + timedelta(days=1)
    return datetime.combine(first, time(), VIETNAM), datetime.combine(after, time(), VIETNAM)
