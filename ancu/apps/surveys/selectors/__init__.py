"""Surveys as one actor may see them, what was answered, and what figures may be shown of it."""

from ancu.apps.surveys.selectors.surveys import surveys_named

NAMERS = {"surveys.survey": surveys_named}
