"""The passport by post: when it is expected."""

from datetime import date
from functools import lru_cache

from ancu.engines.rulebook.amendments import Edition
from ancu.engines.rulebook.loader import as_of, edition


def postal_days(on: date) -> int:
    """Return in how many working days a passport posted that day is expected, to the office or back.

    The office's changes are in it. Raises NotInForce, or RulebookError for a number below one.
    """
    return _postal_days(edition(), on)


@lru_cache(maxsize=512)
def _postal_days(_edition: Edition, on: date) -> int:
    """Return the working days of the post in force that day; cached for an edition."""
    version = as_of("postal.passport", on)
    days: int = version.values["days"]
    version.require_sound(["days is less than one working day"] if days < 1 else [])
    return days
