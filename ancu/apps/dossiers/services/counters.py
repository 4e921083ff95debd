"""Counters, their opening hours, and the slots generated from them. Booked slots are kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from ancu.apps.audit.selectors import require_edition
from ancu.apps.audit.services import record
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Counter, OpeningHours, Slot
from ancu.apps.dossiers.selectors.slots import AHEAD, editable_values, times_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require

Times = tuple[datetime, datetime]


@dataclass(frozen=True)
class OpeningPeriod:
    """One opening period of a weekday (0 is Monday)."""

    weekday: int
    opens: time
    closes: time


@transaction.atomic
def set_counter(
    actor: Actor,
    *,
    counter: Counter | None = None,
    name: str,
    address: str,
    slot_minutes: int,
    capacity: int,
    is_open: bool,
    hours: Iterable[OpeningPeriod],
    edition: str = "",
) -> tuple[Counter, list[Slot]]:
    """Create or change a counter and its slots.

    Returns it with the booked slots outside the new hours: they are kept without further places, and the administrator
    is told. Conflict ``changed_since`` when the page showed another ``edition``.
    """
    require(rules.may_set_counters(actor))
    hours = list(hours)
    values = {"name": name, "address": address, "slot_minutes": slot_minutes, "capacity": capacity, "is_open": is_open}
    if counter is None:
        counter = Counter(agency_id=actor.organisation_id or 0)
    elif counter.agency_id != actor.organisation_id:
        raise Http404
    else:
        counter = Counter.objects.select_for_update().get(pk=counter.pk)
        _require_current(actor, counter, edition, values, hours)
    for field, value in values.items():
        setattr(counter, field, value)
    counter.save()
    OpeningHours.objects.filter(counter=counter).delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(counter=counter, weekday=stretch.weekday, opens=stretch.opens, closes=stretch.closes)
        for stretch in hours
    )
    outside = generate(counter)
    record(actor, "dossiers.set_counter", counter, kept=len(outside))
    return counter, outside


def _require_current(
    actor: Actor, counter: Counter, edition: str, values: dict[str, Any], hours: list[OpeningPeriod]
) -> None:
    """Raise Conflict if the page that sent these values showed another ``edition`` of the counter.

    Repeating the counter's current values is allowed.
    """
    present, days = editable_values(counter), dict[str, list[tuple[time, time]]]()
    for stretch in sorted(hours, key=lambda stretch: (stretch.weekday, stretch.opens)):
        days.setdefault(f"day_{stretch.weekday}", []).append((stretch.opens, stretch.closes))
    if present != values | days:
        require_edition(actor, edition, present, counter)


def generate_all() -> int:
    """Generate the slots of every counter for the coming weeks; return the number of counters. Idempotent."""
    counters = list(Counter.objects.order_by("id"))
    for counter in counters:
        generate(counter)
    return len(counters)


@transaction.atomic
def generate(counter: Counter) -> list[Slot]:
    """Adjust the counter's future slots to its opening hours; return the booked ones outside of them.

    The slots are locked first: a concurrent booking either comes before and keeps its slot, or after and finds no
    place.
    """
    Counter.objects.select_for_update().get(pk=counter.pk)
    now = clock.now()
    ahead = Slot.objects.select_for_update().filter(counter=counter, starts_at__gt=now).order_by("id")
    existing = {slot.starts_at: slot for slot in ahead}
    planned = dict(_planned_times(counter, now)) if counter.is_open else {}
    booked = [slot for slot in existing.values() if slot.booked_places]
    _drop_slots(
        [slot for slot in existing.values() if not slot.booked_places and planned.get(slot.starts_at) != slot.ends_at]
    )
    outside = [slot for slot in booked if not _fits(slot, planned)]
    Slot.objects.filter(pk__in=[slot.pk for slot in outside]).update(capacity=F("booked_places"))
    for slot in booked:
        if slot not in outside:
            Slot.objects.filter(pk=slot.pk).update(capacity=max(counter.capacity, slot.booked_places))
    _add_slots(counter, planned, booked)
    return sorted(outside, key=lambda slot: slot.starts_at)


def _planned_times(counter: Counter, now: datetime) -> Iterable[Times]:
    """Yield (start, end) of the future slots that the counter's opening hours give, up to ``AHEAD``."""
    hours = list(counter.hours.order_by("weekday", "opens"))
    today = clock.local(now).date()
    for number in range(AHEAD.days + 1):
        for start, end in times_of(counter, hours, today + timedelta(days=number)):
            if start > now:
                yield start, end


def _fits(slot: Slot, planned: dict[datetime, datetime]) -> bool:
    """Whether the slot begins and ends as planned; ``planned`` has the planned ends by start."""
    return planned.get(slot.starts_at) == slot.ends_at


def _drop_slots(slots: Sequence[Slot]) -> None:
    """Delete slots that nobody ever booked; booked ones stay for their history, without free places."""
    ids = [slot.pk for slot in slots]
    Slot.objects.filter(pk__in=ids, appointments=None).delete()
    Slot.objects.filter(pk__in=ids).update(capacity=F("booked_places"))


def _add_slots(counter: Counter, planned: dict[datetime, datetime], booked: Sequence[Slot]) -> None:
    """Create the planned slots, and open those closed before; except where a booked slot of the counter overlaps.

    ``planned`` holds ends by start.
    """
    free = [
        Slot(counter=counter, starts_at=start, ends_at=end, capacity=counter.capacity)
        for start, end in planned.items()
        if not any(slot.starts_at < end and start < slot.ends_at for slot in booked)
    ]
    Slot.objects.bulk_create(
        free,
        update_conflicts=True,  # reopens a closed slot
        unique_fields=["counter", "starts_at"],
        update_fields=["ends_at", "capacity"],
    )
