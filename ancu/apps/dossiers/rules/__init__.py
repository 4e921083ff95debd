"""Permissions on dossiers: which actor may do what, and in which state."""

from datetime import date, timedelta

from ancu.apps.accounts.enums import Role
from ancu.apps.dossiers.enums import (
    BEFORE_DECISION,
    EDITABLE,
    ENDED_WITHOUT_RESULT,
    FEE_STANDS,
    FOR_INTAKE,
    IN_THE_OFFICE,
    INDIVIDUALS,
    ISSUED,
    TRANSITIONS,
    ComponentState,
    DecisionProposal,
    LegalFileState,
    SlotPurpose,
    State,
)
from ancu.apps.dossiers.models import Component, Dossier, LegalFile, Opinion, ResultCorrection
from ancu.apps.dossiers.rules.counter import involved_user_ids, writes_at_counter
from ancu.apps.dossiers.rules.filers import is_member_of_filer as is_member_of_filer
from ancu.apps.dossiers.rules.filers import is_sponsor_office as is_sponsor_office
from ancu.apps.dossiers.rules.filers import is_within_limits as is_within_limits
from ancu.apps.dossiers.rules.filers import mandate_of as mandate_of
from ancu.apps.dossiers.rules.filers import may_be_asked as may_be_asked
from ancu.apps.dossiers.rules.filers import may_begin as may_begin
from ancu.apps.dossiers.rules.filers import may_file_as as may_file_as
from ancu.apps.dossiers.rules.filers import may_file_for as may_file_for
from ancu.apps.dossiers.rules.filers import may_prepare as may_prepare
from ancu.apps.dossiers.rules.filers import may_start as may_start
from ancu.apps.dossiers.rules.filers import signs_for_filer, withdraws_for_filer
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.transitions import follows

READERS = frozenset({Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER, Role.APPROVING_OFFICER, Role.ADMINISTRATOR})
WORKERS = frozenset({Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER, Role.APPROVING_OFFICER})
ANSWERERS = frozenset({Role.AREA_OFFICER, Role.APPROVING_OFFICER})
READING_GRACE = timedelta(minutes=2)  # time for a passport to be read, normally seconds
PERMITS_NO_STAY = ("restricted_permit",)  # procedures whose result does not extend a stay


# ---- the filer's side ----------------------------------------------------------------------------------


def is_filer(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor belongs to the filer's side; never the officer who took the dossier in at the counter.

    An organisation's dossier belongs to its current members, whichever member began it, and to the agent who began it
    by a mandate in force (``mandate_of``). A clerk who left, or who now acts for another organisation, loses access
    (article 16). A program acts for its organisation only: not in what its representative files privately.
    """
    if dossier.organisation_id is not None:
        return is_member_of_filer(actor, dossier) or mandate_of(actor, dossier) is not None
    person = actor.kind is not ActorKind.TOKEN and not actor.is_agency
    own = actor.user_id is not None and dossier.filed_by_id == actor.user_id != dossier.received_by_id
    return person and own


def is_sponsor(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor is the person named as the dossier's sponsor; never a program."""
    return actor.kind is ActorKind.PERSON and dossier.sponsor_id == actor.user_id


def is_writer(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor writes the dossier: its filer's side, or the counter for an applicant without an account."""
    return is_filer(actor, dossier) or writes_at_counter(actor, dossier)


def may_prepare_dossier(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may work on the dossier in some state: its writer, within the limits of a clerk."""
    return is_writer(actor, dossier) and is_within_limits(actor, dossier)


def may_write(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may change the dossier: who may prepare it, while it is a draft or waits for documents."""
    return may_prepare_dossier(actor, dossier) and dossier.state in EDITABLE


def is_beyond_limits(actor: Actor, dossier: Dossier) -> bool:
    """Whether only the limits of a clerk forbid the actor to change the dossier, so that the page says so."""
    return is_writer(actor, dossier) and dossier.state in EDITABLE and not is_within_limits(actor, dossier)


def needs_signature(dossier: Dossier) -> bool:
    """Whether a sponsoring person must sign online (arts 35(1), 37(1)): not the filer, nor at the counter, on paper."""
    on_paper = dossier.received_by_id is not None
    return dossier.filer in INDIVIDUALS and not on_paper and dossier.sponsor_id != dossier.filed_by_id


def may_sign(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may sign: the sponsor who must, while the dossier is a draft or waits for documents."""
    return is_sponsor(actor, dossier) and needs_signature(dossier) and dossier.state in EDITABLE


def may_decline(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may decline to sponsor, also after signing: while the filer can still name another sponsor."""
    return may_sign(actor, dossier)


def answers_for(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may send the dossier: who may prepare it; an organisation's only ``signs_for_filer``.

    Others only prepare: article 16(2) demands the authorised signature.
    """
    return may_prepare_dossier(actor, dossier) and (dossier.organisation_id is None or signs_for_filer(actor, dossier))


def may_submit(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may submit the draft: only who may send the dossier (``answers_for``)."""
    return answers_for(actor, dossier) and dossier.state == State.DRAFT


def may_resubmit(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may send the requested documents: only who may send the dossier (``answers_for``)."""
    return answers_for(actor, dossier) and dossier.state == State.SUPPLEMENT


def may_send(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may submit the draft or send the requested documents."""
    return may_submit(actor, dossier) or may_resubmit(actor, dossier)


def is_being_read(component: Component) -> bool:
    """Whether the paper is a passport that waits to be read; after a time limit it no longer counts as waiting."""
    given_at = component.given_at if component.zones is None else None
    return given_at is not None and clock.now() < given_at + READING_GRACE


def may_withdraw(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may withdraw the dossier until it is decided: its filer's side (``withdraws_for_filer``).

    The counter withdraws only a draft.
    """
    filer = is_filer(actor, dossier) and withdraws_for_filer(actor, dossier)
    own = filer or (dossier.state == State.DRAFT and writes_at_counter(actor, dossier))
    return own and follows(TRANSITIONS, dossier.state, State.WITHDRAWN)


def may_pay(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may pay the fee: the filer or the sponsor, in every state in which the fee is owed."""
    return (is_filer(actor, dossier) or is_sponsor(actor, dossier)) and fee_stands(dossier)


def may_see_fee(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may see the fee: the filer and the sponsor, who pay, and the office, which collects it."""
    return is_filer(actor, dossier) or is_sponsor(actor, dossier) or is_office(actor, dossier)


def may_book(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may book an appointment: the filer or the sponsor, from submission until the dossier ends."""
    return (is_filer(actor, dossier) or is_sponsor(actor, dossier)) and dossier.state in IN_THE_OFFICE


def may_post(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may post the passport to the office: the filer or the sponsor, until the decision."""
    return (is_filer(actor, dossier) or is_sponsor(actor, dossier)) and SlotPurpose.BRING in purposes_of(dossier)


def earliest_posting(dossier: Dossier) -> date:
    """Return the first day on which anything can be posted: the result's once it is ready, or the submission's.

    Today for a dossier that was never submitted.
    """
    result = getattr(dossier, "result", None)
    since = result.entered_at if dossier.state == State.READY and result else dossier.submitted_at
    return clock.local(since).date() if since else clock.today()


def purposes_of(dossier: Dossier) -> frozenset[SlotPurpose]:
    """Return the purposes of a visit that the dossier allows now, at most one; empty in any other state.

    Bring the passport before the decision, or collect the result once it is ready.
    """
    if dossier.state == State.READY:
        return frozenset({SlotPurpose.COLLECT})
    return frozenset({SlotPurpose.BRING}) if dossier.state in BEFORE_DECISION else frozenset()


# ---- the office's side ---------------------------------------------------------------------------------


def reads_dossiers(actor: Actor) -> bool:
    """Whether the actor may read dossiers that the own office received: its officers and the administrator.

    A commune's police only answer questions, so nobody there has a need to know more.
    """
    return actor.is_office and actor.role in READERS


def is_office(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may read this dossier for the agency that received it."""
    return reads_dossiers(actor) and dossier.agency_id == actor.organisation_id


def _is_officer_in(actor: Actor, dossier: Dossier, *roles: Role) -> bool:
    """Whether the actor is an officer of the dossier's agency in one of these roles."""
    return is_office(actor, dossier) and actor.role in roles


def is_officer(actor: Actor) -> bool:
    """Whether the actor receives, assesses or decides dossiers; an administrator only reads them."""
    return actor.is_office and actor.role in WORKERS


def may_assign(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may assign the dossier: officers of the receiving agency, until it ends."""
    return _is_officer_in(actor, dossier, *WORKERS) and dossier.state in IN_THE_OFFICE


def may_judge(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may judge papers: intake and assessing officers; after acceptance assessing officers only."""
    if dossier.state in FOR_INTAKE:
        return _is_officer_in(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)
    return dossier.state == State.ACCEPTED and _is_officer_in(actor, dossier, Role.ASSESSING_OFFICER)


def may_request_supplement(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may request more documents: only who may judge the papers now."""
    return may_judge(actor, dossier)


def may_accept(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may accept the dossier as complete: intake and assessing officers, while it waits for that."""
    return dossier.state in FOR_INTAKE and _is_officer_in(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)


def is_complete(components: list[Component]) -> bool:
    """Whether all papers of the dossier are accepted; False without any paper."""
    return bool(components) and all(component.state == ComponentState.ACCEPTED for component in components)


def may_not_accept(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may reject an ineligible request: only who may accept it now."""
    return may_accept(actor, dossier)


def may_transfer(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may transfer the undecided dossier to the central department: intake and assessing officers."""
    return follows(TRANSITIONS, dossier.state, State.TRANSFERRED) and _is_officer_in(
        actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER
    )


def may_ask_opinion(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may ask another unit's opinion: officers of the receiving agency, until the dossier ends."""
    return dossier.state in IN_THE_OFFICE and _is_officer_in(actor, dossier, *WORKERS)


def answers_opinions(actor: Actor) -> bool:
    """Whether the actor answers other agencies' questions: an area officer or an approving officer."""
    return actor.is_agency and actor.role in ANSWERERS


def is_asked(actor: Actor, opinion: Opinion) -> bool:
    """Whether the opinion is requested from the actor's unit and the actor may answer for it."""
    return answers_opinions(actor) and opinion.asked_of_id == actor.organisation_id


def may_give_opinion(actor: Actor, opinion: Opinion) -> bool:
    """Whether the actor may give the opinion: an officer of the agency that was asked, once."""
    return is_asked(actor, opinion) and opinion.answered_at is None


def may_assess(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may propose a decision: an assessing officer who is not involved (``involved_user_ids``)."""
    own = actor.own_user_ids & involved_user_ids(dossier)
    return dossier.state == State.ACCEPTED and not own and _is_officer_in(actor, dossier, Role.ASSESSING_OFFICER)


def may_decide(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may decide: an approving officer, not on a dossier that is own, taken in or proposed by them.

    What somebody did whom the officer stands in for, or who stands in for the officer, counts as the officer's own.
    """
    own = actor.own_user_ids & involved_user_ids(dossier)
    participants = (dossier.assessed_by_id, dossier.received_by_id)
    another = not own and not any(actor.has_conflict_of_interest(user_id) for user_id in participants)
    return dossier.state == State.ASSESSED and another and _is_officer_in(actor, dossier, Role.APPROVING_OFFICER)


def may_approve_chosen(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may approve the dossier from the list without opening it: approval is proposed."""
    return dossier.proposal == DecisionProposal.APPROVE and may_decide(actor, dossier)


def may_enter_result(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may enter the result: intake and assessing officers, once the dossier is approved."""
    return dossier.state == State.APPROVED and _is_officer_in(
        actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER
    )


def may_propose_correction(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may propose to correct an issued result: intake and assessing officers."""
    return dossier.state in ISSUED and _is_officer_in(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)


def may_decide_correction(actor: Actor, correction: ResultCorrection) -> bool:
    """Whether the actor may decide on the correction: another officer of the office, without a conflict of interest."""
    dossier = correction.result.dossier
    own = actor.own_user_ids & {dossier.filed_by_id, dossier.sponsor_id} - {dossier.received_by_id}
    another = not own and not actor.has_conflict_of_interest(correction.proposed_by_id)
    return correction.decided_at is None and another and _is_officer_in(actor, dossier, *WORKERS)


def may_deliver(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may hand over or post the result: intake and assessing officers, once it is ready."""
    return dossier.state == State.READY and _is_officer_in(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)


def may_take_money(actor: Actor) -> bool:
    """Whether the actor may collect fees, enter exchange rates and import bank statements: counter, administrator."""
    return actor.is_office and actor.role in {Role.INTAKE_OFFICER, Role.ADMINISTRATOR}


def may_receive_people(actor: Actor) -> bool:
    """Whether the actor works at the counter: intake and assessing officers; they see visitors and postings."""
    return actor.is_office and actor.role in {Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER}


def may_see_counters(actor: Actor) -> bool:
    """Whether the actor may see the counters: officers at the counter, and the administrator who sets their hours."""
    return may_receive_people(actor) or may_set_counters(actor)


def may_receive_passport(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may receive the passport: intake and assessing officers, until the decision."""
    at_counter = _is_officer_in(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)
    return at_counter and SlotPurpose.BRING in purposes_of(dossier)


def may_return_passport(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may return the passport: intake and assessing officers, once it ended without a result."""
    at_counter = _is_officer_in(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)
    return at_counter and dossier.state in ENDED_WITHOUT_RESULT


def may_see_promises(actor: Actor) -> bool:
    """Whether the actor may see how often expected dates were met: officers of dossiers and analysts."""
    return actor.is_office and actor.role in {*READERS, Role.ANALYST}


def fee_stands(dossier: Dossier) -> bool:
    """Whether the dossier's state demands a fee: it is in the office, delivered or refused.

    A fee pays for the decision, so a refusal does not refund it. It may be paid already.
    """
    return dossier.state in FEE_STANDS


def may_take_fee(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may collect this dossier's fee: the receiving agency's counter, while the fee is owed."""
    return may_take_money(actor) and dossier.agency_id == actor.organisation_id and fee_stands(dossier)


def may_set_counters(actor: Actor) -> bool:
    """Whether the actor may change the office's counters: its administrator."""
    return actor.is_office and actor.role == Role.ADMINISTRATOR


# ---- an organisation's legal file ----------------------------------------------------------------------


def may_file_legal(actor: Actor) -> bool:
    """Whether the actor may file the organisation's licence and form NA16: its representative (article 16(2))."""
    return is_sponsor_office(actor) and actor.role == Role.REPRESENTATIVE


def reads_own_legal(actor: Actor) -> bool:
    """Whether the actor may read the own organisation's legal file: its representatives and clerks."""
    return is_sponsor_office(actor)


def reads_legal_files(actor: Actor) -> bool:
    """Whether the actor may read every organisation's legal file: officers who read dossiers."""
    return reads_dossiers(actor)


def has_begun(legal_file: LegalFile, day: date) -> bool:
    """Whether the version was approved, even if superseded since, and its first valid day has come.

    Article 16(2).
    """
    return legal_file.state in {LegalFileState.APPROVED, LegalFileState.SUPERSEDED} and legal_file.valid_from <= day


def is_to_begin(legal_file: LegalFile, day: date) -> bool:
    """Whether the version is approved and becomes valid on a later day."""
    return legal_file.state == LegalFileState.APPROVED and legal_file.valid_from > day


def may_decide_legal(actor: Actor, legal_file: LegalFile) -> bool:
    """Whether the actor may approve or return the legal file: an intake or assessing officer who did not submit it."""
    works = actor.is_office and actor.role in {Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER}
    waiting = legal_file.state == LegalFileState.SUBMITTED
    return works and waiting and legal_file.submitted_by_id not in actor.own_user_ids
