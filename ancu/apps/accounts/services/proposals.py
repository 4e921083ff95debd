"""Widen an officer's rights: one administrator proposes, another confirms."""

import secrets
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts import rules
from ancu.apps.accounts.enums import AGENCY_KINDS, AGENCY_ROLES, ProposalKind, ProposalState
from ancu.apps.accounts.models import Invitation, Membership, Organisation, RightsProposal, User
from ancu.apps.accounts.selectors.proposals import basis_of, basis_of_agency, pending_proposals
from ancu.apps.accounts.services import INVITATION_DAYS, SECRET_BYTES, agency_changes
from ancu.apps.accounts.services.account_security import notify_owner
from ancu.apps.accounts.services.address_changes import is_reserved
from ancu.apps.accounts.services.signing_in import reopen
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record, required_reason
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict, require
from ancu.core.registry.access_end import end_access
from ancu.core.security.tokens import digest_of

TELL_PROPOSER = "desk.tell_proposer"


def propose_invitation(
    actor: Actor, *, email: str, full_name: str, agency: Organisation, role: str, ends_on: date, reason: str
) -> RightsProposal:
    """Propose to invite ``email`` to an agency; the letter is sent once the proposal is confirmed.

    Conflict if the address belongs to a closed or locked account, or to one that signs in with a different address.
    """
    address = email.strip().lower()
    user = User.objects.filter(email__iexact=address).first()
    if user is not None and not user.is_active:
        raise Conflict("closed", _("This address has a closed or locked account. Open the officer’s page instead."))
    secondary = EmailAddress.objects.filter(email__iexact=address).exclude(user__email__iexact=address)
    if secondary.exists() or (user is None and is_reserved(address)):
        raise Conflict("address", _("This address belongs to an account that now signs in with a different address."))
    return _propose(
        actor, ProposalKind.INVITE, user=user, agency=agency, role=role, ends_on=ends_on, email=address,
        full_name=full_name, reason=reason,
    )  # fmt: skip


def propose_role(
    actor: Actor, *, user: User, agency: Organisation, role: str, ends_on: date, reason: str
) -> RightsProposal:
    """Propose one more role for an officer; if the account is closed, it is reopened with the role."""
    return _propose(actor, ProposalKind.ROLE, user=user, agency=agency, role=role, ends_on=ends_on, reason=reason)


def propose_move(actor: Actor, *, membership: Membership, agency: Organisation, reason: str) -> RightsProposal:
    """Propose to move an officer's role to another agency, with the same last day.

    Conflict if it is at that agency already.
    """
    if agency.pk == membership.organisation_id:
        raise Conflict("agency", _("The officer already belongs to this agency."))
    return _propose(
        actor, ProposalKind.MOVE, user=membership.user, membership=membership, agency=agency, role=membership.role,
        ends_on=min(membership.ends_on or date.max, rules.latest_end()), reason=reason,
    )  # fmt: skip


def propose_reset(actor: Actor, *, user: User, reason: str) -> RightsProposal:
    """Propose to remove an officer's lost second factor; Conflict for a locked or closed account."""
    if not user.is_active:
        raise Conflict("locked", _("This account is locked or ended."))
    return _propose(actor, ProposalKind.RESET_FACTOR, user=user, reason=reason)


def propose_unlock(actor: Actor, *, user: User, reason: str) -> RightsProposal:
    """Propose to unlock an officer's account; Conflict if it is not locked."""
    if user.is_active or not user.memberships.filter(ended_at=None).exists():
        raise Conflict("unlocked", _("This account is not locked."))
    return _propose(actor, ProposalKind.UNLOCK, user=user, reason=reason)


@transaction.atomic
def _propose(
    actor: Actor, kind: ProposalKind, *, reason: str, user: User | None, agency: Organisation | None = None,
    role: str = "",
    ends_on: date | None = None, membership: Membership | None = None, email: str = "", full_name: str = "",
) -> RightsProposal:  # fmt: skip
    """Store a proposal about an officer or an invited person.

    Conflict for an invalid last day, a role the person has, or a pending proposal of the kind.
    """
    require(rules.may_change_rights_of(actor, user.pk if user else None))
    require(not role or role in AGENCY_ROLES)
    if ends_on is not None and not rules.is_term(ends_on):
        raise Conflict("term", _("The last day must be between today and 13 months from now."))
    if role and agency and _has_role(user, agency, role):
        raise Conflict("has_role", _("This person already has this role at this agency."))
    about = {"email": email} if user is None else {"user": user}
    if pending_proposals().filter(kind=kind, **about).exists():
        raise Conflict("proposed", _("The same proposal for this person is already waiting for an administrator."))
    proposal = RightsProposal.objects.create(
        kind=kind, user=user, membership=membership, agency=agency, role=role, ends_on=ends_on, email=email,
        full_name=full_name, reason=required_reason(reason), basis=basis_of(user),
        proposed_by_id=actor.user_id or 0, proposed_at=clock.now(),
    )  # fmt: skip
    record(
        actor, "accounts.proposed_rights", proposal, kind=kind, role=role, about=user.pk if user else None,
        agency=agency.pk if agency else None, reason=proposal.reason,
    )  # fmt: skip
    return proposal


def _has_role(user: User | None, agency: Organisation, role: str) -> bool:
    """Whether the user is now a member of this agency with this role."""
    return Membership.objects.filter(user=user, organisation=agency, role=role, ended_at=None).exists()


@transaction.atomic
def confirm(actor: Actor, *, proposal: RightsProposal) -> RightsProposal:
    """Confirm a proposal as second administrator, and make the change that it proposes.

    Conflict if it was decided or expired, or if the officer's or the agency's rights have changed since it was made.
    """
    locked = _decide(actor, proposal, ProposalState.CONFIRMED)
    _require_unchanged(locked)
    EFFECTS[ProposalKind(locked.kind)](actor, locked)
    enqueue(TELL_PROPOSER, proposal_id=locked.pk)
    record(
        actor, "accounts.confirmed_rights", locked, kind=locked.kind, about=locked.user_id, role=locked.role,
        reason=locked.reason,
    )  # fmt: skip
    return locked


def _require_unchanged(proposal: RightsProposal) -> None:
    """Lock the proposal's officer or agency; Conflict if their rights differ from when it was made.

    Conflict also for a closed agency.
    """
    agency = proposal.agency_id and Organisation.objects.select_for_update().get(pk=proposal.agency_id)
    if agency and agency.closed_at is not None:
        raise Conflict("closed_agency", _("This agency is closed. Propose it for another one."))
    if agency and proposal.kind in AGENCY_KINDS:
        if basis_of_agency(agency) != proposal.basis:
            raise Conflict("changed", _("The agency has changed since this was proposed. Propose it again."))
        return
    user = User.objects.select_for_update().get(pk=proposal.user_id) if proposal.user_id else None
    present = user or User.objects.filter(email__iexact=proposal.email).first()
    if basis_of(present) != proposal.basis:
        raise Conflict("changed", _("The officer’s rights have changed since this was proposed. Propose it again."))


@transaction.atomic
def refuse(actor: Actor, *, proposal: RightsProposal, reason: str) -> None:
    """Refuse a proposal with a reason, so that nothing changes, and notify its proposer.

    Conflict if it was decided or has expired.
    """
    locked = _decide(actor, proposal, ProposalState.REFUSED)
    locked.refusal = required_reason(reason)
    locked.save(update_fields=["refusal"])
    enqueue(TELL_PROPOSER, proposal_id=locked.pk)
    record(actor, "accounts.refused_rights", locked, reason=locked.refusal)


@transaction.atomic
def withdraw(actor: Actor, *, proposal: RightsProposal) -> None:
    """Withdraw the actor's own proposal; Conflict if it was decided or has expired."""
    record(actor, "accounts.withdrew_rights", _decide(actor, proposal, ProposalState.WITHDRAWN))


def _decide(actor: Actor, proposal: RightsProposal, state: ProposalState) -> RightsProposal:
    """Save the actor's decision ``state`` on the proposal, and return the proposal, locked.

    Conflict if it was decided or has expired, 403 if the actor may not decide it.
    """
    locked = RightsProposal.objects.select_for_update().get(pk=proposal.pk)
    require(rules.administers_officers(actor))
    if not rules.is_pending(locked):
        raise overtaken_conflict(actor, "decided", locked, _("This proposal has been decided or has expired."))
    may = rules.may_withdraw if state == ProposalState.WITHDRAWN else rules.may_decide
    require(may(actor, locked))
    locked.state, locked.decided_by_id, locked.decided_at = state, actor.user_id, clock.now()
    locked.save(update_fields=["state", "decided_by", "decided_at"])
    return locked


def _invite(actor: Actor, proposal: RightsProposal) -> None:
    """Create the proposed invitation to an agency and enqueue its letter."""
    invitation = Invitation.objects.create(
        organisation_id=proposal.agency_id or 0, email=proposal.email, full_name=proposal.full_name,
        role=proposal.role, ends_on=proposal.ends_on, digest=digest_of(secrets.token_urlsafe(SECRET_BYTES)),
        invited_by_id=proposal.proposed_by_id, expires_at=clock.now() + timedelta(days=INVITATION_DAYS),
    )  # fmt: skip
    enqueue("accounts.send_invitation", invitation_id=invitation.pk)


def _give_role(actor: Actor, proposal: RightsProposal) -> None:
    """Give the proposed role to the officer, and notify the officer."""
    _add_role(proposal)
    notify_owner(proposal.user_id, "role_given")


def _add_role(proposal: RightsProposal) -> None:
    """Create the proposed membership of the agency for the officer; reopen a closed account."""
    if not proposal.user.is_active:  # type: ignore[union-attr]
        _reopen(proposal.user_id or 0)
    Membership.objects.create(
        user_id=proposal.user_id or 0, organisation_id=proposal.agency_id or 0, role=proposal.role,
        ends_on=proposal.ends_on,
    )  # fmt: skip


def _move(actor: Actor, proposal: RightsProposal) -> None:
    """End the officer's membership, create the one at the other agency, and notify the officer."""
    Membership.objects.filter(pk=proposal.membership_id or 0).update(ended_at=clock.now())
    _add_role(proposal)
    end_access(actor, proposal.user_id or 0)
    notify_owner(proposal.user_id, "role_moved")


def _reset_factor(actor: Actor, proposal: RightsProposal) -> None:
    """Remove the account's second factor and password and mail its owner a link for a new password."""
    _reopen(proposal.user_id or 0)


def _unlock(actor: Actor, proposal: RightsProposal) -> None:
    """Unlock the account of the proposal's officer, who can sign in again, and notify the officer."""
    User.objects.filter(pk=proposal.user_id or 0).update(is_active=True)
    notify_owner(proposal.user_id, "unlocked")


def _reopen(user_id: int) -> None:
    """Reopen the account without its password and second factor, and enqueue the link for a new password."""
    reopen(User.objects.get(pk=user_id))
    enqueue("accounts.send_password_link", user_id=user_id)


EFFECTS = {
    ProposalKind.INVITE: _invite,
    ProposalKind.ROLE: _give_role,
    ProposalKind.MOVE: _move,
    ProposalKind.RESET_FACTOR: _reset_factor,
    ProposalKind.UNLOCK: _unlock,
    ProposalKind.COMMUNES: agency_changes.set_communes,
    ProposalKind.CLOSE_AGENCY: agency_changes.close,
}
