"""Who may do what with a petition, and when."""

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
    """Whether the actor handles or records petitions.

    Analysts and tip handlers do not: they need no petitioner's name.
    """
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in READERS


def may_read_confidential(actor: Actor) -> bool:
    """Whether the actor may read complaints and denunciations: handlers, never operators or administrators."""
    return may_work_on_petitions(actor) and actor.role in HANDLERS


def may_record(actor: Actor) -> bool:
    """Whether the actor may record for citizens the petitions that arrive by telephone, letter or e-mail."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in OPERATORS


def is_hotline_operator(actor: Actor) -> bool:
    """Whether the actor is a hotline operator, who only records calls."""
    return may_record(actor) and actor.role == Role.HOTLINE_OPERATOR


def is_about(actor: Actor, petition: Petition) -> bool:
    """Whether the petition is, or may be, about the actor or about the colleague that the actor represents."""
    return not actor.own_user_ids.isdisjoint(petition.about_officers)


def may_answer(agency: Organisation, about: Organisation | None) -> bool:
    """Whether the agency may answer a petition about the unit ``about``; always if that is None.

    Never that unit, nor one below it. Only the inspectorate may answer about the office above it.
    """
    if about is None or agency.is_inspectorate:
        return about is None or about.pk != agency.pk
    return about.pk not in (agency.pk, agency.parent_id)


def is_accused_unknown(petition: Petition) -> bool:
    """Whether the petition is a complaint or denunciation that names no unit, so that it may be about any unit."""
    return petition.about_id is None and is_statutory(petition)


def may_be_host(agency_id: int | None, petition: Petition) -> bool:
    """Whether the accused is unknown and the agency held the meeting at which the petition was raised."""
    meeting = petition.meeting
    return meeting is not None and meeting.agency_id == agency_id and is_accused_unknown(petition)


def may_handle(agency: Organisation, petition: Petition) -> bool:
    """Whether the agency may receive, assign, answer or decide the petition.

    While the accused is unknown, only the office or the inspectorate handles it, until they name the unit.
    """
    if not may_answer(agency, petition.about) or may_be_host(agency.pk, petition):
        return False
    return agency.parent_id is None or agency.is_inspectorate or not is_accused_unknown(petition)


def is_in_charge(actor: Actor, petition: Petition) -> bool:
    """Whether the actor works at the unit that is in charge of the petition."""
    unit = petition.unit
    own = unit is not None and unit.pk == actor.organisation_id and may_handle(unit, petition)
    return own and actor.role in HANDLERS and not is_about(actor, petition)


def is_supervisor(actor: Actor, petition: Petition) -> bool:
    """Whether the actor supervises the petition: a member of the office, or of the inspectorate for its own.

    Never if the petition is about the actor.
    """
    unit = petition.unit
    inspects = unit is not None and unit.is_inspectorate and unit.pk == actor.organisation_id
    return (actor.is_office or inspects) and actor.role in HANDLERS and _is_outside(actor, petition)


def _is_outside(actor: Actor, petition: Petition) -> bool:
    """Whether the petition is not, as far as is known, about the actor or the actor's unit."""
    agency_id = actor.organisation_id
    return petition.about_id != agency_id and not may_be_host(agency_id, petition) and not is_about(actor, petition)


def may_assign(actor: Actor, petition: Petition) -> bool:
    """Whether the actor may assign the petition: the office, and its hotline while no unit is in charge."""
    hotline = actor.is_office and actor.role == Role.HOTLINE_OPERATOR and petition.state == PetitionState.RECEIVED
    return petition.state in ASSIGNABLE and _is_outside(actor, petition) and (is_supervisor(actor, petition) or hotline)


def may_categorise(actor: Actor, petition: Petition) -> bool:
    """Whether the actor may change the petition's category.

    Never of a complaint or denunciation: under another category it could be closed by silence, without the decision
    or conclusion that the law requires.
    """
    if petition.state not in ASSIGNABLE or is_statutory(petition):
        return False
    return is_supervisor(actor, petition) or is_in_charge(actor, petition)


def names_officer(petition: Petition) -> bool:
    """Whether an officer is named, by a chosen account or in the petitioner's words."""
    return petition.about_user_id is not None or bool(petition.about_key)


def may_judge_officer(actor: Actor, petition: Petition) -> bool:
    """Whether the actor may decide a petition about an officer: only heads of unit, if one is named."""
    return not names_officer(petition) or actor.role == HEAD


def may_accept(actor: Actor, petition: Petition) -> bool:
    """Whether the actor may accept the complaint or denunciation.

    A decider of the unit in charge or of the office accepts it, once.
    """
    awaits_acceptance = petition.state in AT_WORK and petition.accepted_at is None and is_statutory(petition)
    is_responsible = is_supervisor(actor, petition) or is_in_charge(actor, petition)
    is_decider = actor.role in OFFICE_DECIDERS and may_judge_officer(actor, petition)
    return awaits_acceptance and is_responsible and is_decider


def may_draft(actor: Actor, petition: Petition) -> bool:
    """Whether the actor may write an answer to the petition now: a handler of its unit, if no draft waits."""
    return petition.state in AT_WORK and is_in_charge(actor, petition)


def may_decide(actor: Actor, petition: Petition, draft: PetitionAnswer | None) -> bool:
    """Whether the actor may approve the draft of an answer: a decider of the unit or office, not its writer."""
    if draft is None or petition.state != PetitionState.DRAFTED or actor.role not in OFFICE_DECIDERS:
        return False
    if not may_judge_officer(actor, petition):
        return False
    ours = is_supervisor(actor, petition) or is_in_charge(actor, petition)
    return ours and not actor.has_conflict_of_interest(draft.written_by_id, clock.local(draft.written_at).date())


def may_remark(actor: Actor, petition: Petition) -> bool:
    """Whether the actor may ask the petitioner a question: the unit in charge or the office.

    Only while the petition is open or answered.
    """
    ours = is_supervisor(actor, petition) or is_in_charge(actor, petition)
    return petition.state in (*OPEN, PetitionState.ANSWERED) and ours


def may_ask_help(actor: Actor, petition: Petition) -> bool:
    """Whether the actor may ask another unit for help; never with a complaint or denunciation."""
    return (
        petition.state in (*AT_WORK, PetitionState.DRAFTED)
        and not petition.closed_matter
        and is_in_charge(actor, petition)
    )


def may_help(actor: Actor, help_request: HelpRequest) -> bool:
    """Whether the actor may answer this help request: a handler of the unit that was asked.

    Only once, and while the petition is open.
    """
    open_still = help_request.replied_at is None and help_request.petition.state in OPEN
    return open_still and help_request.agency_id == actor.organisation_id and actor.role in HANDLERS


def may_merge(actor: Actor, petition: Petition) -> bool:
    """Whether the actor may merge the petition into another: the unit in charge or the office.

    Never a complaint or a denunciation.
    """
    ours = is_supervisor(actor, petition) or is_in_charge(actor, petition)
    return follows(TRANSITIONS, petition.state, PetitionState.MERGED) and not petition.closed_matter and ours


def may_separate(actor: Actor, petition: Petition) -> bool:
    """Whether the actor may separate a merged petition again: a handler, if the petition is not about the actor."""
    return petition.state == PetitionState.MERGED and actor.role in HANDLERS and not is_about(actor, petition)


def may_name_officer(actor: Actor, petition: Petition) -> bool:
    """Whether the actor may record which officer the petition is about.

    Handlers record the officer, even themselves. Afterwards only the office changes it; otherwise a colleague could
    reopen the petition to the officer concerned.
    """
    if petition.state in CLOSED:
        return False
    above = is_supervisor(actor, petition)
    return above or (petition.about_user_id is None and is_in_charge(actor, petition))


def may_name_unit(actor: Actor, petition: Petition) -> bool:
    """Whether the actor may record which unit the petition is about.

    The unit in charge may; once it is recorded, only the office changes it.
    """
    if petition.state not in OPEN:
        return False
    above = is_supervisor(actor, petition)
    return above or (petition.about_id is None and is_in_charge(actor, petition))


def may_transfer(actor: Actor, petition: Petition) -> bool:
    """Whether the actor may transfer the petition to an outside body: the unit in charge or the office."""
    if not follows(TRANSITIONS, petition.state, PetitionState.TRANSFERRED):
        return False
    return is_supervisor(actor, petition) or is_in_charge(actor, petition)


def may_record_receipt(actor: Actor, petition: Petition) -> bool:
    """Whether the actor may record that the outside body confirmed receipt of the transferred petition."""
    if petition.state != PetitionState.TRANSFERRED or is_about(actor, petition):
        return False
    own = petition.unit_id == actor.organisation_id and actor.role in HANDLERS
    return own or (actor.is_office and actor.role in HANDLERS | HEADS)


def may_give_verdict(own: Petition, now: datetime, rule: PetitionRule) -> bool:
    """Whether the petitioner may give a verdict on the petition at the time ``now``.

    Once it is answered, and until ``verdict_deadline`` after a closing by silence. Never on a complaint or a
    denunciation.
    """
    head: Petition = own.head
    if is_statutory(head):
        return False
    until = verdict_deadline(own, rule)
    return head.state == PetitionState.ANSWERED or (until is not None and now <= until)


def verdict_deadline(own: Petition, rule: PetitionRule) -> datetime | None:
    """Return until when a petition that was closed without its petitioner accepts the petitioner's verdict.

    None if it was not: closed by silence, or because another petitioner of the same matter called it settled.
    """
    head: Petition = own.head
    without_him = head.state == PetitionState.SILENT or (head.state == PetitionState.SETTLED and head.pk != own.pk)
    return head.closed_at + timedelta(days=rule.reopen_days) if without_him and head.closed_at else None


def may_add_remark(petition: Petition) -> bool:
    """Whether the petitioner may add a remark to the petition: while the office owes an answer."""
    return petition.state in OPEN
