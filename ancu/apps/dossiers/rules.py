"""Permissions on dossiers: which actor may do what, and in which state."""

from datetime import date, timedelta

from ancu.apps.accounts.enums import SPONSOR_ROLES, Role
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
    Filer,
    LegalFileState,
    SlotPurpose,
    State,
)
from ancu.apps.dossiers.models import Component, Dossier, LegalFile, Opinion, ResultCorrection
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.transitions import follows

READERS = frozenset({Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER, Role.APPROVING_OFFICER, Role.ADMINISTRATOR})
WORKERS = frozenset({Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER, Role.APPROVING_OFFICER})
ANSWERERS = frozenset({Role.AREA_OFFICER, Role.APPROVING_OFFICER})
READING_GRACE = timedelta(minutes=2)  # time for a passport to be read, normally seconds
PERMITS_NO_STAY = ("restricted_permit",)  # procedures whose result does not extend a stay


# ---- the filer's side ----------------------------------------------------------------------------------


def is_sponsor_office(actor: Actor) -> bool:
    """Whether the actor represents or works for a sponsoring organisation (article 14)."""
    return actor.organisation_kind == "sponsor" and actor.role in SPONSOR_ROLES


def may_start(actor: Actor) -> bool:
    """Signed-in people may file for themselves, a relative or their organisation; officers may not file."""
    return actor.user_id is not None and not actor.is_agency


def may_file_as(actor: Actor, filer: Filer) -> bool:
    """Members of a sponsoring organisation may file for it only; nobody else may file in its name (article 16)."""
    return (filer == Filer.ORGANISATION) == is_sponsor_office(actor)


def may_be_asked(actor: Actor, filer: Filer) -> bool:
    """Whether the questions before filing offer this kind of filer to the actor.

    Members of a sponsoring organisation are offered only the organisation.
    """
    return not is_sponsor_office(actor) or filer == Filer.ORGANISATION


def is_filer(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor belongs to the filer's side.

    An organisation's dossier belongs to its current members, whichever member began it. A clerk who left, or who now
    acts for another organisation, loses access (article 16). A program acts for its organisation only: what its
    representative files privately is out of its reach.
    """
    if dossier.organisation_id is not None:
        return is_sponsor_office(actor) and dossier.organisation_id == actor.organisation_id
    person = actor.kind is not ActorKind.TOKEN and not actor.is_agency
    return person and actor.user_id is not None and dossier.filed_by_id == actor.user_id


def is_sponsor(actor: Actor, dossier: Dossier) -> bool:
    """Return whether the actor is the person named as the dossier's sponsor; never a program."""
    return actor.kind is ActorKind.PERSON and dossier.sponsor_id == actor.user_id


def may_write(actor: Actor, dossier: Dossier) -> bool:
    """The filer may edit a draft, and a dossier that waits for more documents."""
    return is_filer(actor, dossier) and dossier.state in EDITABLE


def needs_signature(dossier: Dossier) -> bool:
    """Whether an individual sponsor who is not the filer must sign with an own account (articles 35(1), 37(1))."""
    return dossier.filer in INDIVIDUALS and dossier.sponsor_id != dossier.filed_by_id


def may_sign(actor: Actor, dossier: Dossier) -> bool:
    """The sponsor may sign a draft, or a dossier returned for documents, if the procedure needs a signature."""
    return is_sponsor(actor, dossier) and needs_signature(dossier) and dossier.state in EDITABLE


def may_decline(actor: Actor, dossier: Dossier) -> bool:
    """The named sponsor may decline, also after signing, while the filer can still name another sponsor."""
    return may_sign(actor, dossier)


def answers_for(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may send the dossier: its filer; an organisation's only through a representative.

    Clerks only prepare: article 16(2) demands the authorised signature.
    """
    return is_filer(actor, dossier) and (dossier.organisation_id is None or actor.role == Role.REPRESENTATIVE)


def may_submit(actor: Actor, dossier: Dossier) -> bool:
    """Those who answer for the dossier may submit it while it is a draft."""
    return answers_for(actor, dossier) and dossier.state == State.DRAFT


def may_resubmit(actor: Actor, dossier: Dossier) -> bool:
    """Those who may send a dossier may send the requested documents, which can change everything signed before."""
    return answers_for(actor, dossier) and dossier.state == State.SUPPLEMENT


def may_send(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may submit the draft or send the requested documents."""
    return may_submit(actor, dossier) or may_resubmit(actor, dossier)


def is_being_read(component: Component) -> bool:
    """Whether the paper is a passport that waits to be read; after a time limit it no longer counts as waiting."""
    given_at = component.given_at if component.zones is None else None
    return given_at is not None and clock.now() < given_at + READING_GRACE


def may_withdraw(actor: Actor, dossier: Dossier) -> bool:
    """The filer may withdraw the request until it is decided."""
    return is_filer(actor, dossier) and follows(TRANSITIONS, dossier.state, State.WITHDRAWN)


def may_pay(actor: Actor, dossier: Dossier) -> bool:
    """The filer or the sponsor may pay, by any method, in every state in which the fee stands."""
    return (is_filer(actor, dossier) or is_sponsor(actor, dossier)) and fee_stands(dossier)


def may_see_fee(actor: Actor, dossier: Dossier) -> bool:
    """The filer and the sponsor, who pay, and the office, which collects, may see the fee."""
    return is_filer(actor, dossier) or is_sponsor(actor, dossier) or is_office(actor, dossier)


def may_book(actor: Actor, dossier: Dossier) -> bool:
    """The filer or the sponsor may book a time at the counter, for the passport or for the result."""
    return (is_filer(actor, dossier) or is_sponsor(actor, dossier)) and dossier.state in IN_THE_OFFICE


def may_post(actor: Actor, dossier: Dossier) -> bool:
    """The filer or the sponsor may send the passport by post until the dossier is decided."""
    return (is_filer(actor, dossier) or is_sponsor(actor, dossier)) and SlotPurpose.BRING in purposes_of(dossier)


def earliest_posting(dossier: Dossier) -> date:
    """Return the first day on which anything can be posted: the result's once it is ready, or the submission's.

    Today for a dossier that was never submitted.
    """
    result = getattr(dossier, "result", None)
    since = result.entered_at if dossier.state == State.READY and result else dossier.submitted_at
    return clock.local(since).date() if since else clock.today()


def purposes_of(dossier: Dossier) -> frozenset[SlotPurpose]:
    """Return why the dossier's people may come now: bring the passport before the decision, collect the result.

    Empty in any other state.
    """
    if dossier.state == State.READY:
        return frozenset({SlotPurpose.COLLECT})
    return frozenset({SlotPurpose.BRING}) if dossier.state in BEFORE_DECISION else frozenset()


# ---- the office's side ---------------------------------------------------------------------------------


def reads_dossiers(actor: Actor) -> bool:
    """Return whether the actor may read dossiers of an office that receives them.

    Officers who receive, assess or decide, and the administrator. A commune's police only answer questions, so nobody
    there has a need to know more.
    """
    return actor.is_office and actor.role in READERS


def is_office(actor: Actor, dossier: Dossier) -> bool:
    """Return whether the actor may read dossiers of the agency that received this one."""
    return reads_dossiers(actor) and dossier.agency_id == actor.organisation_id


def _is_officer_in(actor: Actor, dossier: Dossier, *roles: Role) -> bool:
    """Whether the actor is an officer of the dossier's agency in one of these roles."""
    return is_office(actor, dossier) and actor.role in roles


def is_officer(actor: Actor) -> bool:
    """Return whether the actor receives, assesses or decides; an administrator only reads."""
    return actor.is_office and actor.role in WORKERS


def may_assign(actor: Actor, dossier: Dossier) -> bool:
    """Officers of the receiving agency may take the dossier or assign it to a colleague until it ends."""
    return _is_officer_in(actor, dossier, *WORKERS) and dossier.state in IN_THE_OFFICE


def may_judge(actor: Actor, dossier: Dossier) -> bool:
    """Intake and assessing officers may judge papers before acceptance, assessing officers until the assessment."""
    if dossier.state in FOR_INTAKE:
        return _is_officer_in(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)
    return dossier.state == State.ACCEPTED and _is_officer_in(actor, dossier, Role.ASSESSING_OFFICER)


def may_request_supplement(actor: Actor, dossier: Dossier) -> bool:
    """The officer who judges the papers may request more documents; the deadline clock stops meanwhile."""
    return may_judge(actor, dossier)


def may_accept(actor: Actor, dossier: Dossier) -> bool:
    """Intake and assessing officers may accept their agency's dossier that was sent, or sent again as requested."""
    return dossier.state in FOR_INTAKE and _is_officer_in(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)


def is_complete(components: list[Component]) -> bool:
    """Return whether every one of the dossier's papers is accepted; False without any paper."""
    return bool(components) and all(component.state == ComponentState.ACCEPTED for component in components)


def may_not_accept(actor: Actor, dossier: Dossier) -> bool:
    """Those who may accept may reject a request that is not eligible; the reason is sent in writing or online."""
    return may_accept(actor, dossier)


def may_transfer(actor: Actor, dossier: Dossier) -> bool:
    """Intake and assessing officers may end their agency's undecided dossier as the central department's matter."""
    return follows(TRANSITIONS, dossier.state, State.TRANSFERRED) and _is_officer_in(
        actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER
    )


def may_ask_opinion(actor: Actor, dossier: Dossier) -> bool:
    """Officers of the receiving agency may ask another unit's opinion on the dossier until it ends."""
    return dossier.state in IN_THE_OFFICE and _is_officer_in(actor, dossier, *WORKERS)


def answers_opinions(actor: Actor) -> bool:
    """Return whether the actor answers other agencies' questions: a commune's police or an approving officer."""
    return actor.is_agency and actor.role in ANSWERERS


def is_asked(actor: Actor, opinion: Opinion) -> bool:
    """Whether the opinion is requested from the actor's unit and the actor may answer for it."""
    return answers_opinions(actor) and opinion.asked_of_id == actor.organisation_id


def may_give_opinion(actor: Actor, opinion: Opinion) -> bool:
    """The agency that was asked may answer once."""
    return is_asked(actor, opinion) and opinion.answered_at is None


def may_assess(actor: Actor, dossier: Dossier) -> bool:
    """An assessing officer may propose a decision, but not on a dossier they filed or sponsor themselves."""
    own = actor.own_user_ids & {dossier.filed_by_id, dossier.sponsor_id}
    return dossier.state == State.ACCEPTED and not own and _is_officer_in(actor, dossier, Role.ASSESSING_OFFICER)


def may_decide(actor: Actor, dossier: Dossier) -> bool:
    """An approving officer may decide, but never on an own proposal.

    A proposal by somebody the officer stands in for, or who stands in for the officer, counts as an own proposal.
    """
    own = actor.own_user_ids & {dossier.filed_by_id, dossier.sponsor_id}
    another = not own and not actor.has_conflict_of_interest(dossier.assessed_by_id)
    return dossier.state == State.ASSESSED and another and _is_officer_in(actor, dossier, Role.APPROVING_OFFICER)


def may_approve_chosen(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may approve the dossier from the list without opening it: approval is proposed."""
    return dossier.proposal == DecisionProposal.APPROVE and may_decide(actor, dossier)


def may_enter_result(actor: Actor, dossier: Dossier) -> bool:
    """Intake and assessing officers may enter the result of an approved dossier."""
    return dossier.state == State.APPROVED and _is_officer_in(
        actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER
    )


def may_propose_correction(actor: Actor, dossier: Dossier) -> bool:
    """Intake and assessing officers may propose to correct an issued result; another officer confirms it."""
    return dossier.state in ISSUED and _is_officer_in(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)


def may_decide_correction(actor: Actor, correction: ResultCorrection) -> bool:
    """Another officer of the same office may decide, never the proposer or a person standing in for the proposer."""
    dossier = correction.result.dossier
    own = actor.own_user_ids & {dossier.filed_by_id, dossier.sponsor_id}
    another = not own and not actor.has_conflict_of_interest(correction.proposed_by_id)
    return correction.decided_at is None and another and _is_officer_in(actor, dossier, *WORKERS)


def may_deliver(actor: Actor, dossier: Dossier) -> bool:
    """Intake and assessing officers may hand over the dossier's result, or post it, once it is ready."""
    return dossier.state == State.READY and _is_officer_in(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)


def may_take_money(actor: Actor) -> bool:
    """The counter may collect fees, enter the daily exchange rate and import bank statements."""
    return actor.is_office and actor.role in {Role.INTAKE_OFFICER, Role.ADMINISTRATOR}


def may_receive_people(actor: Actor) -> bool:
    """Officers at the counter may see today's visitors and the passports that arrive by post."""
    return actor.is_office and actor.role in {Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER}


def may_see_counters(actor: Actor) -> bool:
    """Officers at the counter, and the administrator who sets the opening hours, may see the counters."""
    return may_receive_people(actor) or may_set_counters(actor)


def may_receive_passport(actor: Actor, dossier: Dossier) -> bool:
    """An officer at the counter may receive the passport until the decision."""
    at_counter = _is_officer_in(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)
    return at_counter and SlotPurpose.BRING in purposes_of(dossier)


def may_return_passport(actor: Actor, dossier: Dossier) -> bool:
    """An officer at the counter may return the passport once the dossier has ended without a result."""
    at_counter = _is_officer_in(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)
    return at_counter and dossier.state in ENDED_WITHOUT_RESULT


def may_see_promises(actor: Actor) -> bool:
    """Staff who work with dossiers or statistics may see how often expected dates were met."""
    return actor.is_office and actor.role in {*READERS, Role.ANALYST}


def fee_stands(dossier: Dossier) -> bool:
    """Whether the dossier's state demands the fee: in the office, delivered or refused.

    A fee pays for the decision, so a refusal does not refund it. It may be paid already.
    """
    return dossier.state in FEE_STANDS


def may_take_fee(actor: Actor, dossier: Dossier) -> bool:
    """The counter of the receiving agency may collect the fee in every state in which it stands."""
    return may_take_money(actor) and dossier.agency_id == actor.organisation_id and fee_stands(dossier)


def may_set_counters(actor: Actor) -> bool:
    """Administrators of the office may change its counters."""
    return actor.is_office and actor.role == Role.ADMINISTRATOR


# ---- an organisation's legal file ----------------------------------------------------------------------


def may_file_legal(actor: Actor) -> bool:
    """Representatives may file the organisation's licence and form NA16, and changes (article 16(2))."""
    return is_sponsor_office(actor) and actor.role == Role.REPRESENTATIVE


def reads_own_legal(actor: Actor) -> bool:
    """Representatives and clerks may read their organisation's legal file, on which its dossiers depend."""
    return is_sponsor_office(actor)


def reads_legal_files(actor: Actor) -> bool:
    """Officers who read dossiers may read every organisation's legal file, on which its dossiers depend."""
    return reads_dossiers(actor)


def has_begun(legal_file: LegalFile, day: date) -> bool:
    """Return whether the version was approved, even if superseded since, and its first valid day has come.

    Article 16(2).
    """
    return legal_file.state in {LegalFileState.APPROVED, LegalFileState.SUPERSEDED} and legal_file.valid_from <= day


def is_to_begin(legal_file: LegalFile, day: date) -> bool:
    """Return whether the version is approved and becomes valid on a later day."""
    return legal_file.state == LegalFileState.APPROVED and legal_file.valid_from > day


def may_decide_legal(actor: Actor, legal_file: LegalFile) -> bool:
    """An intake or assessing officer who did not submit the file may approve or return it."""
    works = actor.is_office and actor.role in {Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER}
    waiting = legal_file.state == LegalFileState.SUBMITTED
    return works and waiting and legal_file.submitted_by_id not in actor.own_user_ids
