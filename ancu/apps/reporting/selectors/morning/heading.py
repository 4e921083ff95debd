"""The heading of the morning page: the day that it shows."""

from ancu.apps.reporting.selectors.morning.scope import MorningScope
from ancu.core.templatetags.ui import day, weekday


def page_heading(scope: MorningScope) -> str:
    """Return the weekday and the date: whoever reads in the evening needs no other words."""
    name = weekday(scope.day)
    return f"{name[:1].upper()}{name[1:]}, {day(scope.day)}"
