"""The phones that store declarations while offline, and what their time marks prove."""

from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet

from ancu.apps.accounts.rules import may_invite
from ancu.apps.stays.models import Device
from ancu.apps.stays.rules import may_have_phone
from ancu.core.actor import Actor
from ancu.core.errors import UnknownPhone

MARK = "ancu.stays.device-mark"


def visible_to(actor: Actor) -> QuerySet[Device]:
    """Return the phones that the actor may see: the own ones, or for a lodging's manager those of all members."""
    if not may_have_phone(actor):
        return Device.objects.none()
    own = Q(membership__user_id=actor.user_id, membership__organisation_id=actor.organisation_id)
    if may_invite(actor):
        own = Q(membership__organisation_id=actor.organisation_id)
    return Device.objects.filter(own).select_related("membership__user")


def devices_of(actor: Actor) -> list[Device]:
    """Return the phones that the actor may see: those in use, last seen first, then those cut off."""
    return sorted(visible_to(actor), key=lambda device: (device.cut_off_at is not None, -device.seen_at.timestamp()))


def get_device(actor: Actor, pk: UUID, *, lock: bool = False) -> Device:
    """Return a phone that the actor may see, or raise 404."""
    devices = visible_to(actor)
    if lock:
        devices = devices.select_for_update(of=("self",))
    device = devices.filter(pk=pk).first()
    if device is None:
        raise UnknownPhone
    return device


def sign_mark(device: Device, at: datetime) -> str:
    """Return the time ``at`` as a mark signed by the office for this phone."""
    return signing.dumps([str(device.pk), at.isoformat()], salt=MARK)


def read_mark(device: Device, signed: str) -> datetime | None:
    """Return the time of a signed mark; None for a forged or damaged one, or one of another phone."""
    try:
        whose, at = signing.loads(signed, salt=MARK)
        return datetime.fromisoformat(at) if whose == str(device.pk) else None
    except (signing.BadSignature, ValueError, TypeError):
        return None


def newer_mark(device: Device, mark: datetime) -> datetime | None:
    """Return the first time mark the office gave this phone after ``mark``; None if ``mark`` is the newest.

    Only the two newest marks are remembered.
    """
    if device.mark_at is None or mark >= device.mark_at:
        return None
    if device.mark_before is None or mark >= device.mark_before:
        return device.mark_at
    return device.mark_before
