"""Narrow an officer's rights: one administrator suffices, with immediate effect."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts import rules
from ancu.apps.accounts.models import Invitation, Membership, User
from ancu.apps.accounts.selectors import agency_memberships
from ancu.apps.accounts.selectors.administration import administrators
from ancu.apps.accounts.services.account_security import notify_owner
from ancu.apps.accounts.services.signing_in import end_sessions_of
from ancu.apps.audit.services import record, required_reason
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.registry.access_end import end_access


@transaction.atomic
def end_role(actor: Actor, *, membership: Membership, reason: str) -> list[str]:
    """End a role of an officer now; the account is closed with the last role. Conflict if the role has ended.

    Return a sentence for each thing that others must do now, such as changing a key the officer held.
    """
    require(rules.may_change_rights_of(actor, membership.user_id))
    if membership.ended_at is not None:
        raise Conflict("ended", _("This role has already ended."))
    return _end_roles(actor, User.objects.get(pk=membership.user_id), [membership.pk], reason)


@transaction.atomic
def end_officer(actor: Actor, *, user: User, reason: str) -> list[str]:
    """End all roles of an officer at agencies now; Conflict if there is none.

    Return a sentence for each thing that others must do now.
    """
    require(rules.may_change_rights_of(actor, user.pk))
    rows = agency_memberships().filter(user=user, ended_at=None)
    pks = list(rows.values_list("pk", flat=True))
    if not pks:
        raise Conflict("ended", _("This officer no longer has a role."))
    return _end_roles(actor, user, pks, reason)


def _end_roles(actor: Actor, user: User, pks: list[int], reason: str) -> list[str]:
    """End these memberships (``pks``) of the officer with a reason; Conflict if no administrator would remain.

    Return a sentence for each thing that others must do now.
    """
    _require_another_administrator(user, pks)
    return end_memberships(actor, user, pks, required_reason(reason))


def end_memberships(actor: Actor, user: User, pks: list[int], reason: str = "") -> list[str]:
    """End these memberships (ids ``pks``) of a person and everything that depends on them.

    Return a sentence for each thing that others must do now. The daily job gives no reason.
    """
    Membership.objects.filter(pk__in=pks, ended_at=None).update(ended_at=clock.now())
    for pk in pks:
        record(actor, "accounts.ended_membership", ("accounts.membership", pk), member_id=user.pk, reason=reason)
    notify_owner(user.pk, "role_ended")
    return end_access(actor, user.pk)


@transaction.atomic
def lock(actor: Actor, *, user: User, reason: str) -> None:
    """Lock an officer's account and end its sessions; unlocking needs a second administrator's confirmation.

    Conflict if it is locked or closed already, or belongs to the last administrator.
    """
    require(rules.may_change_rights_of(actor, user.pk))
    if not user.is_active:
        raise Conflict("locked", _("This account has already been locked or ended."))
    _require_another_administrator(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    end_sessions_of(user.pk)
    record(actor, "accounts.locked", user, reason=required_reason(reason))
    notify_owner(user.pk, "locked")


def _require_another_administrator(user: User, pks: list[int] | None = None) -> None:
    """Raise Conflict if no administrator would remain without this user, or without these memberships.

    Concurrent calls wait for each other.
    """
    rows = list(administrators().select_for_update(of=("self",)).order_by("pk"))
    leaving = [row for row in rows if (row.pk in pks if pks is not None else row.user_id == user.pk)]
    if leaving and len(leaving) == len(rows):
        raise Conflict("last", _("This is the last administrator. The office needs at least one."))


@transaction.atomic
def revoke_officer_invitation(actor: Actor, *, invitation: Invitation) -> None:
    """Withdraw the invitation to an agency; its link expires at once. Do nothing if it is no longer pending."""
    require(rules.administers_officers(actor))
    if Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=clock.now()):
        record(actor, "accounts.revoked_invitation", invitation)
