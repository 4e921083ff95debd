"""End keys and delegations when somebody loses a role."""

from django.db.models import Q

from ancu.apps.accounts.enums import ProposalState
from ancu.apps.accounts.models import Delegation, Membership, OrganisationToken, RightsProposal, User
from ancu.apps.accounts.selectors.address_changes import pending_changes
from ancu.apps.accounts.selectors.administration import administrators
from ancu.apps.accounts.services.signing_in import end_sessions_of
from ancu.apps.audit.services import record
from ancu.core import clock
from ancu.core.actor import Actor


def end_access(actor: Actor, user_id: int) -> list[str]:
    """End a user's API keys, delegations and proposals that depended on memberships which ended.

    The account is closed if no membership is left. Always returns an empty list: nobody else has anything to do
    (``core.registry.access_end``).
    """
    now, ended = clock.now(), Membership.objects.filter(user_id=user_id, ended_at__isnull=False)
    OrganisationToken.objects.filter(membership__in=ended, revoked_at=None).update(revoked_at=now)
    leaves = Delegation.objects.filter(Q(membership__in=ended) | Q(delegate__in=ended), revoked_at=None)
    leaves.filter(ends_on__gte=clock.today()).update(revoked_at=now)
    if not administrators().filter(user_id=user_id).exists():
        own = RightsProposal.objects.filter(proposed_by_id=user_id, state=ProposalState.OPEN)
        own.update(state=ProposalState.WITHDRAWN, decided_by=actor.user_id, decided_at=now)
    if not Membership.objects.filter(user_id=user_id, ended_at=None).exists():
        User.objects.filter(pk=user_id).update(is_active=False)
        pending_changes().filter(user_id=user_id).update(ended_at=now)
        end_sessions_of(user_id)
        record(actor, "accounts.ended_officer", ("accounts.user", user_id))
    return []
