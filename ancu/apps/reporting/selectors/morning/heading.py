"""The heading of the morning page: its day, and the part of the day in which it is read."""

from django.utils.translation import gettext as _

from ancu.apps.reporting.selectors.morning.scope import MorningScope
from ancu.core import clock
from ancu.core.templatetags.ui import day, weekday

NOON, EVENING = 12, 18  # hours


def page_heading(scope: MorningScope) -> str:
    """Return the heading: an earlier day is shown as it was in the morning, today as it is now."""
    hour = clock.local(clock.now()).hour if scope.is_today else 0
    if hour < NOON:
        words = _("%(weekday)s morning, %(day)s")
    else:
        words = _("%(weekday)s afternoon, %(day)s") if hour < EVENING else _("%(weekday)s evening, %(day)s")
    return words % {"weekday": weekday(scope.day), "day": day(scope.day)}
