"""Counters, the slots their hours make, and who comes when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.http import Http404
from django.shortcuts import get_object_or_404

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ENDED_WITHOUT_RESULT, SlotPurpose
from ancu.apps.dossiers.models import (
    RECEIVED,
    RETURNED,
    WHERE_PASSPORT_IS,
    Appointment,
    Counter,
    Dossier,
    Event,
    OpeningHours,
    Posting,
    Result,
    Slot,
)
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.procedures import needs_original, procedure_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.working_days import calendar
from ancu.engines.rulebook import CalendarEnds

AHEAD = timedelta(weeks=6)
PAGE = 50
OFFERED = 3  # other times told to somebody whose slot is full
OPEN = Q(cancelled_at__isnull=True, came_at__isnull=True, missed_at__isnull=True)


# ---- counters ------------------------------------------------------------------------------------------


def counters(actor: Actor) -> QuerySet[Counter]:
    """The counters of the actor's own agency, with their hours."""
    own = Counter.objects.filter(agency_id=actor.organisation_id or 0)
    own = own if rules.may_see_counters(actor) else own.none()
    hours = Prefetch("hours", OpeningHours.objects.order_by("weekday", "opens"))
    return own.prefetch_related(hours).order_by("-is_open", "name", "id")


def counters_today(actor: Actor) -> list[tuple[Counter, int]]:
    """With how many places are taken today."""
    found = list(counters(actor))
    start = _at(clock.today(), time.min)
    today = Slot.objects.filter(counter__in=found, starts_at__gte=start, starts_at__lt=start + timedelta(days=1))
    taken = dict(today.order_by("counter_id").values_list("counter_id").annotate(Sum("taken")))
    return [(counter, taken.get(counter.pk, 0)) for counter in found]


def get_counter(actor: Actor, pk: int) -> Counter:
    return get_object_or_404(counters(actor), pk=pk)


def editable_values(counter: Counter) -> dict[str, Any]:
    """What the form of a counter shows and changes; of each open weekday its stretches."""
    names = ("name", "address", "slot_minutes", "capacity", "is_open")
    values: dict[str, Any] = {name: getattr(counter, name) for name in names}
    for hours in counter.hours.order_by("weekday", "opens"):
        values.setdefault(f"day_{hours.weekday}", []).append((hours.opens, hours.closes))
    return values


def times_of(counter: Counter, hours: Iterable[OpeningHours], day: date) -> Iterator[tuple[datetime, datetime]]:
    """The slots of one day by the counter's hours: none on a day the office is closed, on Saturday the morning only."""
    try:
        office = calendar().hours(day)
    except CalendarEnds:
        return  # the holidays of that year are not known yet: nobody is called on a day that may be one
    if not office:
        return
    half_day = len(office) == 1
    length = timedelta(minutes=counter.slot_minutes)
    for one in hours:
        if one.weekday != day.weekday():
            continue
        start = _at(day, one.opens)
        closes = min(_at(day, one.closes), office[0][1]) if half_day else _at(day, one.closes)
        while start + length <= closes:
            yield start, start + length
            start += length


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, clock.VIETNAM)


# ---- places --------------------------------------------------------------------------------------------


def free_slots(dossier: Dossier) -> QuerySet[Slot]:
    """Where there is still a place, at the counters of the dossier's office."""
    own = _free().filter(counter__agency_id=dossier.agency_id or 0, counter__is_open=True)
    return own.order_by("starts_at", "counter_id")


def _free() -> QuerySet[Slot]:
    return Slot.objects.filter(starts_at__gt=clock.now(), taken__lt=F("capacity"))


def next_free(dossier: Dossier, *, near: datetime) -> list[Slot]:
    """The next free slots after a moment, and where there are none, the first there are."""
    free = free_slots(dossier).select_related("counter")
    return list(free.filter(starts_at__gte=near)[:OFFERED]) or list(free[:OFFERED])


@dataclass(frozen=True)
class Day:
    """A day with free places; ``free`` is how many."""

    on: date
    free: int


def free_days(counters: Iterable[Counter]) -> list[Day]:
    """The days of the next weeks with free places at these (open) counters.

    The database sums by the minute a slot begins, which counters share: to find the day of each of thousands of slots
    takes it longer than to read them.
    """
    places = _free().filter(counter_id__within={one.pk for one in counters}).order_by("starts_at")
    sums = places.values_list("starts_at").annotate(free=Sum(F("capacity") - F("taken")))
    by_day = groupby(sums, key=lambda one: clock.local(one[0]).date())
    return [Day(on, sum(free for _start, free in of_day)) for on, of_day in by_day]


def free_times(dossier: Dossier, day: date, *, counter_id: int | None = None) -> list[Slot]:
    start = _at(day, time.min)
    of_day = free_slots(dossier).filter(starts_at__gte=start, starts_at__lt=start + timedelta(days=1))
    at_counter = of_day if counter_id is None else of_day.filter(counter_id=counter_id)
    return list(at_counter.select_related("counter"))


def open_counters(dossier: Dossier) -> list[Counter]:
    """Where the dossier's office receives people."""
    return list(Counter.objects.filter(agency_id=dossier.agency_id or 0, is_open=True).order_by("name", "id"))


def get_slot(dossier: Dossier, pk: int) -> Slot:
    """A slot of the dossier's office, free or not, or 404."""
    own = Slot.objects.filter(counter__agency_id=dossier.agency_id or 0).select_related("counter")
    return get_object_or_404(own, pk=pk)


# ---- appointments --------------------------------------------------------------------------------------


def open_appointment(dossier: Dossier, purpose: SlotPurpose | str) -> Appointment | None:
    """The appointment for this purpose that still lies ahead, or waits for its note."""
    found = Appointment.objects.filter(OPEN, dossier=dossier, purpose=purpose)
    return found.select_related("slot__counter").first()


def open_appointments(dossier: Dossier) -> list[Appointment]:
    return list(
        Appointment.objects.filter(OPEN, dossier=dossier).select_related("slot__counter").order_by("slot__starts_at")
    )


def get_appointment(actor: Actor, pk: int) -> Appointment:
    """An appointment at the actor's own office, or 404."""
    if not rules.may_see_counters(actor):
        raise Http404
    own = Appointment.objects.filter(slot__counter__agency_id=actor.organisation_id or 0)
    return get_object_or_404(own.select_related("dossier", "slot__counter"), pk=pk)


def day_list(counter: Counter, day: date) -> list[Appointment]:
    """Who comes when; the cancelled are left out."""
    start = _at(day, time.min)
    found = Appointment.objects.filter(
        slot__counter=counter, slot__starts_at__gte=start, slot__starts_at__lt=start + timedelta(days=1)
    ).filter(cancelled_at=None)
    people = found.select_related("slot", "dossier", "received_by").defer("dossier__answers")
    return list(people.order_by("slot__starts_at", "id"))


def places_on(counter: Counter, day: date) -> tuple[int, int]:
    """How many places the day has, and how many are taken."""
    start = _at(day, time.min)
    slots = Slot.objects.filter(counter=counter, starts_at__gte=start, starts_at__lt=start + timedelta(days=1))
    pairs = slots.values_list("capacity", "taken")
    return sum(capacity for capacity, _taken in pairs), sum(taken for _capacity, taken in pairs)


# ---- the passport --------------------------------------------------------------------------------------


class PassportReturn(NamedTuple):
    """When the passport went back, and to whom: alone, or with the result."""

    at: datetime
    to: str


@dataclass(frozen=True)
class Passport:
    """Where the passport itself is, as the office sees it; ``needed``: the decision still waits for it."""

    needed: bool
    received: Event | None = None
    appointment: Appointment | None = None
    posting: Posting | None = None
    returned: PassportReturn | None = None


def passport_of(dossier: Dossier, result: Result | None) -> Passport:
    """Who fetches the result gets the passport; without one it is returned by an act of its own."""
    last, before = [*dossier.passport_events()[:2], None, None][:2]
    if last is not None and last.act == RETURNED:
        return Passport(False, before, returned=PassportReturn(last.at, last.data.get("received_by", "")))
    received = last if last is not None and last.act == RECEIVED else None
    if received is not None or not needs_original(procedure_of(dossier)):
        delivered_at = result.delivered_at if result else None
        returned = PassportReturn(delivered_at, result.received_by) if result and delivered_at else None
        return Passport(False, received, returned=returned)
    if SlotPurpose.BRING not in rules.purposes_of(dossier):
        return Passport(False)
    return Passport(True, None, open_appointment(dossier, SlotPurpose.BRING), posting_on_its_way(dossier))


def passports_to_return(actor: Actor) -> list[Dossier]:
    """Dossiers of the actor's office that ended without a result while the passport is here, the oldest end first.

    At most a page: each leaves the list when its passport goes back.
    """
    if not rules.may_see_counters(actor):
        return []
    moves = Event.objects.filter(WHERE_PASSPORT_IS, dossier=OuterRef("pk")).order_by("-sequence")
    ended = Dossier.objects.filter(agency_id=actor.organisation_id or 0, state__in=ENDED_WITHOUT_RESULT)
    here = ended.alias(last_move=Subquery(moves.values("act")[:1])).filter(last_move=RECEIVED)
    return list(here.defer("answers").order_by("ended_at", "pk")[:PAGE])


def posting_on_its_way(dossier: Dossier) -> Posting | None:
    """The passport's, given to the post and not come yet."""
    return dossier.postings.filter(to_office=True, arrived_at=None).order_by("-entered_at", "-id").first()


def postings_of(dossier: Dossier) -> list[Posting]:
    return list(dossier.postings.order_by("entered_at", "id"))


def dossiers_of_posting(actor: Actor, tracking_number: str, *, beside: Dossier) -> list[str]:
    """The numbers of the actor's further dossiers that a letter of this number was entered for."""
    same = visible_to(actor).filter(postings__tracking_number=tracking_number).exclude(pk=beside.pk)
    return sorted(set(same.values_list("number", flat=True)[:20]))


def postings_on_their_way(actor: Actor, *, after: int = 0) -> list[Posting]:
    """Passports sent to the actor's office that have not come yet, as they were entered; one more than a page."""
    if not rules.may_see_counters(actor):
        return []
    waiting = Posting.objects.filter(to_office=True, arrived_at=None, dossier__agency_id=actor.organisation_id or 0)
    shown = waiting.filter(pk__gt=after).select_related("dossier").defer("dossier__answers")
    return list(shown.order_by("pk")[: PAGE + 1])


def get_posting(actor: Actor, pk: int) -> Posting:
    return get_object_or_404(
        Posting.objects.select_related("dossier").filter(dossier__in=visible_to(actor), to_office=True), pk=pk
    )
