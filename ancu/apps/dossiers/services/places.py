"""Releasing booked places."""

from django.db.models import F

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Appointment, Dossier, Slot
from ancu.apps.dossiers.selectors.slots import OPEN
from ancu.core import clock


def release_place(slot_id: int) -> None:
    """Free one booked place of the slot; nothing happens if none is booked."""
    Slot.objects.filter(pk=slot_id, booked_places__gt=0).update(booked_places=F("booked_places") - 1)


def cancel_needless_appointments(dossier: Dossier) -> int:
    """Cancel future appointments that the dossier's state no longer needs; return their number."""
    purposes = rules.purposes_of(dossier)
    ahead = Appointment.objects.filter(OPEN, dossier=dossier, slot__starts_at__gt=clock.now())
    needless = list(ahead.exclude(purpose__in=purposes))
    for appointment in needless:
        Appointment.objects.filter(pk=appointment.pk).update(cancelled_at=clock.now())
        release_place(appointment.slot_id)
    return len(needless)
