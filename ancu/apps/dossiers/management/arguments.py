"""Arguments of commands; errors say how to write them."""

from argparse import ArgumentTypeError
from datetime import date, datetime

from ancu.core.clock import VIETNAM


def iso_day(text: str) -> date:
    """Return the day of a date or time, in Viet Nam: ``2026-07-01``, ``2026-07-01T16:00``, ``2026-07-01T09:00Z``."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day; write it as 2026-07-01") from None
    return (moment.astimezone(VIETNAM) if moment.tzinfo else moment).date()
