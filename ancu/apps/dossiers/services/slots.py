"""Booking, moving and cancelling places in slots, and their outcome at the counter."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ComponentState, Handover, SlotPurpose
from ancu.apps.dossiers.models import PASSPORT, Appointment, Component, Dossier, Posting, Slot
from ancu.apps.dossiers.selectors.slots import alternative_slots, open_appointment
from ancu.apps.dossiers.services.moving import lock, note, stale_state
from ancu.apps.dossiers.services.places import release_place
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require


class SlotFull(Conflict):
    """The slot is full; ``free`` are the next slots with places."""

    def __init__(self, free: Sequence[Slot]) -> None:
        super().__init__("slot_full", _("Someone has just booked this time. Choose another one."))
        self.free = free


@transaction.atomic
def book(actor: Actor, *, dossier: Dossier, slot: Slot, purpose: SlotPurpose) -> Appointment:
    """Book a place in the slot; the dossier's open appointment for the same purpose is moved there.

    Raises SlotFull, and 404 for a slot of another office. A repeated booking returns the first.
    """
    locked = lock(dossier)
    _require_bookable(actor, locked, purpose)
    if slot.counter.agency_id != locked.agency_id:
        raise Http404
    before = open_appointment(locked, purpose)
    if before is not None and before.slot_id == slot.pk:
        return before  # pressed twice
    if before is not None:
        return _move_appointment(actor, locked, before, slot)
    _take_place(locked, slot)
    appointment = Appointment.objects.create(
        dossier=locked, slot=slot, purpose=purpose, booked_by_id=actor.user_id or 0, booked_at=clock.now()
    )
    if locked.handover != Handover.COUNTER:
        locked.handover = Handover.COUNTER
        locked.save(update_fields=["handover"])
    note(actor, locked, "booked", purpose=purpose, at=slot.starts_at, counter=slot.counter_id)
    return appointment


def _require_bookable(actor: Actor, dossier: Dossier, purpose: SlotPurpose) -> None:
    """Raise 403 for others than the dossier's filer and sponsor, Conflict if its state needs no such visit."""
    require(rules.is_filer(actor, dossier) or rules.is_sponsor(actor, dossier))
    if not rules.may_book(actor, dossier) or purpose not in rules.purposes_of(dossier):
        raise stale_state(actor, dossier)


def _take_place(dossier: Dossier, slot: Slot) -> None:
    """Take a place in the slot in one UPDATE; raise SlotFull if there is none.

    PostgreSQL re-checks the row after waiting for its lock. It re-checks conditions on the row itself only, so the
    filter must not join another table: Django would use a subquery evaluated before the wait. A closed counter's
    slots have no free places anyway.
    """
    free = Slot.objects.filter(pk=slot.pk, booked_places__lt=F("capacity"), starts_at__gt=clock.now())
    if not free.update(booked_places=F("booked_places") + 1):
        raise SlotFull(alternative_slots(dossier, near=slot.starts_at))


def _move_appointment(actor: Actor, dossier: Dossier, appointment: Appointment, to: Slot) -> Appointment:
    """Move the appointment in one transaction: if the new slot is full, the old place is kept.

    The rows are locked in id order to avoid a deadlock between two people who swap places.
    """
    before = appointment.slot
    list(Slot.objects.select_for_update().filter(pk__in=[before.pk, to.pk]).order_by("pk"))
    _take_place(dossier, to)
    release_place(before.pk)
    appointment.slot = to
    appointment.booked_by_id, appointment.booked_at = actor.user_id or 0, clock.now()
    appointment.save(update_fields=["slot", "booked_by", "booked_at"])
    note(actor, dossier, "moved_appointment", purpose=appointment.purpose, moved_from=before.starts_at, at=to.starts_at)
    return appointment


@transaction.atomic
def cancel(actor: Actor, *, dossier: Dossier, purpose: SlotPurpose) -> Appointment:
    """Cancel the dossier's open appointment for this purpose and release its place."""
    locked = lock(dossier)
    require(rules.is_filer(actor, locked) or rules.is_sponsor(actor, locked))
    appointment = open_appointment(locked, purpose)
    if appointment is None:
        raise _no_appointment(actor, locked)
    appointment.cancelled_at = clock.now()
    appointment.save(update_fields=["cancelled_at"])
    release_place(appointment.slot_id)
    note(actor, locked, "cancelled_appointment", purpose=purpose)
    return appointment


# ---- at the counter ------------------------------------------------------------------------------------


@transaction.atomic
def record_arrival(actor: Actor, *, appointment: Appointment, with_passport: bool = False) -> Appointment:
    """Note that the person of the appointment came; ``with_passport`` also notes the passport's receipt.

    Conflict when the appointment is no longer open.
    """
    dossier = lock(appointment.dossier)
    require(rules.may_receive_people(actor) and rules.is_office(actor, dossier))
    pending = _require_pending(actor, appointment)
    pending.came_at, pending.received_by_id = clock.now(), actor.user_id
    pending.save(update_fields=["came_at", "received_by"])
    note(actor, dossier, "came", internal=True, purpose=pending.purpose)
    if with_passport and pending.purpose == SlotPurpose.BRING:
        receive_passport(actor, dossier=dossier, counter_id=pending.slot.counter_id)
    return pending


@transaction.atomic
def record_absence(actor: Actor, *, appointment: Appointment) -> Appointment:
    """Note that the person did not come to the appointment; another may then be booked.

    Conflict before its start, or when it is no longer open.
    """
    dossier = lock(appointment.dossier)
    require(rules.may_receive_people(actor) and rules.is_office(actor, dossier))
    pending = _require_pending(actor, appointment)
    if pending.slot.starts_at > clock.now():
        raise Conflict("appointment_ahead", _("The appointment has not started yet."))
    pending.missed_at, pending.received_by_id = clock.now(), actor.user_id
    pending.save(update_fields=["missed_at", "received_by"])
    note(actor, dossier, "missed", purpose=pending.purpose)
    return pending


def _require_pending(actor: Actor, appointment: Appointment) -> Appointment:
    """Return the appointment as stored now; Conflict if it was cancelled, or the person came or missed it."""
    pending = Appointment.objects.select_related("slot").get(pk=appointment.pk)
    if not pending.is_open:
        raise _no_appointment(actor, appointment.dossier)
    return pending


def _no_appointment(actor: Actor, dossier: Dossier) -> Conflict:
    """Return the Conflict ``no_appointment``: the appointment was cancelled or its outcome recorded already."""
    return overtaken_conflict(
        actor, "no_appointment", dossier, _("This appointment has already been cancelled or recorded.")
    )


@transaction.atomic
def receive_passport(actor: Actor, *, dossier: Dossier, counter_id: int | None = None) -> Dossier:
    """Note the arrival of the passport, at the counter or by post.

    Open shipments and appointments to bring it are settled. ``counter_id`` is the counter that took it, if known;
    otherwise that of today's appointment.
    """
    locked = lock(dossier)
    require(rules.is_office(actor, locked))
    if not rules.may_receive_passport(actor, locked):
        raise stale_state(actor, locked)
    component, _created = Component.objects.select_for_update().get_or_create(dossier=locked, key=PASSPORT)
    component.by_post = True  # the paper itself is here, besides any image of it
    component.given_at = clock.now()
    if component.state != ComponentState.ACCEPTED:
        component.state, component.reason_code, component.reason = ComponentState.RECEIVED, "", ""
    component.save()
    Posting.objects.filter(dossier=locked, to_office=True, arrived_at=None).update(arrived_at=clock.now())
    counter_id = _settle_appointment(actor, locked) or counter_id
    where: dict[str, Any] = {"counter": counter_id} if counter_id else {}
    note(actor, locked, "received_passport", **where)
    return locked


def _settle_appointment(actor: Actor, dossier: Dossier) -> int | None:
    """If the dossier's open appointment to bring the passport is today, mark it kept; otherwise cancel it.

    Return the counter of a kept one.
    """
    appointment = open_appointment(dossier, SlotPurpose.BRING)
    if appointment is None:
        return None
    if clock.local(appointment.slot.starts_at).date() != clock.today():
        appointment.cancelled_at = clock.now()
        release_place(appointment.slot_id)
    else:
        appointment.came_at, appointment.received_by_id = clock.now(), actor.user_id
    appointment.save(update_fields=["cancelled_at", "came_at", "received_by"])
    return appointment.slot.counter_id if appointment.came_at else None
