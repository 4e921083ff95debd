"""Who may do what with a dossier, and when."""

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
    Filer,
    LegalFileState,
    Proposal,
    SlotPurpose,
    State,
)
from ancu.apps.dossiers.models import Component, Dossier, LegalFile, Opinion, ResultCorrection
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind

READERS = frozenset({Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER, Role.APPROVING_OFFICER, Role.ADMINISTRATOR})
WORKERS = frozenset({Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER, Role.APPROVING_OFFICER})
ANSWERERS = frozenset({Role.AREA_OFFICER, Role.APPROVING_OFFICER})
READING_GRACE = timedelta(minutes=2)  # after the passport came; it is read within seconds
PERMITS_NO_STAY = ("restricted_permit",)  # procedures whose result lets nobody stay in the country for longer


def follows(before: str, after: str) -> bool:
    """Whether the table of states leads from ``before`` to ``after``."""
    return State(after) in TRANSITIONS[State(before)]


# ---- the filer's side ----------------------------------------------------------------------------------


def is_sponsor_office(actor: Actor) -> bool:
    """A representative or clerk of an organisation that sponsors foreigners (article 14)."""
    return actor.organisation_kind == "sponsor" and actor.role in SPONSOR_ROLES


def may_start(actor: Actor) -> bool:
    """Anybody who is signed in files for himself, for a relative, or for his organisation; officers do not."""
    return actor.user_id is not None and not actor.is_agency


def may_file_as(actor: Actor, filer: Filer) -> bool:
    """For an organisation only its own people ask, and they ask for nobody else in its name (article 16)."""
    return (filer == Filer.ORGANISATION) == is_sponsor_office(actor)


def may_be_asked(actor: Actor, filer: Filer) -> bool:
    """Which kinds of applicant the questions offer: to a sponsor's people only their organisation."""
    return not is_sponsor_office(actor) or filer == Filer.ORGANISATION


def is_filer(actor: Actor, dossier: Dossier) -> bool:
    """Whoever filed it for himself or a relative; an organisation's is its present people's, whoever of them began it.

    So a clerk who left, or who acts for another organisation now, has no more business with it (article 16); and a
    program acts for its organisation alone: what its representative files for himself is out of its reach.
    """
    if dossier.organisation_id is not None:
        return is_sponsor_office(actor) and dossier.organisation_id == actor.organisation_id
    person = actor.kind is not ActorKind.TOKEN and not actor.is_agency
    return person and actor.user_id is not None and dossier.filed_by_id == actor.user_id


def is_sponsor(actor: Actor, dossier: Dossier) -> bool:
    """The person who was asked to co-sign; no program signs in anybody's place."""
    return actor.kind is ActorKind.PERSON and dossier.sponsor_id == actor.user_id


def may_write(actor: Actor, dossier: Dossier) -> bool:
    """The filer writes in a draft, and in a dossier whose supplement he was asked for."""
    return is_filer(actor, dossier) and dossier.state in EDITABLE


def needs_signature(dossier: Dossier) -> bool:
    """An individual sponsor who is not the filer signs by his own account (articles 35(1), 37(1))."""
    return dossier.filer in INDIVIDUALS and dossier.sponsor_id != dossier.filed_by_id


def may_sign(actor: Actor, dossier: Dossier) -> bool:
    return is_sponsor(actor, dossier) and needs_signature(dossier) and dossier.state in EDITABLE


def may_decline(actor: Actor, dossier: Dossier) -> bool:
    """Whoever was asked to sponsor says no; also after he signed, as long as the filer may still name another."""
    return may_sign(actor, dossier)


def answers_for(actor: Actor, dossier: Dossier) -> bool:
    """For an organisation its representative sends; the clerk prepares (article 16(2): the authorised signature)."""
    return is_filer(actor, dossier) and (dossier.organisation_id is None or actor.role == Role.REPRESENTATIVE)


def may_submit(actor: Actor, dossier: Dossier) -> bool:
    return answers_for(actor, dossier) and dossier.state == State.DRAFT


def may_resubmit(actor: Actor, dossier: Dossier) -> bool:
    """A supplement can change all that was signed: whoever answers for the first filing answers for it, too."""
    return answers_for(actor, dossier) and dossier.state == State.SUPPLEMENT


def may_send(actor: Actor, dossier: Dossier) -> bool:
    return may_submit(actor, dossier) or may_resubmit(actor, dossier)


def is_being_read(component: Component) -> bool:
    """A passport was put in and waits for its reader; a reader that does not work holds nobody up for longer."""
    given_at = component.given_at if component.zones is None else None
    return given_at is not None and clock.now() < given_at + READING_GRACE


def may_withdraw(actor: Actor, dossier: Dossier) -> bool:
    """The filer takes his request back as long as nothing is decided."""
    return is_filer(actor, dossier) and follows(dossier.state, State.WITHDRAWN)


def may_pay(actor: Actor, dossier: Dossier) -> bool:
    """The filer or the sponsor pays, by any way, as long as the fee stands."""
    return (is_filer(actor, dossier) or is_sponsor(actor, dossier)) and fee_stands(dossier)


def may_see_fee(actor: Actor, dossier: Dossier) -> bool:
    """The filer and the sponsor, who pay, and the office that took the money; nobody who was only asked something."""
    return is_filer(actor, dossier) or is_sponsor(actor, dossier) or is_office(actor, dossier)


def may_book(actor: Actor, dossier: Dossier) -> bool:
    """The filer or the sponsor comes to the counter, with the passport or for the result."""
    return (is_filer(actor, dossier) or is_sponsor(actor, dossier)) and dossier.state in IN_THE_OFFICE


def may_post(actor: Actor, dossier: Dossier) -> bool:
    """The filer or the sponsor says by which post the passport comes, until the dossier is decided."""
    return (is_filer(actor, dossier) or is_sponsor(actor, dossier)) and SlotPurpose.BRING in purposes_of(dossier)


def earliest_posting(dossier: Dossier) -> date:
    """The first day on which a letter can be sent: the result's, else the request's."""
    result = getattr(dossier, "result", None)
    since = result.entered_at if dossier.state == State.READY and result else dossier.submitted_at
    return clock.local(since).date() if since else clock.today()


def purposes_of(dossier: Dossier) -> frozenset[SlotPurpose]:
    """What one may come to the counter for: the passport until the decision, then the result once it is there."""
    if dossier.state == State.READY:
        return frozenset({SlotPurpose.COLLECT})
    return frozenset({SlotPurpose.BRING}) if dossier.state in BEFORE_DECISION else frozenset()


# ---- the office's side ---------------------------------------------------------------------------------


def reads_dossiers(actor: Actor) -> bool:
    """Officers who receive, assess or decide, and the administrator, of an office that receives dossiers.

    A commune's police answer what they are asked; nobody there, its administrator neither, has a need to know more.
    """
    return actor.is_office and actor.role in READERS


def is_office(actor: Actor, dossier: Dossier) -> bool:
    """The agency that received the dossier."""
    return reads_dossiers(actor) and dossier.agency_id == actor.organisation_id


def _works(actor: Actor, dossier: Dossier, *roles: Role) -> bool:
    return is_office(actor, dossier) and actor.role in roles


def is_officer(actor: Actor) -> bool:
    """Whoever receives, assesses or decides; an administrator reads and does none of it."""
    return actor.is_office and actor.role in WORKERS


def may_assign(actor: Actor, dossier: Dossier) -> bool:
    """Whoever works on dossiers may take one or give it to a colleague while the office has it."""
    return _works(actor, dossier, *WORKERS) and dossier.state in IN_THE_OFFICE


def may_judge(actor: Actor, dossier: Dossier) -> bool:
    """Papers are judged at intake, and again by whoever assesses."""
    if dossier.state in FOR_INTAKE:
        return _works(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)
    return dossier.state == State.ACCEPTED and _works(actor, dossier, Role.ASSESSING_OFFICER)


def may_request_supplement(actor: Actor, dossier: Dossier) -> bool:
    """Whoever judges the papers asks for what is lacking; the clock stops until it comes."""
    return may_judge(actor, dossier)


def may_accept(actor: Actor, dossier: Dossier) -> bool:
    """A complete dossier is accepted by the intake officer; the five working days begin."""
    return dossier.state in FOR_INTAKE and _works(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)


def is_complete(components: list[Component]) -> bool:
    """Every paper is judged in order; one that comes by post counts when it has come."""
    return bool(components) and all(one.state == ComponentState.ACCEPTED for one in components)


def may_not_accept(actor: Actor, dossier: Dossier) -> bool:
    """Not eligible: answered in writing or online, with the reason."""
    return may_accept(actor, dossier)


def may_transfer(actor: Actor, dossier: Dossier) -> bool:
    """A matter of the central department is forwarded, and the filer told."""
    return follows(dossier.state, State.TRANSFERRED) and _works(
        actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER
    )


def may_ask_opinion(actor: Actor, dossier: Dossier) -> bool:
    return dossier.state in IN_THE_OFFICE and _works(actor, dossier, *WORKERS)


def answers_opinions(actor: Actor) -> bool:
    """An officer of a unit that others ask: the commune's police, or whoever decides in another agency."""
    return actor.is_agency and actor.role in ANSWERERS


def is_asked(actor: Actor, opinion: Opinion) -> bool:
    return answers_opinions(actor) and opinion.asked_of_id == actor.organisation_id


def may_give_opinion(actor: Actor, opinion: Opinion) -> bool:
    """The unit that was asked answers once."""
    return is_asked(actor, opinion) and opinion.answered_at is None


def may_assess(actor: Actor, dossier: Dossier) -> bool:
    """The assessing officer proposes; he must not have filed or sponsored the dossier himself."""
    own = actor.own_user_ids & {dossier.filed_by_id, dossier.sponsor_id}
    return dossier.state == State.ACCEPTED and not own and _works(actor, dossier, Role.ASSESSING_OFFICER)


def may_decide(actor: Actor, dossier: Dossier) -> bool:
    """Another person than the assessor approves or refuses: nobody decides on his own proposal, nor on that of whom
    he stands in for, or who stands in for him."""
    own = actor.own_user_ids & {dossier.filed_by_id, dossier.sponsor_id}
    another = not own and not actor.has_conflict_of_interest(dossier.assessed_by_id)
    return dossier.state == State.ASSESSED and another and _works(actor, dossier, Role.APPROVING_OFFICER)


def may_approve_chosen(actor: Actor, dossier: Dossier) -> bool:
    """What can be approved in a list, without opening it: only what was proposed for approval."""
    return dossier.proposal == Proposal.APPROVE and may_decide(actor, dossier)


def may_enter_result(actor: Actor, dossier: Dossier) -> bool:
    return dossier.state == State.APPROVED and _works(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)


def may_propose_correction(actor: Actor, dossier: Dossier) -> bool:
    """Whoever may enter results says that one was mistyped; another officer confirms it."""
    return dossier.state in ISSUED and _works(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)


def may_decide_correction(actor: Actor, correction: ResultCorrection) -> bool:
    """A second officer of the same office, never who proposed it, nor whom he stands in for."""
    dossier = correction.result.dossier
    own = actor.own_user_ids & {dossier.filed_by_id, dossier.sponsor_id}
    another = not own and not actor.has_conflict_of_interest(correction.proposed_by_id)
    return correction.decided_at is None and another and _works(actor, dossier, *WORKERS)


def may_deliver(actor: Actor, dossier: Dossier) -> bool:
    """The counter hands the result over, against the slip and an identity paper, or gives it to the post."""
    return dossier.state == State.READY and _works(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)


def may_take_money(actor: Actor) -> bool:
    """The office's counter takes fees, enters the day's rate and reads the bank's statements."""
    return actor.is_office and actor.role in {Role.INTAKE_OFFICER, Role.ADMINISTRATOR}


def may_receive_people(actor: Actor) -> bool:
    """The counter's own: who comes today, who came, which passport came by post."""
    return actor.is_office and actor.role in {Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER}


def may_see_counters(actor: Actor) -> bool:
    """Those who sit there, and the administrator who sets the hours."""
    return may_receive_people(actor) or may_set_counters(actor)


def may_receive_passport(actor: Actor, dossier: Dossier) -> bool:
    """Whoever sits at the counter, until the decision."""
    at_counter = _works(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)
    return at_counter and SlotPurpose.BRING in purposes_of(dossier)


def may_return_passport(actor: Actor, dossier: Dossier) -> bool:
    """Whoever sits at the counter, once the dossier has ended without a result that the passport goes with."""
    at_counter = _works(actor, dossier, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER)
    return at_counter and dossier.state in ENDED_WITHOUT_RESULT


def may_see_promises(actor: Actor) -> bool:
    """How often the office kept its word is the business of everybody who works there with dossiers or figures."""
    return actor.is_office and actor.role in {*READERS, Role.ANALYST}


def fee_stands(dossier: Dossier) -> bool:
    """The fee is for the decision, not for a favourable one: a refusal does not give it back."""
    return dossier.state in FEE_STANDS


def may_take_fee(actor: Actor, dossier: Dossier) -> bool:
    """The counter of the agency that received the dossier, as long as its fee stands."""
    return may_take_money(actor) and dossier.agency_id == actor.organisation_id and fee_stands(dossier)


def may_set_counters(actor: Actor) -> bool:
    return actor.is_office and actor.role == Role.ADMINISTRATOR


# ---- an organisation's legal file ----------------------------------------------------------------------


def may_file_legal(actor: Actor) -> bool:
    """The representative files licence and NA16 for his organisation, and each change (article 16(2))."""
    return is_sponsor_office(actor) and actor.role == Role.REPRESENTATIVE


def reads_own_legal(actor: Actor) -> bool:
    """The clerk too: he prepares the dossiers that rest on it."""
    return is_sponsor_office(actor)


def reads_legal_files(actor: Actor) -> bool:
    """The officers of dossiers, since every dossier of an organisation rests on its legal file."""
    return reads_dossiers(actor)


def has_begun(legal_file: LegalFile, day: date) -> bool:
    """Approved, and the day has come that form NA16 names: until then the version before it counts (article 16(2))."""
    return legal_file.state in {LegalFileState.APPROVED, LegalFileState.SUPERSEDED} and legal_file.valid_from <= day


def is_to_begin(legal_file: LegalFile, day: date) -> bool:
    """Approved, for a day to come."""
    return legal_file.state == LegalFileState.APPROVED and legal_file.valid_from > day


def may_decide_legal(actor: Actor, legal_file: LegalFile) -> bool:
    """An intake or assessing officer of the office approves the file or returns it with a reason."""
    works = actor.is_office and actor.role in {Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER}
    waiting = legal_file.state == LegalFileState.SUBMITTED
    return works and waiting and legal_file.submitted_by_id not in actor.own_user_ids
