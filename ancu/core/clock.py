"""The office's time: Asia/Ho_Chi_Minh everywhere a person reads, an aware datetime everywhere in between."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present moment, with its time zone."""
    return timezone.now()


def today() -> date:
    """The present calendar day in Viet Nam."""
    return timezone.now().astimezone(VIETNAM).date()


def start_of(day: date) -> datetime:
    """Return midnight in Viet Nam at the beginning of the day."""
    return datetime.combine(day, time(), VIETNAM)


def local(moment: datetime) -> datetime:
    """Return the moment in Viet Nam's time zone."""
    return moment.astimezone(VIETNAM)
