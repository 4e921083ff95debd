"""Proposals to extend officers' rights, and digests of current rights."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.text import capfirst

from ancu.apps.accounts import rules
from ancu.apps.accounts.enums import AGENCY_KINDS, OrganisationKind, ProposalState
from ancu.apps.accounts.models import Invitation, Membership, Organisation, RightsProposal, User
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import require
from ancu.core.security.tokens import digest_of

REFUSALS_SHOWN = timedelta(days=30)


def basis_of(user: User | None) -> str:
    """Return a digest of a person's address, lock and roles, to notice later changes; "" without an account."""
    if user is None:
        return ""
    rows = Membership.objects.filter(user=user, ended_at=None).order_by("pk")
    rights = [f"{row.pk}:{row.role}:{row.organisation_id}:{row.ends_on}" for row in rows]
    return digest_of(" ".join([user.email, str(user.is_active), *rights]))


def basis_of_agency(agency: Organisation) -> str:
    """Return a digest of an agency's communes and whether it is closed, to notice later changes."""
    units = agency.jurisdiction.order_by("pk").values_list("pk", flat=True)
    return digest_of(f"{agency.pk} {agency.closed_at} {list(units)}")


def pending_proposals() -> QuerySet[RightsProposal]:
    """Return the proposals to change officers' rights or agencies that can still be decided, the oldest first."""
    since = clock.now() - rules.PROPOSAL_LIFE
    rows = RightsProposal.objects.filter(state=ProposalState.OPEN, proposed_at__gt=since)
    related = ("user", "membership__organisation", "agency", "proposed_by")
    return rows.select_related(*related).prefetch_related("units").order_by("pk")


def proposals(actor: Actor, officer: User | None = None) -> list[RightsProposal]:
    """Return the pending proposals, all or those about ``officer``, the oldest first."""
    require(rules.administers_officers(actor))
    about = Q(user=officer) if officer else Q()
    return list(pending_proposals().filter(about))


def refused_proposals(actor: Actor) -> list[RightsProposal]:
    """Return at most 20 proposals that were refused in the last 30 days, the newest first."""
    require(rules.administers_officers(actor))
    since = clock.now() - REFUSALS_SHOWN
    rows = RightsProposal.objects.filter(state=ProposalState.REFUSED, decided_at__gt=since)
    related = ("user", "membership__organisation", "agency", "proposed_by", "decided_by")
    return list(rows.select_related(*related).prefetch_related("units").order_by("-decided_at")[:20])


def get_proposal(actor: Actor, pk: int) -> RightsProposal:
    """Return a proposal to change an officer's rights or an agency, in any state, for an administrator, or 404."""
    require(rules.administers_officers(actor))
    return get_object_or_404(RightsProposal, pk=pk)


def open_invitations(actor: Actor) -> QuerySet[Invitation]:
    """Return the invitations to agencies that were neither accepted nor withdrawn; some may have expired."""
    require(rules.administers_officers(actor))
    rows = Invitation.objects.filter(organisation__kind=OrganisationKind.AGENCY, accepted_at=None, revoked_at=None)
    return rows.select_related("organisation").order_by("-pk")


def get_officer_invitation(actor: Actor, pk: int) -> Invitation:
    """Return an invitation to an agency that was neither accepted nor withdrawn, or 404."""
    return get_object_or_404(open_invitations(actor), pk=pk)


def proposal_in_words(proposal: RightsProposal) -> str:
    """Return the kind of change and the person or agency concerned as a line of text."""
    about = proposal.user.full_name if proposal.user else proposal.full_name
    if proposal.kind in AGENCY_KINDS and proposal.agency:
        about = proposal.agency.name
    return f"{capfirst(proposal.get_kind_display())}: {about}"
