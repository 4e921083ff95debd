"""Proposals to widen officers' rights, and how the rights of a person stand."""

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.accounts import rules
from ancu.apps.accounts.enums import OrganisationKind, ProposalState
from ancu.apps.accounts.models import Invitation, Membership, RightsProposal, User
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import require
from ancu.core.security.tokens import digest_of


def basis_of(user: User | None) -> str:
    """A digest of a person's address, lock and roles; empty for somebody without an account."""
    if user is None:
        return ""
    rows = Membership.objects.filter(user=user, ended_at=None).order_by("pk")
    rights = [f"{row.pk}:{row.role}:{row.organisation_id}:{row.ends_on}" for row in rows]
    return digest_of(" ".join([user.email, str(user.is_active), *rights]))


def waiting_proposals() -> QuerySet[RightsProposal]:
    """Those that nobody decided and that are not too old, the oldest first."""
    since = clock.now() - rules.PROPOSAL_LIFE
    rows = RightsProposal.objects.filter(state=ProposalState.OPEN, proposed_at__gt=since)
    return rows.select_related("user", "membership__organisation", "agency", "proposed_by").order_by("pk")


def proposals(actor: Actor, officer: User | None = None) -> list[RightsProposal]:
    """All that wait, or those about one officer."""
    require(rules.administers_officers(actor))
    about = Q(user=officer) if officer else Q()
    return list(waiting_proposals().filter(about))


def get_proposal(actor: Actor, pk: int) -> RightsProposal:
    """Any proposal for an administrator, whatever became of it, or 404."""
    require(rules.administers_officers(actor))
    return get_object_or_404(RightsProposal, pk=pk)


def open_invitations(actor: Actor) -> QuerySet[Invitation]:
    """Invitations to agencies that nobody accepted or took back; some may have expired."""
    require(rules.administers_officers(actor))
    rows = Invitation.objects.filter(organisation__kind=OrganisationKind.AGENCY, accepted_at=None, revoked_at=None)
    return rows.select_related("organisation").order_by("-pk")


def get_officer_invitation(actor: Actor, pk: int) -> Invitation:
    """One of them, or 404."""
    return get_object_or_404(open_invitations(actor), pk=pk)
