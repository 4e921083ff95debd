"""Alerts with their trace, alert counts, evaluation progress, thresholds, notices and visits."""

from ancu.apps.oversight.models.alert import Alert, AlertTrace
from ancu.apps.oversight.models.inspection import Inspection, MetGuest, PlannedVisit
from ancu.apps.oversight.models.notice import Notice
from ancu.apps.oversight.models.progress import EvaluationProgress
from ancu.apps.oversight.models.thresholds import ThresholdReplay, Thresholds

__all__ = [
    "Alert",
    "AlertTrace",
    "EvaluationProgress",
    "Inspection",
    "MetGuest",
    "Notice",
    "PlannedVisit",
    "ThresholdReplay",
    "Thresholds",
]  # fmt: skip
