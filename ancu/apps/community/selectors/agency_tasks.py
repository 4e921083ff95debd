"""Open tasks that keep an agency from being closed (``core.registry.agency_tasks``)."""

from ancu.apps.community.models import Programme
from ancu.core import clock
from ancu.core.templatetags.ui import counted


def agency_tasks(agency_id: int) -> list[str]:
    """Return a sentence that names the agency's programmes that have not ended; empty if there are none."""
    programmes = Programme.objects.filter(agency_id=agency_id, ends_on__gte=clock.today()).count()
    return [counted("%(n)s programme", "%(n)s programmes", programmes)] if programmes else []
