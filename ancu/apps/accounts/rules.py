"""Who may do what with people and memberships."""

from datetime import date, timedelta

from ancu.apps.accounts.enums import LODGING_ROLES, SPONSOR_ROLES, OrganisationKind, ProposalState, Role
from ancu.apps.accounts.models import AddressChange, Delegation, Invitation, Membership, RightsProposal
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind

LONGEST_LEAVE = timedelta(days=60)
TERM = timedelta(days=365)
CONFIRMED_BEFORE = timedelta(days=30)  # a role is confirmed for another year in the last month of its term
ANNOUNCED_DAYS = (30, 7)
PROPOSAL_LIFE = timedelta(days=14)
UNDO_WITHIN = timedelta(hours=72)  # a change of the address that signs in
LONGEST_TERM = TERM + CONFIRMED_BEFORE


def may_found_sponsor(actor: Actor) -> bool:
    """A person who acts for nobody yet registers the organisation he represents; its papers prove it later (NA16)."""
    return actor.user_id is not None and actor.organisation_id is None


def is_of_sponsor(actor: Actor) -> bool:
    """Whoever acts for an organisation that sponsors foreigners."""
    return actor.organisation_kind == OrganisationKind.SPONSOR


def leads_sponsor(actor: Actor) -> bool:
    """The representative of an organisation that sponsors: he signs for it (article 16(2), form NA16)."""
    return is_of_sponsor(actor) and actor.role == Role.REPRESENTATIVE


def may_invite(actor: Actor) -> bool:
    """Who leads an organisation lets others act for it: a lodging's manager, a sponsor's representative.

    "Authorised/assigned manager" (Circular 53/2016, 87/2026); article 16(2) for whoever signs for a sponsor.
    """
    return (actor.is_lodging and actor.role == Role.MANAGER) or leads_sponsor(actor)


def roles_to_give(actor: Actor) -> tuple[Role, ...]:
    """What he may invite to: the roles of his own kind of organisation, the one that leads it first."""
    if not may_invite(actor):
        return ()
    return LODGING_ROLES if actor.is_lodging else SPONSOR_ROLES


def may_invite_as(actor: Actor, role: str) -> bool:
    return role in roles_to_give(actor)


def may_keep_tokens(actor: Actor) -> bool:
    """A program files in the name of the representative, so he alone makes its keys, and revokes them."""
    return leads_sponsor(actor)


def may_end(actor: Actor, membership: Membership) -> bool:
    """He ends memberships of his own organisation, except the one he acts in: somebody must stay."""
    own = membership.organisation_id == actor.organisation_id
    return may_invite(actor) and own and membership.pk != actor.membership_id


def is_open(invitation: Invitation) -> bool:
    """An invitation works once, for seven days, unless taken back."""
    return invitation.accepted_at is None and invitation.revoked_at is None and invitation.expires_at > clock.now()


def may_delegate(actor: Actor) -> bool:
    """An officer hands his own work to a colleague while he is on leave; never work he stands in for himself.

    Tips are not handed over: what a handler may open hangs on his own passphrase, and a second handler has his.
    """
    own = actor.kind is ActorKind.PERSON and actor.membership_id is not None and actor.stands_for is None
    return own and actor.is_agency and actor.role != Role.TIP_HANDLER


def may_stand_in(own: Membership, mate: Membership) -> bool:
    """Whoever holds the same role at the same agency or the one above it: nobody gains a right by standing in."""
    places = {own.organisation_id, own.organisation.parent_id}
    same = mate.role == own.role and mate.organisation_id in places and mate.ended_at is None
    return same and mate.user_id != own.user_id and mate.user.is_active


def are_days_of_leave(starts_on: date, ends_on: date, today: date) -> bool:
    """From today on, and for two months at most: longer is another post, not a leave."""
    return today <= starts_on <= ends_on <= starts_on + LONGEST_LEAVE


def may_revoke(actor: Actor, delegation: Delegation) -> bool:
    """Whoever handed his work over takes it back, at any time before its last day is over."""
    over = delegation.revoked_at is not None or delegation.ends_on < clock.today()
    return may_delegate(actor) and delegation.membership_id == actor.membership_id and not over


def may_undo(change: AddressChange) -> bool:
    """Whoever reads the former address's letters takes the change back within three days, also once it was made."""
    return change.ended_at is None and clock.now() < change.requested_at + UNDO_WITHIN


def awaits_confirmation(change: AddressChange) -> bool:
    """Neither made nor ended: it can be confirmed."""
    return change.applied_at is None and change.ended_at is None


def is_due(change: AddressChange) -> bool:
    """Confirmed by both addresses, or by the new one and left alone by the former for three days."""
    if change.new_confirmed_at is None or not awaits_confirmation(change):
        return False
    return change.old_confirmed_at is not None or clock.now() >= change.requested_at + UNDO_WITHIN


def needs_second_factor(actor: Actor) -> bool:
    """Whoever acts for an agency signs in with a second factor: he sees people's records (Law 91/2025)."""
    return actor.is_agency and not actor.second_factor


def latest_end() -> date:
    """The last day that an officer's membership may be given today."""
    return clock.today() + LONGEST_TERM


def administers_officers(actor: Actor) -> bool:
    """The office's administrator makes agencies, and says who is an officer of which and until when."""
    return actor.kind is ActorKind.PERSON and actor.is_office and actor.role == Role.ADMINISTRATOR


def may_change_rights_of(actor: Actor, user_id: int | None) -> bool:
    """Never one's own rights, nor those of whom one stands in for; None is somebody who has no account yet."""
    return administers_officers(actor) and not actor.has_conflict_of_interest(user_id)


def is_term(ends_on: date) -> bool:
    """A membership of an agency lasts until a day, today at the earliest and in 395 days at the latest."""
    return clock.today() <= ends_on <= latest_end()


def is_waiting(proposal: RightsProposal) -> bool:
    """A proposal can be decided for 14 days."""
    return proposal.state == ProposalState.OPEN and proposal.proposed_at + PROPOSAL_LIFE > clock.now()


def may_decide(actor: Actor, proposal: RightsProposal) -> bool:
    """Another administrator than who proposed it, and not the officer it is about."""
    is_own = actor.has_conflict_of_interest(proposal.proposed_by_id, clock.local(proposal.proposed_at).date())
    return may_change_rights_of(actor, proposal.user_id) and not is_own and is_waiting(proposal)


def may_withdraw(actor: Actor, proposal: RightsProposal) -> bool:
    """Who proposed it takes it back while it waits."""
    return administers_officers(actor) and actor.user_id == proposal.proposed_by_id and is_waiting(proposal)


def is_in_last_month(membership: Membership) -> bool:
    """A role at an agency is confirmed once a year: in its last month, or at once where it has no last day."""
    return membership.ends_on is None or membership.ends_on <= clock.today() + CONFIRMED_BEFORE


def may_confirm_role(actor: Actor, membership: Membership) -> bool:
    """Any administrator but the officer; a role that is not in its last month needs no confirmation yet."""
    return (
        may_change_rights_of(actor, membership.user_id) and membership.ended_at is None and is_in_last_month(membership)
    )
