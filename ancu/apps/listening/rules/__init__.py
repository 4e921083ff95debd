"""Who may do what with a petition, and when.

The unit in charge answers; another officer than the writer approves (the office may for its units); nobody ever works
on what is about himself or his unit (Law 25/2018/QH14, art. 8, on denunciations; for petitions and complaints it is the
office's own rule).

What one officer did is not about his whole unit: its head decides it first (Law on Complaints 02/2011/QH13; Law on
Denunciations 25/2018/QH14). So the officer alone is barred, his colleagues may prepare the answer, and only a head
decides, or whoever stands above. What the head himself did is about his unit: it goes to the unit above, or the
inspectorate.
"""

from datetime import datetime, timedelta

from ancu.apps.accounts.enums import OFFICE_DECIDERS, Role
from ancu.apps.accounts.models import Organisation
from ancu.apps.listening.enums import AT_WORK, CLOSED, OPEN, TRANSITIONS, PetitionState
from ancu.apps.listening.models import HelpRequest, Petition, PetitionAnswer
from ancu.apps.listening.rules.matters import is_statutory
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.transitions import follows
from ancu.engines.rulebook import PetitionRule

HANDLERS = frozenset({Role.AREA_OFFICER, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER, Role.APPROVING_OFFICER})
READERS = HANDLERS | {Role.ADMINISTRATOR, Role.HOTLINE_OPERATOR}
OPERATORS = frozenset({Role.HOTLINE_OPERATOR, Role.INTAKE_OFFICER, Role.AREA_OFFICER, Role.APPROVING_OFFICER})
HEAD = Role.APPROVING_OFFICER
HEADS = frozenset({HEAD, Role.ADMINISTRATOR})
ASSIGNABLE = (PetitionState.RECEIVED, *AT_WORK)


def may_work_on_petitions(actor: Actor) -> bool:
    """People of an agency whose work it is; analysts and tip handlers need no petitioner's name."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in READERS


def may_read_confidential(actor: Actor) -> bool:
    """Complaints and denunciations: those who handle them, never who writes calls down or administers accounts."""
    return may_work_on_petitions(actor) and actor.role in HANDLERS


def may_record(actor: Actor) -> bool:
    """Write down what was said on the telephone, in a letter or an email."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in OPERATORS


def is_hotline_operator(actor: Actor) -> bool:
    """Whose whole work it is; others who may record a call find the screen beside their petitions."""
    return may_record(actor) and actor.role == Role.HOTLINE_OPERATOR


def is_about(actor: Actor, petition: Petition) -> bool:
    """Whether the actor, or whom he stands in for, is whom it is or may be about."""
    return not actor.own_user_ids.isdisjoint(petition.about_officers)


def may_answer_for(agency: Organisation, about: Organisation | None) -> bool:
    """Never the unit complained of, nor one that stands under it, except the inspectorate."""
    if about is None or agency.is_inspectorate:
        return about is None or about.pk != agency.pk
    return about.pk not in (agency.pk, agency.parent_id)


def is_accused_unknown(petition: Petition) -> bool:
    """Whether a complaint or a denunciation names no unit: any of them may be the one it is about."""
    return petition.about_id is None and is_statutory(petition)


def may_be_host(agency_id: int | None, petition: Petition) -> bool:
    """Whether the accused is unknown and the agency held the meeting in which it was raised."""
    meeting = petition.meeting
    return meeting is not None and meeting.agency_id == agency_id and is_accused_unknown(petition)


def may_handle(agency: Organisation, petition: Petition) -> bool:
    """Whether the agency may receive, assign, answer or judge the petition.

    While the accused is unknown it stays with the office, or with the inspectorate, until they say whom it is about.
    """
    if not may_answer_for(agency, petition.about) or may_be_host(agency.pk, petition):
        return False
    return agency.parent_id is None or agency.is_inspectorate or not is_accused_unknown(petition)


def is_in_charge(actor: Actor, petition: Petition) -> bool:
    unit = petition.unit
    own = unit is not None and unit.pk == actor.organisation_id and may_handle(unit, petition)
    return own and actor.role in HANDLERS and not is_about(actor, petition)


def is_supervisor(actor: Actor, petition: Petition) -> bool:
    """The office for all units, the inspectorate for its own petitions; neither in its own matter."""
    unit = petition.unit
    inspects = unit is not None and unit.is_inspectorate and unit.pk == actor.organisation_id
    return (actor.is_office or inspects) and actor.role in HANDLERS and _is_outside(actor, petition)


def _is_outside(actor: Actor, petition: Petition) -> bool:
    """Whether it is neither about the actor nor, as far as is known, about his unit."""
    agency_id = actor.organisation_id
    return petition.about_id != agency_id and not may_be_host(agency_id, petition) and not is_about(actor, petition)


def may_assign(actor: Actor, petition: Petition) -> bool:
    """The office gives it to a unit, or to another; its hotline too while nobody has it."""
    hotline = actor.is_office and actor.role == Role.HOTLINE_OPERATOR and petition.state == PetitionState.RECEIVED
    return petition.state in ASSIGNABLE and _is_outside(actor, petition) and (is_supervisor(actor, petition) or hotline)


def may_categorise(actor: Actor, petition: Petition) -> bool:
    """Whether the actor may change its category.

    Never a complaint's or a denunciation's: under another matter it could close by silence, without the decision or
    the conclusion that the law asks for.
    """
    if petition.state not in ASSIGNABLE or is_statutory(petition):
        return False
    return is_supervisor(actor, petition) or is_in_charge(actor, petition)


def names_officer(petition: Petition) -> bool:
    """Whether an officer is meant: by the account that somebody chose, or by the name that the petitioner wrote."""
    return petition.about_user_id is not None or bool(petition.about_key)


def may_judge_officer(actor: Actor, petition: Petition) -> bool:
    """Whether no officer is meant, or the actor is a head: heads judge what officers did, their peers do not."""
    return not names_officer(petition) or actor.role == HEAD


def may_accept(actor: Actor, petition: Petition) -> bool:
    """A decider of the unit in charge or the office accepts a complaint or a denunciation, once."""
    awaits_acceptance = petition.state in AT_WORK and petition.accepted_at is None and is_statutory(petition)
    is_responsible = is_supervisor(actor, petition) or is_in_charge(actor, petition)
    is_decider = actor.role in OFFICE_DECIDERS and may_judge_officer(actor, petition)
    return awaits_acceptance and is_responsible and is_decider


def may_draft(actor: Actor, petition: Petition) -> bool:
    return petition.state in AT_WORK and is_in_charge(actor, petition)


def may_decide(actor: Actor, petition: Petition, draft: PetitionAnswer | None) -> bool:
    """Another than the writer, who decides at the unit or at the office."""
    if draft is None or petition.state != PetitionState.DRAFTED or actor.role not in OFFICE_DECIDERS:
        return False
    if not may_judge_officer(actor, petition):
        return False
    ours = is_supervisor(actor, petition) or is_in_charge(actor, petition)
    return ours and not actor.has_conflict_of_interest(draft.written_by_id, clock.local(draft.written_at).date())


def may_remark(actor: Actor, petition: Petition) -> bool:
    ours = is_supervisor(actor, petition) or is_in_charge(actor, petition)
    return petition.state in (*OPEN, PetitionState.ANSWERED) and ours


def may_ask_help(actor: Actor, petition: Petition) -> bool:
    """Never with a complaint or a denunciation: it is told to nobody else."""
    return (
        petition.state in (*AT_WORK, PetitionState.DRAFTED)
        and not petition.closed_matter
        and is_in_charge(actor, petition)
    )


def may_help(actor: Actor, help_request: HelpRequest) -> bool:
    open_still = help_request.replied_at is None and help_request.petition.state in OPEN
    return open_still and help_request.agency_id == actor.organisation_id and actor.role in HANDLERS


def may_merge(actor: Actor, petition: Petition) -> bool:
    ours = is_supervisor(actor, petition) or is_in_charge(actor, petition)
    return follows(TRANSITIONS, petition.state, PetitionState.MERGED) and not petition.closed_matter and ours


def may_separate(actor: Actor, petition: Petition) -> bool:
    return petition.state == PetitionState.MERGED and actor.role in HANDLERS and not is_about(actor, petition)


def may_name_officer(actor: Actor, petition: Petition) -> bool:
    """Who handles it says which officer is meant, himself too; once somebody is named, only the office changes it.

    Else a colleague in the unit could open it to him again.
    """
    if petition.state in CLOSED:
        return False
    above = is_supervisor(actor, petition)
    return above or (petition.about_user_id is None and is_in_charge(actor, petition))


def may_name_unit(actor: Actor, petition: Petition) -> bool:
    """The unit in charge names the unit it is about; once one is named, only the office changes it."""
    if petition.state not in OPEN:
        return False
    above = is_supervisor(actor, petition)
    return above or (petition.about_id is None and is_in_charge(actor, petition))


def may_transfer(actor: Actor, petition: Petition) -> bool:
    """The unit in charge or the office."""
    if not follows(TRANSITIONS, petition.state, PetitionState.TRANSFERRED):
        return False
    return is_supervisor(actor, petition) or is_in_charge(actor, petition)


def may_note_receipt(actor: Actor, petition: Petition) -> bool:
    if petition.state != PetitionState.TRANSFERRED or is_about(actor, petition):
        return False
    own = petition.unit_id == actor.organisation_id and actor.role in HANDLERS
    return own or (actor.is_office and actor.role in HANDLERS | HEADS)


def may_give_verdict(own: Petition, now: datetime, rule: PetitionRule) -> bool:
    """The petitioner's verdict: once it is answered, and for a while after it was closed without him."""
    head: Petition = own.head
    if is_statutory(head):
        return False
    until = verdict_deadline(own, rule)
    return head.state == PetitionState.ANSWERED or (until is not None and now <= until)


def verdict_deadline(own: Petition, rule: PetitionRule) -> datetime | None:
    """Until when one that was closed without its petitioner takes his verdict; None where it was not.

    That is after silence, or when another petitioner of the same matter called it settled.
    """
    head: Petition = own.head
    without_him = head.state == PetitionState.SILENT or (head.state == PetitionState.SETTLED and head.pk != own.pk)
    return head.closed_at + timedelta(days=rule.reopen_days) if without_him and head.closed_at else None


def may_add(petition: Petition) -> bool:
    """The petitioner adds something while an answer is owed."""
    return petition.state in OPEN
