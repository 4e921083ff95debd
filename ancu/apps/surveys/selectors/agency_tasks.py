"""Open tasks that keep an agency from being closed (``core.registry.agency_tasks``)."""

from ancu.apps.surveys.enums import SurveyState
from ancu.apps.surveys.models import Survey
from ancu.core.templatetags.ui import counted


def agency_tasks(agency_id: int) -> list[str]:
    """Return a sentence if surveys of the agency still accept answers; otherwise an empty list."""
    surveys = Survey.objects.filter(agency_id=agency_id, state=SurveyState.OPEN).count()
    return [counted("%(n)s open survey", "%(n)s open surveys", surveys)] if surveys else []
