"""Who plans, opens and closes a listening meeting, and when."""

from datetime import datetime, timedelta

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.listening.enums import MEETING_TRANSITIONS, MeetingState, PetitionState
from ancu.apps.listening.models import Meeting, Petition
from ancu.apps.listening.rules import READERS, may_handle
from ancu.core.actor import Actor, ActorKind
from ancu.core.transitions import follows

OPENS_BEFORE = timedelta(hours=2)  # the room is entered before the hour that was announced


def reads_meetings(actor: Actor) -> bool:
    """Whether the actor may read the office's pages of meetings."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in READERS


def may_plan(actor: Actor) -> bool:
    """Whether the actor may plan meetings with citizens of the own unit: the unit's deciders."""
    return reads_meetings(actor) and actor.role in OFFICE_DECIDERS


def may_run(actor: Actor, meeting: Meeting) -> bool:
    """Whether the actor may run the meeting with citizens: deciders of the unit that holds it, or of the office."""
    return may_plan(actor) and (meeting.agency_id == actor.organisation_id or actor.is_office)


def may_change(actor: Actor, meeting: Meeting) -> bool:
    """Whether the actor may change the meeting's hour, place or theme: its organisers, before it is opened."""
    return may_run(actor, meeting) and meeting.state in (MeetingState.PLANNED, MeetingState.ANNOUNCED)


def may_change_state(actor: Actor, meeting: Meeting, to: str) -> bool:
    """Whether the actor may bring the meeting to the state ``to``."""
    return may_run(actor, meeting) and follows(MEETING_TRANSITIONS, meeting.state, to)


def may_open(meeting: Meeting, now: datetime) -> bool:
    """Whether the meeting may be opened at the time ``now``: from two hours (``OPENS_BEFORE``) before its start."""
    return now >= meeting.starts_at - OPENS_BEFORE


def may_record_attendance(actor: Actor, meeting: Meeting) -> bool:
    """Whether the actor may record who attends the meeting and what is raised at it.

    Officers of the holding unit or the office may, from its opening until it is closed.
    """
    ours = meeting.agency_id == actor.organisation_id or actor.is_office
    return reads_meetings(actor) and ours and meeting.state in (MeetingState.OPEN, MeetingState.CONCLUDED)


def may_work_offline(actor: Actor) -> bool:
    """Whether the actor's phone may store open meetings, to work without a connection."""
    return reads_meetings(actor) and actor.role in OFFICE_DECIDERS


def may_invite(actor: Actor, meeting: Meeting) -> bool:
    """Whether the actor may invite people to the meeting: officers of its unit or the office, before it is opened."""
    ours = meeting.agency_id == actor.organisation_id or actor.is_office
    return reads_meetings(actor) and ours and meeting.state in (MeetingState.PLANNED, MeetingState.ANNOUNCED)


def may_register(meeting: Meeting, now: datetime) -> bool:
    """Whether anybody may still register for a seat: the meeting is announced and has not begun."""
    return meeting.state == MeetingState.ANNOUNCED and now < meeting.starts_at


def is_about_host(meeting: Meeting, petition: Petition) -> bool:
    """Whether the petition is, or may be, about the unit that holds the meeting, or about the agency above it.

    Another unit gets it at once. The holding unit neither lists it nor chooses who answers, and its minutes withhold
    it.
    """
    return not may_handle(meeting.agency, petition)


def is_confidential(petition: Petition) -> bool:
    """Whether minutes and public pages withhold a petition raised at a meeting.

    They withhold a complaint, a denunciation, and a petition about a unit or person.
    """
    return petition.closed_matter or petition.about_id is not None or bool(petition.about_key)


def waits_for_owner(meeting: Meeting, petition: Petition) -> bool:
    """Whether no unit owes an answer yet to the petition raised at the meeting.

    A merged petition has the owner of the one it was merged into.
    """
    return petition.state == PetitionState.RECEIVED and not is_about_host(meeting, petition)


def may_see_attendees(actor: Actor, meeting: Meeting) -> bool:
    """Whether the actor may see who attended the meeting and what was raised, also after it was closed.

    The holding unit and the office may.
    """
    return reads_meetings(actor) and (meeting.agency_id == actor.organisation_id or actor.is_office)
