"""Alerts with their trace, alert counts, evaluation progress, thresholds, notices and visits."""

from ancu.apps.oversight.models.alert import Alert, Trace
from ancu.apps.oversight.models.inspection import Inspection, MetGuest, PlannedVisit
from ancu.apps.oversight.models.notice import Notice
from ancu.apps.oversight.models.progress import EvaluationProgress
from ancu.apps.oversight.models.thresholds import Replay, Thresholds
from ancu.apps.oversight.models.waiting import Waiting

__all__ = [
    "Alert",
    "EvaluationProgress",
    "Inspection",
    "MetGuest",
    "Notice",
    "PlannedVisit",
    "Replay",
    "Thresholds",
    "Trace",
    "Waiting",
]  # fmt: skip
