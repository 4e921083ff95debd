"""Who may do what with people and memberships."""

from ancu.apps.accounts.enums import LODGING_ROLES, Role
from ancu.apps.accounts.models import Invitation, Membership
from ancu.core import clock
from ancu.core.actor import Actor


def may_found_sponsor(actor: Actor) -> bool:
    """A person who acts for nobody yet registers the organisation he represents; its papers prove it later (NA16)."""
    return actor.user_id is not None and actor.organisation_id is None


def may_invite(actor: Actor) -> bool:
    """A lodging's manager lets others declare for it: "authorised/assigned manager" (Circular 53/2016, 87/2026)."""
    return actor.is_lodging and actor.role == Role.MANAGER


def may_invite_as(actor: Actor, role: str) -> bool:
    """A manager invites receptionists and further managers of his own business, nobody else."""
    return may_invite(actor) and role in LODGING_ROLES


def may_end(actor: Actor, membership: Membership) -> bool:
    """A manager ends memberships of his own business, except the one he acts in: somebody must stay."""
    own = membership.organisation_id == actor.organisation_id
    return may_invite(actor) and own and membership.pk != actor.membership_id


def is_open(invitation: Invitation) -> bool:
    """An invitation works once, for seven days, unless taken back."""
    return invitation.accepted_at is None and invitation.revoked_at is None and invitation.expires_at > clock.now()


def needs_second_factor(actor: Actor) -> bool:
    """Whoever acts for an agency signs in with a second factor: he sees people's records (Law 91/2025)."""
    return actor.is_agency and not actor.second_factor
