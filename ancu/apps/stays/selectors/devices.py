"""The phones that keep declarations without a connection: whose they are, and what their marks prove."""

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
    """The person's own phones; for whoever manages a lodging, those of all its people, as long as they are its."""
    if not may_have_phone(actor):
        return Device.objects.none()
    own = Q(membership__user_id=actor.user_id, membership__organisation_id=actor.organisation_id)
    if may_invite(actor):
        own = Q(membership__organisation_id=actor.organisation_id)
    return Device.objects.filter(own).select_related("membership__user")


def devices_of(actor: Actor) -> list[Device]:
    """Those in use, the last seen first, then those cut off."""
    return sorted(visible_to(actor), key=lambda device: (device.cut_off_at is not None, -device.seen_at.timestamp()))


def get_device(actor: Actor, pk: UUID, *, lock: bool = False) -> Device:
    """A phone the actor may know of, or 404."""
    devices = visible_to(actor)
    if lock:
        devices = devices.select_for_update(of=("self",))
    device = devices.filter(pk=pk).first()
    if device is None:
        raise UnknownPhone
    return device


def sign_mark(device: Device, at: datetime) -> str:
    """The office's time, signed for this phone."""
    return signing.dumps([str(device.pk), at.isoformat()], salt=MARK)


def read_mark(device: Device, signed: str) -> datetime | None:
    """The time of a mark; None for one that is forged, damaged, or another phone's."""
    try:
        whose, at = signing.loads(signed, salt=MARK)
        return datetime.fromisoformat(at) if whose == str(device.pk) else None
    except (signing.BadSignature, ValueError, TypeError):
        return None


def newer_mark(device: Device, mark: datetime) -> datetime | None:
    """The first mark that this phone got after ``mark``, as far as it is remembered; None for the newest."""
    if device.mark_at is None or mark >= device.mark_at:
        return None
    if device.mark_before is None or mark >= device.mark_before:
        return device.mark_at
    return device.mark_before
