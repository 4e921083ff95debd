"""Phones that work without a connection: enrol, open the queue, sign the office's time, cut off."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.stays import rules
from ancu.apps.stays.models import Device
from ancu.apps.stays.selectors.devices import get_device, newer_mark, read_mark, sign_mark
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.security.encryption import open_secret, seal_secret
from ancu.core.security.key_rotation import Column, EncryptedStore
from ancu.core.security.privacy import Keep
from ancu.engines import rulebook

SECRET_BYTES = 32
LONGEST = timedelta(days=400)  # a span past this is no span; arithmetic on what a phone sends must not overflow


@transaction.atomic
def enrol(*, actor: Actor, name: str, session_key: str) -> Device:
    """Enrol the phone of the actor's session ``session_key``; return it with a new secret of its own."""
    require(rules.may_have_phone(actor))
    now = clock.now()
    device = Device(
        membership_id=actor.membership_id or 0, name=name, created_at=now, seen_at=now, session_key=session_key
    )
    device.secret = seal_secret(secrets.token_bytes(SECRET_BYTES), place_of(device))
    device.save(force_insert=True)
    record(actor, "stays.enrolled_device", device)
    return device


def place_of(device: Device) -> str:
    """Return the name that is bound into a phone's encrypted secret, so that no other phone's fits."""
    return f"stays_device.{device.pk}"


def secret_of(device: Device) -> bytes:
    """Return the office's secret that opens the declarations stored on the phone; empty once it is cut off."""
    return open_secret(bytes(device.secret), place_of(device)) if device.secret else b""


def sealed_stores() -> list[EncryptedStore]:
    """Return the encrypted columns of phones, for the rotation of keys."""
    return [Column(Device, "secret", lambda row: place_of(row).encode())]


def open_device(*, actor: Actor, device_id: UUID, session_key: str) -> Device:
    """Return the actor's own phone to open its stored declarations, and note its session.

    Conflict ``cut_off`` once it is cut off, Forbidden for another person's phone.
    """
    device = get_device(actor, device_id)
    if device.cut_off_at is not None:
        record(actor, "stays.refused_device", device)
    _require_open(actor, device)
    with transaction.atomic():
        Device.objects.filter(pk=device.pk, cut_off_at=None).update(seen_at=clock.now(), session_key=session_key)
        record(actor, "stays.opened_device", device)
    return device


def _require_open(actor: Actor, device: Device) -> None:
    """Raise Conflict ``cut_off`` for a phone that was cut off, Forbidden for another person's."""
    if device.cut_off_at is not None:
        raise Conflict("cut_off", _("This phone was cut off. What it saved can no longer be read."))
    require(rules.may_open(actor, device))


@transaction.atomic
def give_mark(*, actor: Actor, device_id: UUID) -> tuple[str, datetime]:
    """Give the phone a mark of the office's time; return (signed mark, time).

    Only the two newest marks are remembered, so older ones prove nothing. Conflict ``cut_off`` for a phone that is
    cut off.
    """
    device = get_device(actor, device_id, lock=True)
    _require_open(actor, device)
    now = clock.now()
    device.mark_before, device.mark_at, device.seen_at = device.mark_at, now, now
    device.save(update_fields=["mark_before", "mark_at", "seen_at"])
    return sign_mark(device, now), now


def receiving_device(actor: Actor, device_id: UUID) -> Device:
    """Return the actor's own phone, which calls the office.

    Conflict ``cut_off`` once it is cut off, Forbidden for another person's phone.
    """
    device = get_device(actor, device_id)
    _require_open(actor, device)
    return device


def judge(device: Device, *, mark: str, spans: Mapping[str, float | None]) -> rulebook.Judged:
    """Return the time by which the lateness of a phone's declaration is judged, and on what basis.

    ``mark`` is the signed time that the phone sends back, ``spans`` its clock evidence in milliseconds, by name.
    """
    now = clock.now()
    at = read_mark(device, mark)
    return rulebook.judge_keyed(
        mark=at,
        newer_mark=newer_mark(device, at) if at else None,
        received=now,
        evidence=rulebook.ClockEvidence(**{name: _limited_span(value) for name, value in spans.items()}),  # type: ignore[arg-type]
        limit=rulebook.keyed_limit(clock.local(now).date()),
    )


def as_claimed(keyed: datetime) -> datetime:
    """Return the time of entry that a phone claims without evidence.

    The present time replaces one that is in the future or impossibly long ago.
    """
    now = clock.now()
    sane = keyed.tzinfo is not None and now - LONGEST < keyed < now
    return keyed if sane else now


def _limited_span(milliseconds: float | None) -> timedelta | None:
    """Return milliseconds that a phone sent as a time span, at most ``LONGEST`` either way; None for None."""
    if milliseconds is None:
        return None
    most = LONGEST.total_seconds() * 1000
    return timedelta(milliseconds=max(-most, min(most, milliseconds)))


@transaction.atomic
def cut_off(*, actor: Actor, device_id: UUID) -> Device:
    """Cut a phone off: the declarations stored on it cannot be read any more, and its session ends. Idempotent."""
    device = get_device(actor, device_id, lock=True)
    require(rules.may_cut_off(actor, device))
    return device if device.cut_off_at is not None else _cut_off(actor, device)


def _cut_off(actor: Actor, device: Device) -> Device:
    """End the phone's session, delete its secret, and record that it was cut off."""
    _end_session(device.session_key)
    device.cut_off_at, device.secret, device.session_key = clock.now(), None, ""
    device.save(update_fields=["cut_off_at", "secret", "session_key"])
    record(actor, "stays.cut_off_device", device, member_id=device.membership.user_id)
    return device


def cut_off_ended_members(actor: Actor, user_id: int) -> list[str]:
    """Cut off the phones of a person's ended memberships; return an empty list.

    The list is of what an administrator must still do; nothing is left.
    """
    for phone in Device.objects.filter(
        membership__user_id=user_id, membership__ended_at__isnull=False, cut_off_at=None
    ):
        _cut_off(actor, phone)
    return []


def _end_session(key: str) -> None:
    """Delete the session with this key; nothing for an empty key."""
    if key:
        store: Any = import_module(settings.SESSION_ENGINE).SessionStore
        store(key).delete()


@transaction.atomic
def redact_devices(actor: Actor) -> int:
    """Delete phones not seen for ``Keep.DEVICE``; return the number deleted.

    What they still store becomes unreadable.
    """
    before = clock.now() - timedelta(days=Keep.DEVICE.value)
    count, _by_model = Device.objects.filter(seen_at__lt=before).delete()
    if count:
        record(actor, "stays.redact_devices", ("stays.device", "batch"), devices=count)
    return count
