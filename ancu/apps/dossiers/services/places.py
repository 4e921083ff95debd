"""Places given back to others."""

from django.db.models import F

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Appointment, Dossier, Slot
from ancu.apps.dossiers.selectors.slots import OPEN
from ancu.core import clock


def give_back(slot_id: int) -> None:
    Slot.objects.filter(pk=slot_id, taken__gt=0).update(taken=F("taken") - 1)


def free_needless(dossier: Dossier) -> int:
    """Cancel what lies ahead and has no purpose any more in the dossier's state; returns how many."""
    purposes = rules.purposes_of(dossier)
    ahead = Appointment.objects.filter(OPEN, dossier=dossier, slot__starts_at__gt=clock.now())
    needless = list(ahead.exclude(purpose__in=purposes))
    for appointment in needless:
        Appointment.objects.filter(pk=appointment.pk).update(cancelled_at=clock.now())
        give_back(appointment.slot_id)
    return len(needless)
