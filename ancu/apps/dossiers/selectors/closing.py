"""Open tasks that keep an agency from being closed (``core.registry.agency_tasks``)."""

from ancu.apps.dossiers.enums import IN_THE_OFFICE
from ancu.apps.dossiers.models import Dossier, Opinion
from ancu.core.templatetags.ui import counted


def agency_tasks(agency_id: int) -> list[str]:
    """Return as texts the numbers of open dossiers and of unanswered opinions that keep the agency from closing.

    Kinds with zero are left out.
    """
    dossiers = Dossier.objects.filter(agency_id=agency_id, state__in=IN_THE_OFFICE).count()
    opinions = Opinion.objects.filter(asked_of_id=agency_id, answered_at=None).count()
    return [
        *([counted("%(n)s dossier", "%(n)s dossiers", dossiers)] if dossiers else []),
        *([counted("%(n)s opinion to give", "%(n)s opinions to give", opinions)] if opinions else []),
    ]
