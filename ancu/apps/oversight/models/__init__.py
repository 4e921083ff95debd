"""Alerts with their trace, how many wait where, and how far the declarations have been looked at."""

from ancu.apps.oversight.models.alert import Alert, Trace
from ancu.apps.oversight.models.progress import Progress
from ancu.apps.oversight.models.waiting import Waiting

__all__ = ["Alert", "Progress", "Trace", "Waiting"]
