"""Places in slots: taken, moved, given back, and what came of them."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ComponentState, Handover, SlotPurpose
from ancu.apps.dossiers.models import PASSPORT, Appointment, Component, Dossier, Posting, Slot
from ancu.apps.dossiers.selectors.slots import next_free, open_appointment
from ancu.apps.dossiers.services.moving import lock, meanwhile, note
from ancu.apps.dossiers.services.places import give_back
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require


class SlotFull(Conflict):
    """Somebody else took the last place; ``free`` are the next ones that have any."""

    def __init__(self, free: Sequence[Slot]) -> None:
        super().__init__("slot_full", _("This time has just been taken. Choose another one."))
        self.free = free


@transaction.atomic
def book(actor: Actor, *, dossier: Dossier, slot: Slot, purpose: SlotPurpose) -> Appointment:
    """Take a place; one who has an appointment for the same purpose moves it. Raises SlotFull."""
    locked = lock(dossier)
    _require_bookable(actor, locked, purpose)
    if slot.counter.agency_id != locked.agency_id:
        raise Http404
    before = open_appointment(locked, purpose)
    if before is not None and before.slot_id == slot.pk:
        return before  # pressed twice
    if before is not None:
        return _move(actor, locked, before, slot)
    _take(locked, slot)
    appointment = Appointment.objects.create(
        dossier=locked, slot=slot, purpose=purpose, booked_by_id=actor.user_id or 0, booked_at=clock.now()
    )
    if locked.handover != Handover.COUNTER:
        locked.handover = Handover.COUNTER
        locked.save(update_fields=["handover"])
    note(actor, locked, "booked", purpose=purpose, at=slot.starts_at, counter=slot.counter_id)
    return appointment


def _require_bookable(actor: Actor, dossier: Dossier, purpose: SlotPurpose) -> None:
    require(rules.is_filer(actor, dossier) or rules.is_sponsor(actor, dossier))
    if not rules.may_book(actor, dossier) or purpose not in rules.purposes_of(dossier):
        raise meanwhile(actor, dossier)


def _take(dossier: Dossier, slot: Slot) -> None:
    """One statement decides who gets the last place: PostgreSQL looks at the row again after it waited for it.

    It looks again only at conditions on the row itself, so the filter must not reach another table: a join makes
    Django ask by a subselect, whose answer is from before the wait. A closed counter's slots have no place anyway.
    """
    free = Slot.objects.filter(pk=slot.pk, taken__lt=F("capacity"), starts_at__gt=clock.now())
    if not free.update(taken=F("taken") + 1):
        raise SlotFull(next_free(dossier, near=slot.starts_at))


def _move(actor: Actor, dossier: Dossier, appointment: Appointment, to: Slot) -> Appointment:
    """Both places change hands in one transaction: whoever finds the new time full keeps the old one.

    The rows are locked by id first, since two people who change places would else wait for each other.
    """
    before = appointment.slot
    list(Slot.objects.select_for_update().filter(pk__in=[before.pk, to.pk]).order_by("pk"))
    _take(dossier, to)
    give_back(before.pk)
    appointment.slot = to
    appointment.booked_by_id, appointment.booked_at = actor.user_id or 0, clock.now()
    appointment.save(update_fields=["slot", "booked_by", "booked_at"])
    note(actor, dossier, "moved_appointment", purpose=appointment.purpose, moved_from=before.starts_at, at=to.starts_at)
    return appointment


@transaction.atomic
def cancel(actor: Actor, *, dossier: Dossier, purpose: SlotPurpose) -> Appointment:
    """Give the place back to others."""
    locked = lock(dossier)
    require(rules.is_filer(actor, locked) or rules.is_sponsor(actor, locked))
    appointment = open_appointment(locked, purpose)
    if appointment is None:
        raise _no_appointment(actor, locked)
    appointment.cancelled_at = clock.now()
    appointment.save(update_fields=["cancelled_at"])
    give_back(appointment.slot_id)
    note(actor, locked, "cancelled_appointment", purpose=purpose)
    return appointment


# ---- at the counter ------------------------------------------------------------------------------------


@transaction.atomic
def came(actor: Actor, *, appointment: Appointment, with_passport: bool = False) -> Appointment:
    """Note that the person came, and the passport if it was brought."""
    dossier = lock(appointment.dossier)
    require(rules.may_receive_people(actor) and rules.is_office(actor, dossier))
    pending = _require_pending(actor, appointment)
    pending.came_at, pending.received_by_id = clock.now(), actor.user_id
    pending.save(update_fields=["came_at", "received_by"])
    note(actor, dossier, "came", internal=True, purpose=pending.purpose)
    if with_passport and pending.purpose == SlotPurpose.BRING:
        receive_passport(actor, dossier=dossier)
    return pending


@transaction.atomic
def missed(actor: Actor, *, appointment: Appointment) -> Appointment:
    """Note that nobody came: the person may book again."""
    dossier = lock(appointment.dossier)
    require(rules.may_receive_people(actor) and rules.is_office(actor, dossier))
    pending = _require_pending(actor, appointment)
    if pending.slot.starts_at > clock.now():
        raise Conflict("appointment_ahead", _("The appointment has not begun yet."))
    pending.missed_at, pending.received_by_id = clock.now(), actor.user_id
    pending.save(update_fields=["missed_at", "received_by"])
    note(actor, dossier, "missed", purpose=pending.purpose)
    return pending


def _require_pending(actor: Actor, appointment: Appointment) -> Appointment:
    """Return the appointment as it is now; Conflict when it was cancelled or noted."""
    pending = Appointment.objects.select_related("slot").get(pk=appointment.pk)
    if pending.cancelled_at or pending.came_at or pending.missed_at:
        raise _no_appointment(actor, appointment.dossier)
    return pending


def _no_appointment(actor: Actor, dossier: Dossier) -> Conflict:
    return overtaken_conflict(actor, "no_appointment", dossier, _("This appointment has been cancelled or noted."))


@transaction.atomic
def receive_passport(actor: Actor, *, dossier: Dossier) -> Dossier:
    """The passport itself is at the office: at the counter, with or without an appointment, or by post.

    What was still on its way to bring it has no purpose any more: the letter has arrived, the place is another's.
    """
    locked = lock(dossier)
    require(rules.is_office(actor, locked))
    if not rules.may_receive_passport(actor, locked):
        raise meanwhile(actor, locked)
    component, _made = Component.objects.select_for_update().get_or_create(dossier=locked, key=PASSPORT)
    component.by_post = True  # the paper itself is here, besides any picture of it
    component.given_at = clock.now()
    if component.state != ComponentState.ACCEPTED:
        component.state, component.reason_code, component.reason = ComponentState.GIVEN, "", ""
    component.save()
    Posting.objects.filter(dossier=locked, to_office=True, arrived_at=None).update(arrived_at=clock.now())
    _settle_appointment(actor, locked)
    note(actor, locked, "received_passport")
    return locked


def _settle_appointment(actor: Actor, dossier: Dossier) -> None:
    """Whoever has an appointment today has come to it; one on another day is given back to others."""
    held = open_appointment(dossier, SlotPurpose.BRING)
    if held is None:
        return
    if clock.local(held.slot.starts_at).date() != clock.today():
        held.cancelled_at = clock.now()
        give_back(held.slot_id)
    else:
        held.came_at, held.received_by_id = clock.now(), actor.user_id
    held.save(update_fields=["cancelled_at", "came_at", "received_by"])
