"""Changes of the address that signs in."""

from ancu.apps.accounts.models import AddressChange
from ancu.core.actor import Actor


def open_address_change(actor: Actor) -> AddressChange | None:
    """The change of the actor's own address that waits."""
    return AddressChange.objects.filter(user_id=actor.user_id or 0, applied_at=None, ended_at=None).first()
