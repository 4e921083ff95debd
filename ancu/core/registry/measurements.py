"""What an app tells of a stretch of days: one number, or a part of a base, for a unit or an agency."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from ancu.core.clock import VIETNAM


class Measurement(NamedTuple):
    """``source`` names what was counted and ``of`` what of it (a procedure); it belongs to a unit or to an agency's."""

    source: str
    part: int
    base: int | None = None
    unit_id: int | None = None
    agency_id: int | None = None
    of: str = ""


def day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first day's midnight in Viet Nam to the midnight after the last."""
    after = last + timedelta(days=1)
    return datetime.combine(first, time(), VIETNAM), datetime.combine(after, time(), VIETNAM)
