"""Who may do what with declarations, and when."""

from datetime import date, timedelta
from typing import Protocol

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.accounts.rules import may_invite
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.rules import may_enter
from ancu.apps.stays.enums import TRANSITIONS, ConfirmationState, Proof, StayStatus
from ancu.apps.stays.models import Confirmation, Device, Stay
from ancu.apps.travellers.rules.access import may_see_people
from ancu.core.actor import Actor, ActorKind
from ancu.core.transitions import follows
from ancu.engines.exchange import code_of
from ancu.engines.rulebook import Ground, confirmation_rule


def may_see_area(actor: Actor) -> bool:
    """Whether the actor may see how many guests stay where in the area: every member of its agency may."""
    return actor.has_area


def may_see_guests(actor: Actor) -> bool:
    """Whether the actor may see the guests of the area: only officers who work with foreigners may."""
    return may_see_people(actor)


def may_declare(actor: Actor, establishment: Establishment) -> bool:
    """Whether the actor may declare guests for the lodging.

    Its business's members, its own program, and the system (commands, jobs) may.
    """
    if actor.kind is ActorKind.SYSTEM:
        return True
    if actor.kind is ActorKind.TOKEN:
        return actor.establishment_id == establishment.pk
    is_own_lodging = actor.is_lodging and actor.organisation_id == establishment.business_id
    return is_own_lodging and may_enter(actor, establishment)


def may_declare_now(actor: Actor, establishment: Establishment) -> bool:
    """Whether the actor may declare and the lodging is active: approved, and neither suspended nor closed."""
    return may_declare(actor, establishment) and establishment.status == EstablishmentStatus.ACTIVE


def is_open(stay: Stay) -> bool:
    """Whether the guest is still at the lodging: no departure is recorded and the stay is not withdrawn."""
    return stay.departed_on is None and stay.status != StayStatus.WITHDRAWN


def is_active_record(stay: Stay) -> bool:
    """Whether the stay's declaration is in force: not withdrawn. A withdrawn one can no longer be changed."""
    return stay.status != StayStatus.WITHDRAWN


class DeclaredPerson(Protocol):
    """Who was declared: a row on its way, a stay, or an earlier version of one."""

    @property
    def document_number(self) -> str:
        """The number of the identity document."""

    @property
    def nationality(self) -> str:
        """The nationality, as an ISO code of three letters."""

    @property
    def name_key(self) -> str:
        """The name in the form in which spellings are compared."""

    @property
    def birth_date(self) -> str:
        """The birth date as ISO text; month and day may be missing."""


def is_same_person(a: DeclaredPerson, b: DeclaredPerson) -> bool:
    """Whether at least two of three agree: document, name in any spelling, birth date.

    One alone is no proof: twins share a birth date, namesakes a name, and a mistyped number is another person's.
    """
    document = a.document_number == b.document_number and a.nationality == b.nationality
    return document + (a.name_key == b.name_key) + (a.birth_date == b.birth_date) >= 2


def kind_beside_passport(text: str) -> str:
    """Return the code of a kind of document, however it is written; empty for a passport or an unknown kind."""
    code = code_of("document_kind", text) or ""
    return "" if code == "passport" else code


class Standing(Protocol):
    """The facts of a stay, or of its row in a list, that decide its state on a day."""

    @property
    def status(self) -> str:
        """The code of the stay's status, such as withdrawn."""

    @property
    def departed_on(self) -> date | None:
        """The day of departure; None without one."""

    @property
    def permitted_until(self) -> date | None:
        """The last day of the permitted stay; None if it is not stated."""

    @property
    def expected_departure(self) -> date:
        """The day on which the lodging expects the guest to leave."""


def standing_of(stay: Standing, today: date) -> str:
    """Return the state of the stay on ``today``: withdrawn, left, permit_ended, overdue or staying."""
    if stay.status == "withdrawn":
        return "withdrawn"
    if stay.departed_on is not None:
        return "left"
    if stay.permitted_until is not None and stay.permitted_until < today:
        return "permit_ended"
    return "overdue" if stay.expected_departure < today else "staying"


def can_leave(stay: Stay) -> bool:
    """Whether the guest can be checked out: not withdrawn, and no departure recorded except a presumed one."""
    return is_active_record(stay) and (stay.departed_on is None or stay.departure_presumed)


def may_change(actor: Actor, stay: Stay) -> bool:
    """Whether the actor may check out, extend, move, correct and withdraw the stay.

    Everybody who may declare for its lodging may.
    """
    return may_declare(actor, stay.establishment)


# ---- the guest's own check, and confirmations of stay ------------------------------------------------------

OPEN_REQUESTS = 3  # of one stay: a stranger's request must not stand in the way of the guest's own


def may_be_asked_about(stay: Stay, today: date) -> bool:
    """Whether the public self-check may answer about the stay: not withdrawn, begun, not long ended.

    It may have ended at most the rulebook's number of days ago. Article 33 of law 47/2014/QH13 is about present
    stays; past ones are nobody else's business.
    """
    ends = stay.departed_on or max(stay.expected_departure, today)
    within = timedelta(days=confirmation_rule(today).ask_within_days)
    return is_active_record(stay) and stay.arrived_on <= today <= ends + within


def may_see_requests(actor: Actor, stay: Stay) -> bool:
    """Whether the actor, as the lodging, may see requests for a confirmation of its guest; none in a sandbox."""
    return may_change(actor, stay) and not stay.establishment.sandbox


def may_ask_for_guest(actor: Actor, stay: Stay) -> bool:
    """Whether the actor may request a confirmation for the guest: the lodging's people may, not its programs."""
    return actor.kind is ActorKind.PERSON and may_see_requests(actor, stay) and is_active_record(stay)


def may_read_confirmations(actor: Actor) -> bool:
    """Whether the actor may see requests and confirmations of the area: officers who may see its guests."""
    return may_see_guests(actor)


def decides_confirmations(actor: Actor, confirmation: Confirmation) -> bool:
    """Whether the actor is the police who issue, refuse and revoke this confirmation.

    These are deciding officers of the commune, and of the provincial office above, in whose area the lodging is.
    """
    return actor.is_agency and actor.role in OFFICE_DECIDERS and confirmation.unit_id in actor.area


def may_decide(actor: Actor, confirmation: Confirmation) -> bool:
    """Whether the actor, as the commune's or province's police, may issue or refuse the waiting request."""
    return decides_confirmations(actor, confirmation) and follows(
        TRANSITIONS, confirmation.state, ConfirmationState.ISSUED
    )


def may_issue(actor: Actor, confirmation: Confirmation) -> bool:
    """Whether the actor may issue the confirmation: it waits, and the declaration is not withdrawn."""
    return may_decide(actor, confirmation) and is_active_record(confirmation.stay)


def may_revoke(actor: Actor, confirmation: Confirmation) -> bool:
    """Whether the actor may revoke the confirmation: it is issued, and the actor may decide on it."""
    return decides_confirmations(actor, confirmation) and follows(
        TRANSITIONS, confirmation.state, ConfirmationState.REVOKED
    )


def may_withdraw_request(confirmation: Confirmation) -> bool:
    """Whether the request for a confirmation may still be withdrawn by its requester: while it is undecided."""
    return follows(TRANSITIONS, confirmation.state, ConfirmationState.WITHDRAWN)


def is_proved(confirmation: Confirmation) -> bool:
    """Whether it is proved that the guest in person requests the confirmation.

    Otherwise the officer must verify that first: copies of a passport lie in every hotel where the guest ever slept,
    so its data alone must not reveal where the guest is.
    """
    return confirmation.proof != Proof.NONE


def is_on_paper(confirmation: Confirmation) -> bool:
    """Whether the confirmation has been issued, even if it was revoked since."""
    return confirmation.state in {ConfirmationState.ISSUED, ConfirmationState.REVOKED}


def grounds(confirmation: Confirmation, today: date) -> tuple[Ground, ...]:
    """Return the rulebook's possible grounds: to revoke an issued confirmation, otherwise to refuse a request."""
    rule = confirmation_rule(today)
    return rule.revocations if confirmation.state == ConfirmationState.ISSUED else rule.refusals


# ---- phones that work without a connection ---------------------------------------------------------------------


def may_keep_offline(actor: Actor) -> bool:
    """Whether the actor's phone may store declarations while offline: signed-in people of a lodging may."""
    return actor.kind is ActorKind.PERSON and actor.is_lodging and actor.membership_id is not None


def may_have_phone(actor: Actor) -> bool:
    """Whether the actor may prepare the own phone for offline work: people of lodgings, and inspecting officers.

    Nobody may while representing a colleague.
    """
    own = actor.kind is ActorKind.PERSON and actor.stands_for is None  # a phone is its person's, never a stand-in's
    officer = own and actor.has_area and actor.role in OFFICE_DECIDERS
    return may_keep_offline(actor) or (officer and actor.membership_id is not None)


def may_open(actor: Actor, device: Device) -> bool:
    """Whether the actor may open what is stored on the phone.

    Only its owner may, acting for the same business, until it is cut off.
    """
    of = device.membership
    own = of.user_id == actor.user_id and of.organisation_id == actor.organisation_id
    return may_have_phone(actor) and own and device.cut_off_at is None


def may_cut_off(actor: Actor, device: Device) -> bool:
    """Whether the actor may cut off the phone: its owner may, or a manager of its owner's lodging."""
    if not may_have_phone(actor):
        return False
    manages = may_invite(actor) and device.membership.organisation_id == actor.organisation_id
    return manages or device.membership.user_id == actor.user_id
