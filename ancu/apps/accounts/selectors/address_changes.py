"""Changes of the address that signs in."""

from django.db.models import QuerySet

from ancu.apps.accounts.models import AddressChange
from ancu.core.actor import Actor


def waiting_changes() -> QuerySet[AddressChange]:
    """Those neither made nor ended (``rules.awaits_confirmation``); a person has one at most."""
    return AddressChange.objects.filter(applied_at=None, ended_at=None)


def waiting_change(actor: Actor) -> AddressChange | None:
    """The change of the actor's own address that waits."""
    return waiting_changes().filter(user_id=actor.user_id or 0).first()
