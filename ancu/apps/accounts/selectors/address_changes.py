"""Changes of the address that signs in."""

from django.db.models import QuerySet

from ancu.apps.accounts.models import AddressChange
from ancu.core.actor import Actor


def pending_changes() -> QuerySet[AddressChange]:
    """Return the pending changes of e-mail addresses, which are neither in force nor ended.

    A user has at most one (``rules.awaits_confirmation``).
    """
    return AddressChange.objects.filter(applied_at=None, ended_at=None)


def pending_change(actor: Actor) -> AddressChange | None:
    """Return the pending change of the actor's own address; None without one."""
    return pending_changes().filter(user_id=actor.user_id or 0).first()
