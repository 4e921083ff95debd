"""A listening meeting from its plan to its minutes; items become petitions with an owner and a deadline."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.selectors import agencies
from ancu.apps.audit.selectors import overtaken_conflict, require_edition
from ancu.apps.audit.services import record
from ancu.apps.files import services as files
from ancu.apps.listening import rules as of_petitions
from ancu.apps.listening.enums import (
    AT_WORK,
    MEETING_TRANSITIONS,
    MeetingState,
    PetitionChannel,
    PetitionOutcome,
    PetitionState,
    PetitionStep,
)
from ancu.apps.listening.models import Meeting, Petition, PetitionPromise
from ancu.apps.listening.rules import meetings as rules
from ancu.apps.listening.rules.matters import is_statutory
from ancu.apps.listening.selectors import rule_today
from ancu.apps.listening.selectors.meetings import count_unowned, editable_values, lock_meeting
from ancu.apps.listening.services.handling import write_answer
from ancu.apps.listening.services.minutes import minutes_pdf
from ancu.apps.listening.services.receiving import (
    PetitionIntake,
    ReceivedPetition,
    receive_petition,
    require_may_handle,
)
from ancu.apps.listening.services.state_changes import move, notify_officers
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require
from ancu.core.transitions import follows


@transaction.atomic
def plan(*, actor: Actor, key: UUID, **fields: Any) -> Meeting:
    """Create a planned meeting of the actor's unit with these fields; the same ``key`` returns the same meeting.

    404 for a place outside the area.
    """
    require(rules.may_plan(actor))
    _require_own(actor, fields)
    values = fields | {
        "agency_id": actor.organisation_id or 0, "made_by_id": actor.user_id or 0, "made_at": clock.now(),
    }  # fmt: skip
    meeting, created = Meeting.objects.get_or_create(key=key, defaults=values)
    if created:
        record(actor, "listening.meeting_planned", meeting)
    elif meeting.agency_id != actor.organisation_id:
        raise Http404
    return meeting


def _require_own(actor: Actor, fields: Mapping[str, Any]) -> None:
    """Raise 404 if ``fields`` names a place outside the actor's area."""
    if "unit" in fields and fields["unit"].pk not in actor.area:
        raise Http404


@transaction.atomic
def change(*, actor: Actor, pk: int, edition: str = "", **fields: Any) -> Meeting:
    """Change a meeting that has not begun; it keeps at least as many seats as were given.

    Conflict ``changed_since`` when the page showed another ``edition`` of it.
    """
    meeting = lock_meeting(actor, pk)
    require(rules.may_change(actor, meeting))
    if all(getattr(meeting, name) == value for name, value in fields.items()):
        return meeting
    require_edition(actor, edition, editable_values(meeting), meeting, only=Q(act="listening.meeting_changed"))
    _require_own(actor, fields)
    if fields.get("quota", meeting.quota) < meeting.attendees.count():
        raise Conflict("quota", _("There are already more people on the list."))
    for name, value in fields.items():
        setattr(meeting, name, value)
    meeting.save(update_fields=list(fields))
    record(actor, "listening.meeting_changed", meeting, fields=sorted(fields))
    return meeting


@transaction.atomic
def change_state(*, actor: Actor, pk: int, to: MeetingState, because: str = "") -> Meeting:
    """Announce, open, end or cancel a meeting, with the reason ``because`` for cancelling.

    ``close`` closes it with minutes.
    """
    meeting = lock_meeting(actor, pk)
    if to == MeetingState.CLOSED or not follows(MEETING_TRANSITIONS, meeting.state, to):
        raise overtaken_conflict(actor, "meeting_moved", meeting)
    require(rules.may_change_state(actor, meeting, to))
    now, changed = clock.now(), ["state"]
    if to == MeetingState.OPEN:
        if not rules.may_open(meeting, now):
            raise Conflict("too_early", _("The room opens two hours before the meeting starts."))
        meeting.opened_at, changed = now, ["state", "opened_at"]
    elif to == MeetingState.CONCLUDED:
        meeting.held_at, changed = now, ["state", "held_at"]
    elif to == MeetingState.CANCELLED:
        meeting.cancelled_because, changed = because, ["state", "cancelled_because"]
    meeting.state = to
    meeting.save(update_fields=changed)
    record(actor, f"listening.meeting_{to.value}", meeting)
    return meeting


# --- in the room ----------------------------------------------------------------------------------------


@transaction.atomic
def raise_item(*, actor: Actor, pk: int, intake: PetitionIntake) -> ReceivedPetition:
    """Record what a person raised at the open meeting as a petition that no unit answers yet."""
    meeting = lock_meeting(actor, pk)
    require(rules.may_record_attendance(actor, meeting))
    if intake.channel != PetitionChannel.MEETING:
        raise ValueError(intake.channel)
    return receive_petition(actor, intake, meeting=meeting)


@transaction.atomic
def raise_stored_item(*, actor: Actor, pk: int, intake: PetitionIntake) -> Petition:
    """Record a petition raised at a meeting, sent later by a phone that was offline; repeating changes nothing.

    If the meeting was closed meanwhile, its minutes stay as printed and the item becomes a petition assigned by rule,
    so that nothing is lost. It keeps its meeting, so that the host gets no complaint that may be about itself. 404
    for another person's item.
    """
    meeting = lock_meeting(actor, pk)
    require(rules.may_see_attendees(actor, meeting))
    open_still = meeting.state != MeetingState.CLOSED
    received = (
        raise_item(actor=actor, pk=pk, intake=intake)
        if open_still
        else receive_petition(actor, intake, meeting=meeting)
    )
    if received.petition.recorded_by_id != actor.user_id:
        raise Http404
    return received.petition


@transaction.atomic
def assign_owner(
    *, actor: Actor, pk: int, number: str, agency_id: int, due_on: date | None = None, raised: str = "",
    words: str = "",
) -> Petition:  # fmt: skip
    """Set which unit answers a petition raised at the meeting, and by which day.

    With ``words``, a promise waits for approval. ``raised`` is the public wording of the item. For a complaint or a
    denunciation the law sets the day, and nothing is promised. Conflict for the unit concerned, for a past or too
    distant day, and for a second promise; 404 for an item about the unit that holds the meeting.
    """
    meeting = lock_meeting(actor, pk)
    require(rules.may_record_attendance(actor, meeting) and rules.may_run(actor, meeting))
    rows = Petition.objects.select_for_update(of=("self",)).select_related("about")
    petition = rows.filter(meeting=meeting, number=number).first()
    unit = agencies().filter(pk=agency_id).first()
    if petition is None or unit is None:
        raise Http404
    if of_petitions.is_about(actor, petition) or rules.is_about_host(meeting, petition):
        raise Http404
    if is_statutory(petition):
        due_on, words, raised = petition.due_on, "", ""
    due_on = _require_valid_owner(petition, unit, due_on)
    changes = {"unit": unit, "due_on": due_on, "public_words": raised.strip()}
    if petition.state == PetitionState.RECEIVED:
        move(actor, petition, PetitionState.ASSIGNED, PetitionStep.ASSIGNED, words=unit.name, **changes)
        notify_officers(actor, petition, unit.pk, of_petitions.HANDLERS, "assigned")
    elif petition.state in AT_WORK:
        Petition.objects.filter(pk=petition.pk).update(**changes)
        petition.refresh_from_db(fields=list(changes))
    else:
        raise overtaken_conflict(actor, "petition_moved", petition)
    if words.strip():
        _promise(actor, petition, unit, due_on, words)
    return petition


def _require_valid_owner(petition: Petition, unit: Organisation, due_on: date | None) -> date:
    """Return ``due_on``; Conflict unless the unit may answer the petition and the day is within the limit."""
    require_may_handle(unit, petition)
    max_days = rule_today().interim_days
    if due_on is None or not (0 <= (due_on - clock.today()).days <= max_days or is_statutory(petition)):
        raise Conflict("promise_day", _("The promised date must be within %(days)s days.") % {"days": max_days})
    return due_on


def _promise(actor: Actor, petition: Petition, unit: Organisation, due_on: date, words: str) -> None:
    """Store a promise as a draft of an answer; it becomes public once another officer approves its words.

    Conflict if the petition has another promise already.
    """
    promise = PetitionPromise.objects.filter(petition=petition).first()
    if promise is None:
        write_answer(
            actor, petition, outcome=PetitionOutcome.PROMISED, text=words, public_words=words, promised_on=due_on
        )  # fmt: skip
    elif (promise.agency_id, promise.due_on) != (unit.pk, due_on):
        raise Conflict("promised", _("There is already a promise. Answer the petition, or say why it is not possible."))


# --- the end --------------------------------------------------------------------------------------------


@transaction.atomic
def close(*, actor: Actor, pk: int, chair: str, secretary: str, minutes: str, present: int) -> Meeting:
    """Close the meeting with minutes, stored as printed; Conflict while an item has no owner or no day."""
    meeting = lock_meeting(actor, pk)
    if not follows(MEETING_TRANSITIONS, meeting.state, MeetingState.CLOSED):
        raise overtaken_conflict(actor, "meeting_moved", meeting)
    require(rules.may_change_state(actor, meeting, MeetingState.CLOSED))
    if ownerless := count_unowned(meeting):
        raise Conflict("unowned", _("%(count)s items do not have a unit or a date yet.") % {"count": ownerless})
    now = clock.now()
    meeting.chair, meeting.secretary, meeting.minutes = chair.strip(), secretary.strip(), minutes.strip()
    meeting.present, meeting.state = present, MeetingState.CLOSED
    meeting.closed_at, meeting.closed_by_id = now, actor.user_id
    meeting.document = files.store(
        actor, data=minutes_pdf(meeting), name=f"bien-ban-{meeting.pk}.pdf", purpose="minutes",
        organisation_id=meeting.agency_id,
    )  # fmt: skip
    meeting.save()
    record(actor, "listening.meeting_closed", meeting, items=meeting.petitions.count(), present=present)
    return meeting
