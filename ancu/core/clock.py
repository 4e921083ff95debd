"""The office's time: Asia/Ho_Chi_Minh everywhere a person reads, an aware datetime everywhere in between."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    return timezone.now()


def today() -> date:
    """The calendar day in Viet Nam."""
    return timezone.now().astimezone(VIETNAM).date()


def start_of(day: date) -> datetime:
    """Midnight in Viet Nam, when the day begins."""
    return datetime.combine(day, time(), VIETNAM)


def local(moment: datetime) -> datetime:
    return moment.astimezone(VIETNAM)
