"""Counters, the slots made from their hours, and appointments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import F, Prefetch, Q, QuerySet, Sum
from django.http import Http404
from django.shortcuts import get_object_or_404

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ENDED_WITHOUT_RESULT, SlotPurpose
from ancu.apps.dossiers.models import (
    RECEIVED,
    RETURNED,
    Appointment,
    Counter,
    Dossier,
    DossierEvent,
    OpeningHours,
    Posting,
    Result,
    Slot,
)
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.procedures import needs_original, procedure_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import PAGE, CursorPage, oldest_first
from ancu.core.working_days import calendar
from ancu.engines.rulebook import CalendarEnds

AHEAD = timedelta(weeks=6)
ALTERNATIVES = 3  # alternatives offered when a slot is full
OPEN = Q(cancelled_at__isnull=True, came_at__isnull=True, missed_at__isnull=True)


# ---- counters ------------------------------------------------------------------------------------------


def counters(actor: Actor) -> QuerySet[Counter]:
    """Return the counters of the actor's own agency, with their hours."""
    own = Counter.objects.filter(agency_id=actor.organisation_id or 0)
    own = own if rules.may_see_counters(actor) else own.none()
    hours = Prefetch("hours", OpeningHours.objects.order_by("weekday", "opens"))
    return own.prefetch_related(hours).order_by("-is_open", "name", "id")


def counters_today(actor: Actor) -> list[tuple[Counter, int]]:
    """Return each counter of the actor's agency with the number of its places booked for today."""
    own_counters = list(counters(actor))
    start = _local_time(clock.today(), time.min)
    today = Slot.objects.filter(counter__in=own_counters, starts_at__gte=start, starts_at__lt=start + timedelta(days=1))
    booked_places = dict(today.order_by("counter_id").values_list("counter_id").annotate(Sum("booked_places")))
    return [(counter, booked_places.get(counter.pk, 0)) for counter in own_counters]


def get_counter(actor: Actor, pk: int) -> Counter:
    """Return a counter of the actor's agency, or raise 404."""
    return get_object_or_404(counters(actor), pk=pk)


def editable_values(counter: Counter) -> dict[str, Any]:
    """Return the counter's values as initial data of its form.

    ``day_0`` (Monday) and so on have (opens, closes) pairs.
    """
    names = ("name", "address", "slot_minutes", "capacity", "is_open")
    values: dict[str, Any] = {name: getattr(counter, name) for name in names}
    for hours in counter.hours.order_by("weekday", "opens"):
        values.setdefault(f"day_{hours.weekday}", []).append((hours.opens, hours.closes))
    return values


def times_of(counter: Counter, hours: Iterable[OpeningHours], day: date) -> Iterator[tuple[datetime, datetime]]:
    """Yield (start, end) of the counter's slots on a day, by its opening hours.

    None when the office is closed or the year's holidays are unknown; mornings only on a working Saturday.
    """
    try:
        office = calendar().hours(day)
    except CalendarEnds:
        return  # that year's holidays are not known yet: no appointments on a day that may be one
    if not office:
        return
    half_day = len(office) == 1
    length = timedelta(minutes=counter.slot_minutes)
    for opening in hours:
        if opening.weekday != day.weekday():
            continue
        start = _local_time(day, opening.opens)
        closes = min(_local_time(day, opening.closes), office[0][1]) if half_day else _local_time(day, opening.closes)
        while start + length <= closes:
            yield start, start + length
            start += length


def _local_time(day: date, hour: time) -> datetime:
    """Return the time of day ``hour`` on ``day`` in Viet Nam's time zone."""
    return datetime.combine(day, hour, clock.VIETNAM)


# ---- places --------------------------------------------------------------------------------------------


def free_slots(dossier: Dossier) -> QuerySet[Slot]:
    """Return the future slots with free places at the open counters of the dossier's office, by time."""
    own = _free_slots().filter(counter__agency_id=dossier.agency_id or 0, counter__is_open=True)
    return own.order_by("starts_at", "counter_id")


def _free_slots() -> QuerySet[Slot]:
    """Return all future slots with free places, of every counter."""
    return Slot.objects.filter(starts_at__gt=clock.now(), booked_places__lt=F("capacity"))


def alternative_slots(dossier: Dossier, *, near: datetime) -> list[Slot]:
    """Return the next few free slots from ``near`` on at the dossier's office, otherwise its first free ones."""
    free = free_slots(dossier).select_related("counter")
    return list(free.filter(starts_at__gte=near)[:ALTERNATIVES]) or list(free[:ALTERNATIVES])


@dataclass(frozen=True)
class FreeDay:
    """A day with free places; ``free`` is how many."""

    on: date
    free: int


def free_days(counters: Iterable[Counter]) -> list[FreeDay]:
    """Return the days of the next weeks with free places at these (open) counters.

    The database sums by slot start, which counters share; grouping thousands of slots by local day there takes longer
    than reading them.
    """
    places = _free_slots().filter(counter_id__in={counter.pk for counter in counters}).order_by("starts_at")
    sums = places.values_list("starts_at").annotate(free=Sum(F("capacity") - F("booked_places")))
    by_day = groupby(sums, key=lambda place_sum: clock.local(place_sum[0]).date())
    return [FreeDay(on, sum(free for _start, free in of_day)) for on, of_day in by_day]


def free_times(dossier: Dossier, day: date, *, counter_id: int | None = None) -> list[Slot]:
    """Return the free slots on a day at the dossier's office, at one counter, or at all of them."""
    start = _local_time(day, time.min)
    of_day = free_slots(dossier).filter(starts_at__gte=start, starts_at__lt=start + timedelta(days=1))
    at_counter = of_day if counter_id is None else of_day.filter(counter_id=counter_id)
    return list(at_counter.select_related("counter"))


def open_counters(dossier: Dossier) -> list[Counter]:
    """Return the open counters of the dossier's office, by name."""
    return list(Counter.objects.filter(agency_id=dossier.agency_id or 0, is_open=True).order_by("name", "id"))


def get_slot(dossier: Dossier, pk: int) -> Slot:
    """Return a slot of the dossier's office, full or not, or raise 404."""
    own = Slot.objects.filter(counter__agency_id=dossier.agency_id or 0).select_related("counter")
    return get_object_or_404(own, pk=pk)


# ---- appointments --------------------------------------------------------------------------------------


def open_appointment(dossier: Dossier, purpose: SlotPurpose | str) -> Appointment | None:
    """Return the dossier's open appointment for this purpose; None without one."""
    appointments = Appointment.objects.filter(OPEN, dossier=dossier, purpose=purpose)
    return appointments.select_related("slot__counter").first()


def open_appointments(dossier: Dossier) -> list[Appointment]:
    """Return the dossier's coming appointments in order of time."""
    return list(
        Appointment.objects.filter(OPEN, dossier=dossier).select_related("slot__counter").order_by("slot__starts_at")
    )


def get_appointment(actor: Actor, pk: int) -> Appointment:
    """Return an appointment at the actor's own office, or raise 404."""
    if not rules.may_see_counters(actor):
        raise Http404
    own = Appointment.objects.filter(slot__counter__agency_id=actor.organisation_id or 0)
    return get_object_or_404(own.select_related("dossier", "slot__counter"), pk=pk)


def day_list(counter: Counter, day: date) -> list[Appointment]:
    """Return the counter's appointments on a day in order of time, without cancelled ones."""
    start = _local_time(day, time.min)
    appointments = Appointment.objects.filter(
        slot__counter=counter, slot__starts_at__gte=start, slot__starts_at__lt=start + timedelta(days=1)
    ).filter(cancelled_at=None)
    people = appointments.select_related("slot", "dossier", "received_by").defer("dossier__answers")
    return list(people.order_by("slot__starts_at", "id"))


def place_counts(counter: Counter, day: date) -> tuple[int, int]:
    """Return how many places the counter has on the day, and how many of them are booked."""
    start = _local_time(day, time.min)
    slots = Slot.objects.filter(counter=counter, starts_at__gte=start, starts_at__lt=start + timedelta(days=1))
    pairs = slots.values_list("capacity", "booked_places")
    return sum(capacity for capacity, _booked in pairs), sum(booked for _capacity, booked in pairs)


# ---- the passport --------------------------------------------------------------------------------------


class PassportReturn(NamedTuple):
    """When the passport went back, and to whom: on its own, or with the result."""

    at: datetime
    to: str


@dataclass(frozen=True)
class PassportStatus:
    """Where the passport is, as the office sees it; ``needed``: the decision still waits for it.

    ``counter`` took it, if that is known.
    """

    needed: bool
    received: DossierEvent | None = None
    appointment: Appointment | None = None
    posting: Posting | None = None
    returned: PassportReturn | None = None
    counter: Counter | None = None


def passport_of(dossier: Dossier, result: Result | None) -> PassportStatus:
    """Return where the dossier's passport is: expected, at the office, or returned, and how.

    It goes back with ``result``, otherwise by an act of its own.
    """
    last, before = [*dossier.passport_events()[:2], None, None][:2]
    if last is not None and last.act == RETURNED:
        return PassportStatus(False, before, returned=PassportReturn(last.at, last.data.get("received_by", "")))
    received = last if last is not None and last.act == RECEIVED else None
    if received is not None or not needs_original(procedure_of(dossier)):
        delivered_at = result.delivered_at if result else None
        returned = PassportReturn(delivered_at, result.received_by) if result and delivered_at else None
        return PassportStatus(False, received, returned=returned, counter=None if returned else _counter_of(received))
    if SlotPurpose.BRING not in rules.purposes_of(dossier):
        return PassportStatus(False)
    return PassportStatus(True, None, open_appointment(dossier, SlotPurpose.BRING), posting_on_its_way(dossier))


def _counter_of(received: DossierEvent | None) -> Counter | None:
    """Return the counter that took the passport; None if the event does not name it."""
    number = received.data.get("counter") if received else None
    return Counter.objects.filter(pk=number).first() if number else None


def passports_to_return(actor: Actor) -> list[Dossier]:
    """Return dossiers that ended without a result while the office has the passport, oldest end first.

    At most a page: each leaves the list when its passport is returned.
    """
    if not rules.may_see_counters(actor):
        return []
    ended = Dossier.objects.filter(agency_id=actor.organisation_id or 0, state__in=sorted(ENDED_WITHOUT_RESULT))
    return list(ended.filter(has_passport=True).defer("answers").order_by("ended_at", "pk")[:PAGE])


def posting_on_its_way(dossier: Dossier) -> Posting | None:
    """Return the shipment with the dossier's passport that has not arrived at the office yet; None without one."""
    return dossier.postings.filter(to_office=True, arrived_at=None).order_by("-entered_at", "-id").first()


def dossiers_of_posting(actor: Actor, tracking_number: str, *, beside: Dossier) -> list[str]:
    """Return the numbers of other dossiers the actor may see, posted under the same tracking number."""
    same = visible_to(actor).filter(postings__tracking_number=tracking_number).exclude(pk=beside.pk)
    return sorted(set(same.values_list("number", flat=True)[:20]))


def postings_on_their_way(actor: Actor, after: str = "") -> CursorPage[Posting]:
    """Return a page of the shipments with passports on their way to the actor's office, first entered first."""
    if not rules.may_see_counters(actor):
        return CursorPage([], "")
    waiting = Posting.objects.filter(to_office=True, arrived_at=None, dossier__agency_id=actor.organisation_id or 0)
    return oldest_first(waiting.select_related("dossier").defer("dossier__answers"), after)


def get_posting(actor: Actor, pk: int, *, to_office: bool = True) -> Posting:
    """Return the shipment with this id of a dossier that the actor may see, or raise 404.

    On its way to the office, or back if ``to_office`` is false.
    """
    visible = Posting.objects.select_related("dossier").filter(dossier__in=visible_to(actor))
    return get_object_or_404(visible.filter(to_office=to_office), pk=pk)
