"""Open tasks that keep an agency from being closed (``core.registry.agency_tasks``)."""

from ancu.apps.listening.enums import OPEN, MeetingState
from ancu.apps.listening.models import HelpRequest, Meeting, Petition, PetitionPromise
from ancu.core.templatetags.ui import counted

ENDED_MEETINGS = (MeetingState.CLOSED, MeetingState.CANCELLED)


def agency_tasks(agency_id: int) -> list[str]:
    """Return a sentence for each kind of open work of the agency; empty if it has none.

    That is petitions to answer, questions of other units, meetings to hold or close, and promises to keep.
    """
    petitions = Petition.objects.filter(unit_id=agency_id, state__in=OPEN).count()
    helps = HelpRequest.objects.filter(agency_id=agency_id, replied_at=None).count()
    meetings = Meeting.objects.filter(agency_id=agency_id).exclude(state__in=ENDED_MEETINGS).count()
    promises = PetitionPromise.objects.filter(agency_id=agency_id, kept_at=None).count()
    return [
        *([counted("%(n)s petition", "%(n)s petitions", petitions)] if petitions else []),
        *([counted("%(n)s question about a petition", "%(n)s questions about petitions", helps)] if helps else []),
        *([counted("%(n)s meeting", "%(n)s meetings", meetings)] if meetings else []),
        *([counted("%(n)s promise", "%(n)s promises", promises)] if promises else []),
    ]
