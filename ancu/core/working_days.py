"""The office's working days, by which every deadline is counted."""

from django.conf import settings

from ancu.engines.rulebook import WorkingCalendar, working_calendar


def calendar() -> WorkingCalendar:
    """Return the office's calendar of working days, with its settings for Saturdays.

    By default Saturday morning is open, but Saturday is no working day for deadlines.
    """
    return working_calendar(
        saturday_morning=settings.OFFICE_SATURDAY_MORNING, saturday_counts=settings.OFFICE_SATURDAY_COUNTS
    )
