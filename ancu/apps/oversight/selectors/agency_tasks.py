"""Open tasks that keep an agency from being closed (``core.registry.agency_tasks``)."""

from ancu.apps.oversight.enums import WAITING, NoticeState
from ancu.apps.oversight.models import Alert, Notice, PlannedVisit
from ancu.core.templatetags.ui import counted


def agency_tasks(agency_id: int) -> list[str]:
    """Return the agency's numbers of notices, pending alerts and planned inspections as texts, such as "3 notices".

    Only alerts that belong to the agency alone count; kinds with zero are left out.
    """
    notices = Notice.objects.filter(agency_id=agency_id).exclude(state=NoticeState.ENDED).count()
    alerts = Alert.objects.filter(agency_id=agency_id, state__in=WAITING).count()
    visits = PlannedVisit.objects.filter(agency_id=agency_id, inspection=None, dropped_at=None).count()
    return [
        *([counted("%(n)s notice", "%(n)s notices", notices)] if notices else []),
        *([counted("%(n)s alert", "%(n)s alerts", alerts)] if alerts else []),
        *([counted("%(n)s planned inspection", "%(n)s planned inspections", visits)] if visits else []),
    ]
