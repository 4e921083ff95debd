"""Who plans, opens and closes a listening meeting, and when it may be closed."""

from datetime import datetime, timedelta

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.listening.enums import MEETING_TRANSITIONS, MeetingState, PetitionState
from ancu.apps.listening.models import Meeting, Petition
from ancu.apps.listening.rules import READERS, may_handle
from ancu.core.actor import Actor, ActorKind
from ancu.core.transitions import follows

OPENS_BEFORE = timedelta(hours=2)  # the room is entered before the hour that was announced


def reads_meetings(actor: Actor) -> bool:
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in READERS


def may_plan(actor: Actor) -> bool:
    """Those who decide at the unit that holds it."""
    return reads_meetings(actor) and actor.role in OFFICE_DECIDERS


def may_run(actor: Actor, meeting: Meeting) -> bool:
    """The unit that holds it, and the office."""
    return may_plan(actor) and (meeting.agency_id == actor.organisation_id or actor.is_office)


def may_change(actor: Actor, meeting: Meeting) -> bool:
    return may_run(actor, meeting) and meeting.state in (MeetingState.PLANNED, MeetingState.ANNOUNCED)


def may_move(actor: Actor, meeting: Meeting, to: str) -> bool:
    return may_run(actor, meeting) and follows(MEETING_TRANSITIONS, meeting.state, to)


def may_open(meeting: Meeting, now: datetime) -> bool:
    return now >= meeting.starts_at - OPENS_BEFORE


def may_keep_list(actor: Actor, meeting: Meeting) -> bool:
    """Whoever works at the unit that holds it notes who came and what is raised, until it is closed."""
    ours = meeting.agency_id == actor.organisation_id or actor.is_office
    return reads_meetings(actor) and ours and meeting.state in (MeetingState.OPEN, MeetingState.CONCLUDED)


def may_take_along(actor: Actor) -> bool:
    """Whose phones work without a connection take the rooms along that are open."""
    return reads_meetings(actor) and actor.role in OFFICE_DECIDERS


def may_invite(actor: Actor, meeting: Meeting) -> bool:
    ours = meeting.agency_id == actor.organisation_id or actor.is_office
    return reads_meetings(actor) and ours and meeting.state in (MeetingState.PLANNED, MeetingState.ANNOUNCED)


def may_register(meeting: Meeting, now: datetime) -> bool:
    """Anybody, until it begins."""
    return meeting.state == MeetingState.ANNOUNCED and now < meeting.starts_at


def is_about_host(meeting: Meeting, petition: Petition) -> bool:
    """Whether the petition is, or may be, about the unit that holds the meeting or the one above it.

    Another unit gets it at once.
    The host neither lists it nor says who answers, and its minutes withhold it.
    """
    return not may_handle(meeting.agency, petition)


def is_confidential(petition: Petition) -> bool:
    """Whether minutes and the public page withhold it: a complaint, a denunciation, or about a unit or a person."""
    return petition.closed_matter or petition.about_id is not None or bool(petition.about_key)


def waits_for_owner(meeting: Meeting, petition: Petition) -> bool:
    """Whether no unit owes an answer yet. A merged item has the owner of the petition it was merged into."""
    return petition.state == PetitionState.RECEIVED and not is_about_host(meeting, petition)


def may_see_attendees(actor: Actor, meeting: Meeting) -> bool:
    """Who came and what was said, also when it is closed: the unit that held it, and the office."""
    return reads_meetings(actor) and (meeting.agency_id == actor.organisation_id or actor.is_office)
