"""Appointments on days that have become days off: cancelled, with a letter to who booked them."""

from datetime import date

from django.db import transaction

from ancu.apps.dossiers.models import Appointment
from ancu.apps.dossiers.services.letters import notify_applicant
from ancu.apps.dossiers.services.moving import lock, note
from ancu.apps.dossiers.services.places import release_place
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.working_days import calendar
from ancu.engines.rulebook import CalendarEnds


def cancel_on_closed_days(actor: Actor) -> int:
    """Cancel the open appointments on days to come on which the office is closed; return how many. Idempotent."""
    ahead = Appointment.objects.filter(
        cancelled_at=None, came_at=None, missed_at=None, slot__starts_at__gt=clock.now()
    ).order_by("dossier_id", "id")
    closed = [pk for pk, start in ahead.values_list("pk", "slot__starts_at") if is_closed(clock.local(start).date())]
    return sum(_cancel(actor, pk) for pk in closed)


def is_closed(day: date) -> bool:
    """Whether the office does not open on the day; False while that year's holidays are unknown."""
    try:
        return not calendar().hours(day)
    except CalendarEnds:
        return False


@transaction.atomic
def _cancel(actor: Actor, pk: int) -> int:
    """Cancel one appointment and send the letter about it; return 1, or 0 if it was settled meanwhile."""
    dossier = lock(Appointment.objects.select_related("dossier").get(pk=pk).dossier)
    appointment = Appointment.objects.select_related("slot").get(pk=pk)
    if not appointment.is_open:
        return 0
    appointment.cancelled_at = clock.now()
    appointment.save(update_fields=["cancelled_at"])
    release_place(appointment.slot_id)
    start = appointment.slot.starts_at
    notify_applicant(actor, dossier, note(actor, dossier, "day_closed", purpose=appointment.purpose, at=start))
    return 1
