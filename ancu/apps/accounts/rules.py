"""Who may do what with people and memberships."""

from ancu.apps.accounts.enums import LODGING_ROLES, SPONSOR_ROLES, OrganisationKind, Role
from ancu.apps.accounts.models import Invitation, Membership
from ancu.core import clock
from ancu.core.actor import Actor


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


def needs_second_factor(actor: Actor) -> bool:
    """Whoever acts for an agency signs in with a second factor: he sees people's records (Law 91/2025)."""
    return actor.is_agency and not actor.second_factor
