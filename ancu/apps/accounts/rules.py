"""Permissions for people, memberships and delegations."""

from datetime import date, timedelta

from ancu.apps.accounts.enums import LODGING_ROLES, SPONSOR_ROLES, OrganisationKind, ProposalState, Role
from ancu.apps.accounts.models import AddressChange, Delegation, Invitation, Mandate, Membership, RightsProposal
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind

LONGEST_LEAVE = timedelta(days=60)
TERM = timedelta(days=365)
CONFIRMED_BEFORE = timedelta(days=30)  # a role is confirmed for another year in the last month of its term
ANNOUNCED_DAYS = (30, 7)
PROPOSAL_LIFE = timedelta(days=14)
UNDO_WITHIN = timedelta(hours=72)  # a change of the address that signs in
LONGEST_MANDATE = timedelta(days=2 * 365)
MANDATE_ANNOUNCED = timedelta(days=30)  # before its last day
LONGEST_TERM = TERM + CONFIRMED_BEFORE


def may_found_sponsor(actor: Actor) -> bool:
    """Whether the actor may register a sponsoring organisation: a person without a membership.

    Its documents are checked later (NA16).
    """
    return actor.user_id is not None and actor.organisation_id is None


def is_of_sponsor(actor: Actor) -> bool:
    """Whether the actor is a member of a sponsoring organisation."""
    return actor.organisation_kind == OrganisationKind.SPONSOR


def leads_sponsor(actor: Actor) -> bool:
    """Whether the actor signs for a sponsoring organisation, as its representative (article 16(2), form NA16)."""
    return is_of_sponsor(actor) and actor.role == Role.REPRESENTATIVE


def may_invite(actor: Actor) -> bool:
    """Whether the actor may invite others to the organisation: a lodging's manager or a sponsor's representative.

    "Authorised/assigned manager" (Circular 53/2016, 87/2026); article 16(2) for the person who signs for a sponsor.
    """
    return (actor.is_lodging and actor.role == Role.MANAGER) or leads_sponsor(actor)


def roles_to_give(actor: Actor) -> tuple[Role, ...]:
    """Return the roles that the actor may invite people to, the leading one first; empty without that right.

    They are those of the actor's kind of organisation.
    """
    if not may_invite(actor):
        return ()
    return LODGING_ROLES if actor.is_lodging else SPONSOR_ROLES


def may_invite_as(actor: Actor, role: str) -> bool:
    """Whether the actor may invite a person to the organisation with this role."""
    return role in roles_to_give(actor)


def may_manage_tokens(actor: Actor) -> bool:
    """Whether the actor may create and revoke the sponsor's API keys: its representative.

    Programs act in the representative's name.
    """
    return leads_sponsor(actor)


def may_end(actor: Actor, membership: Membership) -> bool:
    """Whether the actor may end this membership: of the organisation that the actor leads, not the actor's own."""
    own = membership.organisation_id == actor.organisation_id
    return may_invite(actor) and own and membership.pk != actor.membership_id


def may_set_limits(actor: Actor, membership: Membership) -> bool:
    """Whether the actor may set what this clerk prepares and submits: a representative of the same organisation.

    The signature of the authorised person (article 16(2)) stays the representative's to give.
    """
    own = membership.organisation_id == actor.organisation_id
    person = actor.kind is ActorKind.PERSON and leads_sponsor(actor)
    return person and own and membership.role == Role.CLERK and membership.ended_at is None


def may_give_mandates(actor: Actor) -> bool:
    """Whether the actor may give mandates to agents, and revoke them: a sponsor's representative in person.

    Only who may act for the company may authorise another (Civil Code 2015, articles 138 and 562; confidence I).
    """
    return actor.kind is ActorKind.PERSON and leads_sponsor(actor)


def are_days_of_mandate(starts_on: date, ends_on: date, today: date) -> bool:
    """Whether a mandate given today may last from ``starts_on`` to ``ends_on``: from today on, at most two years."""
    return today <= starts_on <= ends_on < starts_on + LONGEST_MANDATE


def is_in_force(mandate: Mandate, day: date) -> bool:
    """Whether the agent may act by the mandate on this day: accepted, not revoked, from its first to its last day."""
    accepted = mandate.accepted_at is not None and mandate.revoked_at is None
    return accepted and mandate.starts_on <= day <= mandate.ends_on


def is_offered(mandate: Mandate) -> bool:
    """Whether the link of the mandate's letter still works: neither accepted nor revoked, within seven days."""
    open_ = mandate.accepted_at is None and mandate.revoked_at is None
    return open_ and mandate.link_until > clock.now() and mandate.ends_on >= clock.today()


def may_revoke_mandate(actor: Actor, mandate: Mandate) -> bool:
    """Whether the actor may revoke the mandate: a representative of the company, before its last day is over."""
    own = may_give_mandates(actor) and mandate.organisation_id == actor.organisation_id
    return own and mandate.revoked_at is None and mandate.ends_on >= clock.today()


def is_open(invitation: Invitation) -> bool:
    """Whether the invitation can still be accepted: not accepted or withdrawn yet, and less than seven days old."""
    return invitation.accepted_at is None and invitation.revoked_at is None and invitation.expires_at > clock.now()


def may_delegate(actor: Actor) -> bool:
    """Whether the actor may hand over work during a leave: an officer, but only the officer's own work.

    Tips cannot be delegated, because they are encrypted for each handler's own passphrase.
    """
    own = actor.kind is ActorKind.PERSON and actor.membership_id is not None and actor.stands_for is None
    return own and actor.is_agency and actor.role != Role.TIP_HANDLER


def may_stand_in(own: Membership, mate: Membership) -> bool:
    """Whether the colleague with the membership ``mate`` may act in the membership ``own`` during a leave.

    The role is the same, at the same agency or the one above it, so that a delegation grants no new rights.
    """
    places = {own.organisation_id, own.organisation.parent_id}
    same = mate.role == own.role and mate.organisation_id in places and mate.ended_at is None
    return same and mate.user_id != own.user_id and mate.user.is_active


def are_days_of_leave(starts_on: date, ends_on: date, today: date) -> bool:
    """Whether a delegation may last from ``starts_on`` to ``ends_on``: from today on, at most two months."""
    return today <= starts_on <= ends_on <= starts_on + LONGEST_LEAVE


def may_revoke(actor: Actor, delegation: Delegation) -> bool:
    """Whether the actor may end this delegation: of the actor's own membership, and not over yet."""
    over = delegation.revoked_at is not None or delegation.ends_on < clock.today()
    return may_delegate(actor) and delegation.membership_id == actor.membership_id and not over


def may_undo(change: AddressChange) -> bool:
    """Whether the change of e-mail address can be undone: within 72 hours of its request, even if it is in force."""
    return change.ended_at is None and clock.now() < change.requested_at + UNDO_WITHIN


def awaits_confirmation(change: AddressChange) -> bool:
    """Whether the change of e-mail address is pending: neither in force nor ended, so that it can be confirmed."""
    return change.applied_at is None and change.ended_at is None


def is_due(change: AddressChange) -> bool:
    """Whether the change of e-mail address can take effect.

    Both addresses confirmed it, or the new one did and the former one did not object for three days.
    """
    if change.new_confirmed_at is None or not awaits_confirmation(change):
        return False
    return change.old_confirmed_at is not None or clock.now() >= change.requested_at + UNDO_WITHIN


def needs_second_factor(actor: Actor) -> bool:
    """Whether the actor must still set up a second factor: a member of an agency who has none.

    Agencies see personal records (Law 91/2025).
    """
    return actor.is_agency and not actor.second_factor


def latest_end() -> date:
    """Return the latest last day that a role at an agency may have if it is granted today: 395 days from now."""
    return clock.today() + LONGEST_TERM


def administers_officers(actor: Actor) -> bool:
    """Whether the actor manages agencies and officers: the office's administrator."""
    return actor.kind is ActorKind.PERSON and actor.is_office and actor.role == Role.ADMINISTRATOR


def may_change_rights_of(actor: Actor, user_id: int | None) -> bool:
    """Whether the actor may change this user's rights: not the own ones, nor those of a represented colleague.

    ``user_id`` is None for a person without an account.
    """
    return administers_officers(actor) and not actor.has_conflict_of_interest(user_id)


def is_term(ends_on: date) -> bool:
    """Whether a role at an agency may have this last day: between today and 395 days from now."""
    return clock.today() <= ends_on <= latest_end()


def is_pending(proposal: RightsProposal) -> bool:
    """Whether the proposal to change an officer's rights or an agency can still be decided.

    It is open and less than 14 days old.
    """
    return proposal.state == ProposalState.OPEN and proposal.proposed_at + PROPOSAL_LIFE > clock.now()


def may_decide(actor: Actor, proposal: RightsProposal) -> bool:
    """Whether the actor may decide on the pending proposal.

    The actor is an administrator, but neither its proposer nor the officer concerned, and represents neither.
    """
    is_own = actor.has_conflict_of_interest(proposal.proposed_by_id, clock.local(proposal.proposed_at).date())
    return may_change_rights_of(actor, proposal.user_id) and not is_own and is_pending(proposal)


def may_withdraw(actor: Actor, proposal: RightsProposal) -> bool:
    """Whether the actor may withdraw the proposal: the administrator who made it, while it can be decided."""
    return administers_officers(actor) and actor.user_id == proposal.proposed_by_id and is_pending(proposal)


def is_in_last_month(membership: Membership) -> bool:
    """Whether the officer's role ends within 30 days or has no last day, so that it can be confirmed for a year."""
    return membership.ends_on is None or membership.ends_on <= clock.today() + CONFIRMED_BEFORE


def may_confirm_role(actor: Actor, membership: Membership) -> bool:
    """Whether the actor may now confirm the officer's role for another year: an administrator, not the officer.

    The role has not ended and is in its last month; without a last day it may be confirmed at any time.
    """
    return (
        may_change_rights_of(actor, membership.user_id) and membership.ended_at is None and is_in_last_month(membership)
    )
