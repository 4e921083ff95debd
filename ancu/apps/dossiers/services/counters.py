"""Counters, their hours, and the slots made from them. What is booked stays booked."""

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
class Hours:
    """One stretch of a weekday (0 is Monday) in which a counter receives."""

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
    hours: Iterable[Hours],
    edition: str = "",
) -> tuple[Counter, list[Slot]]:
    """Make or change a counter and its slots.

    Returns it with the booked slots that its new hours would not make: they stay, without further places, and whoever
    changed the hours must know of them. Conflict ``changed_since`` when the page showed another ``edition``.
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
        OpeningHours(counter=counter, weekday=one.weekday, opens=one.opens, closes=one.closes) for one in hours
    )
    outside = generate(counter)
    record(actor, "dossiers.set_counter", counter, kept=len(outside))
    return counter, outside


def _require_current(actor: Actor, counter: Counter, edition: str, values: dict[str, Any], hours: list[Hours]) -> None:
    """Refuse what a page with older values would write; what stands already may be written twice."""
    present, days = editable_values(counter), dict[str, list[tuple[time, time]]]()
    for stretch in sorted(hours, key=lambda stretch: (stretch.weekday, stretch.opens)):
        days.setdefault(f"day_{stretch.weekday}", []).append((stretch.opens, stretch.closes))
    if present != values | days:
        require_edition(actor, edition, present, counter)


def generate_all() -> int:
    """Slots of every counter for the weeks ahead; done twice, the second changes nothing."""
    counters = list(Counter.objects.order_by("id"))
    for counter in counters:
        generate(counter)
    return len(counters)


@transaction.atomic
def generate(counter: Counter) -> list[Slot]:
    """Bring the slots ahead to what the hours say; returns the booked ones that the hours no longer make.

    The slots are locked first: a booking either comes before, and its slot is kept, or after, and finds no place.
    """
    Counter.objects.select_for_update().get(pk=counter.pk)
    now = clock.now()
    ahead = Slot.objects.select_for_update().filter(counter=counter, starts_at__gt=now).order_by("id")
    existing = {slot.starts_at: slot for slot in ahead}
    wanted = dict(_wanted(counter, now)) if counter.is_open else {}
    booked = [slot for slot in existing.values() if slot.taken]
    _drop([slot for slot in existing.values() if not slot.taken and wanted.get(slot.starts_at) != slot.ends_at])
    outside = [slot for slot in booked if not _fits(slot, wanted)]
    Slot.objects.filter(pk__in=[slot.pk for slot in outside]).update(capacity=F("taken"))
    for slot in booked:
        if slot not in outside:
            Slot.objects.filter(pk=slot.pk).update(capacity=max(counter.capacity, slot.taken))
    _add(counter, wanted, booked)
    return sorted(outside, key=lambda slot: slot.starts_at)


def _wanted(counter: Counter, now: datetime) -> Iterable[Times]:
    hours = list(counter.hours.order_by("weekday", "opens"))
    today = clock.local(now).date()
    for number in range(AHEAD.days + 1):
        for start, end in times_of(counter, hours, today + timedelta(days=number)):
            if start > now:
                yield start, end


def _fits(slot: Slot, wanted: dict[datetime, datetime]) -> bool:
    return wanted.get(slot.starts_at) == slot.ends_at


def _drop(slots: Sequence[Slot]) -> None:
    """Slots nobody holds a place in; one that was booked once stays, closed, for the sake of its history."""
    ids = [slot.pk for slot in slots]
    Slot.objects.filter(pk__in=ids, appointments=None).delete()
    Slot.objects.filter(pk__in=ids).update(capacity=F("taken"))


def _add(counter: Counter, wanted: dict[datetime, datetime], booked: Sequence[Slot]) -> None:
    """New slots, but none beside a booked one at the same time: the counter has no second window."""
    free = [
        Slot(counter=counter, starts_at=start, ends_at=end, capacity=counter.capacity)
        for start, end in wanted.items()
        if not any(slot.starts_at < end and start < slot.ends_at for slot in booked)
    ]
    Slot.objects.bulk_create(
        free,
        update_conflicts=True,  # one that had been closed opens again
        unique_fields=["counter", "starts_at"],
        update_fields=["ends_at", "capacity"],
    )
