"""The passport by post: when it is expected."""

from datetime import date
from functools import cache

from ancu.engines.rulebook.loader import as_of


@cache
def postal_days(on: date) -> int:
    """Return in how many working days a passport posted that day is expected, to the office or back.

    Raises NotInForce, or RulebookError for a number below one.
    """
    version = as_of("postal.passport", on)
    days: int = version.values["days"]
    version.require_sound(["days is less than one working day"] if days < 1 else [])
    return days
