"""Counters, slots and places: what is booked stays booked, and no slot is ever overbooked."""

from collections import Counter as Tally
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ancu.apps.audit.models import Event as AuditEvent
from ancu.apps.dossiers.enums import ComponentState, Handover, SlotPurpose, State
from ancu.apps.dossiers.models import Appointment, Counter, Dossier, Slot
from ancu.apps.dossiers.selectors import slots as selectors
from ancu.apps.dossiers.services import counters, filing, postings, slots
from ancu.apps.dossiers.services.counters import OpeningPeriod
from ancu.apps.dossiers.tests.factories import make_cast, make_counter, make_dossier, make_slots, make_submitted, pay
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden

MORNINGS = [OpeningPeriod(day, time(8), time(11)) for day in range(7)]
BRING, COLLECT = SlotPurpose.BRING, SlotPurpose.COLLECT


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), clock.VIETNAM)


def days_of(counter: Counter) -> set[date]:
    return {clock.local(slot.starts_at).date() for slot in Slot.objects.filter(counter=counter)}


# ---- counters ------------------------------------------------------------------------------------------


def test_slots_of_six_weeks_follow_the_hours_and_the_working_calendar(cast: World, settings: Any) -> None:
    counter = make_counter(cast, MORNINGS, slot_minutes=30, capacity=4)
    today = clock.today()
    assert all(today <= day <= today + timedelta(weeks=6) for day in days_of(counter))
    assert {day.weekday() for day in days_of(counter)} >= {0, 5}, "Saturday morning is open"
    assert all(selectors.calendar().hours(day) for day in days_of(counter)), "closed on holidays and Sundays"
    day = next(day for day in sorted(days_of(counter)) if day > today)
    of_the_day = Slot.objects.filter(counter=counter, starts_at__gte=at(day, 0), starts_at__lt=at(day, 23))
    assert [clock.local(slot.starts_at).time() for slot in of_the_day.order_by("starts_at")] == [
        time(8), time(8, 30), time(9), time(9, 30), time(10), time(10, 30),
    ]  # fmt: skip
    settings.OFFICE_SATURDAY_MORNING = False
    counters.generate(counter)
    assert 5 not in {day.weekday() for day in days_of(counter)}


def test_no_slot_on_the_public_holidays_of_new_year(cast: World) -> None:
    counter = make_counter(cast, MORNINGS)
    hours = list(counter.hours.all())
    assert list(selectors.times_of(counter, hours, date(2027, 1, 1))) == []
    assert list(selectors.times_of(counter, hours, date(2099, 1, 5))) == [], "holidays of that year are not known"
    saturday = make_counter(cast, [OpeningPeriod(5, time(8), time(17))], name="Thứ Bảy")
    ends = [
        clock.local(end).time() for _start, end in selectors.times_of(saturday, saturday.hours.all(), date(2026, 12, 5))
    ]
    assert max(ends) <= time(12), "the counter's Saturday ends with the morning"


def test_doing_it_twice_changes_nothing(cast: World) -> None:
    make_counter(cast, MORNINGS)
    before = list(Slot.objects.order_by("id").values())
    assert counters.generate_all() == 1
    assert list(Slot.objects.order_by("id").values()) == before


def test_a_booked_slot_outlives_the_hours_that_made_it_and_the_change_says_so(cast: World) -> None:
    counter = make_counter(cast, MORNINGS, slot_minutes=30, capacity=4)
    dossier = make_submitted(cast)
    slot = Slot.objects.filter(counter=counter).order_by("-starts_at")[0]
    slots.book(cast.actor("ramon"), dossier=dossier, slot=slot, purpose=BRING)
    changed: dict[str, Any] = {
        "name": counter.name, "address": counter.address, "slot_minutes": 30, "capacity": 2, "is_open": True,
    }  # fmt: skip
    afternoons = [OpeningPeriod(day, time(14), time(16)) for day in range(5)]
    _counter, outside = counters.set_counter(cast.actor("rosa"), counter=counter, hours=afternoons, **changed)
    assert outside == [slot]
    slot.refresh_from_db()
    assert (slot.booked_places, slot.capacity) == (1, 1), "it stays, with no further place"
    assert Appointment.objects.get().slot == slot
    others = Slot.objects.filter(counter=counter).exclude(pk=slot.pk)
    assert {entry.capacity for entry in others} == {2}
    assert all(clock.local(entry.starts_at).hour >= 14 for entry in others)
    _counter, outside = counters.set_counter(cast.actor("rosa"), counter=counter, hours=MORNINGS, **changed)
    slot.refresh_from_db()
    assert outside == [] and (slot.booked_places, slot.capacity) == (1, 2)


def test_longer_slots_make_none_beside_one_that_is_booked(cast: World) -> None:
    counter = make_counter(cast, MORNINGS, slot_minutes=30)
    slot = Slot.objects.filter(counter=counter).order_by("-starts_at")[0]
    slots.book(cast.actor("ramon"), dossier=make_submitted(cast), slot=slot, purpose=BRING)
    _counter, outside = counters.set_counter(
        cast.actor("rosa"), counter=counter, name="A", address="B", slot_minutes=45, capacity=4, is_open=True,
        hours=MORNINGS,
    )  # fmt: skip
    assert outside == [slot]
    beside = Slot.objects.filter(counter=counter, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)
    assert list(beside) == [slot]


def test_a_closed_counter_offers_nothing_and_keeps_what_is_booked(cast: World) -> None:
    counter = make_counter(cast, MORNINGS)
    dossier = make_submitted(cast)
    slot = Slot.objects.filter(counter=counter).order_by("-starts_at")[0]
    slots.book(cast.actor("ramon"), dossier=dossier, slot=slot, purpose=BRING)
    counters.set_counter(
        cast.actor("rosa"), counter=counter, name="A", address="B", slot_minutes=30, capacity=4, is_open=False,
        hours=MORNINGS,
    )  # fmt: skip
    assert list(Slot.objects.all()) == [slot]
    assert selectors.free_days(selectors.open_counters(dossier)) == []


@pytest.mark.parametrize("name", ["ines", "dora", "ramon", "mia", "olga"])
def test_only_the_administrator_sets_counters(cast: World, name: str) -> None:
    with pytest.raises(Forbidden):
        counters.set_counter(
            cast.actor(name), name="A", address="B", slot_minutes=30, capacity=4, is_open=True, hours=MORNINGS
        )


# ---- booking -------------------------------------------------------------------------------------------


def test_booking_moving_and_cancelling_count_the_places(cast: World) -> None:
    first, second = make_slots(cast, 2, capacity=1)
    dossier, ramon = make_submitted(cast), cast.actor("ramon")
    Dossier.objects.filter(pk=dossier.pk).update(handover=Handover.POST)
    slots.book(ramon, dossier=dossier, slot=first, purpose=BRING)
    slots.book(ramon, dossier=dossier, slot=first, purpose=BRING)
    assert booked_places(first, second) == [1, 0], "pressed twice is booked once"
    slots.book(ramon, dossier=dossier, slot=second, purpose=BRING)
    assert booked_places(first, second) == [0, 1]
    assert Appointment.objects.get().slot == second
    slots.cancel(ramon, dossier=dossier, purpose=BRING)
    assert booked_places(first, second) == [0, 0]
    with pytest.raises(Conflict):
        slots.cancel(ramon, dossier=dossier, purpose=BRING)
    dossier.refresh_from_db()
    assert dossier.handover == Handover.COUNTER
    acts = list(AuditEvent.objects.filter(act__in=BOOKING).order_by("id").values_list("act", flat=True))
    assert acts == BOOKING


BOOKING = ["dossiers.booked", "dossiers.moved_appointment", "dossiers.cancelled_appointment"]


def booked_places(*of: Slot) -> list[int]:
    return [Slot.objects.get(pk=slot.pk).booked_places for slot in of]


def test_a_full_slot_answers_with_the_next_free_ones_and_the_old_place_is_kept(cast: World) -> None:
    first, full, third, fourth, fifth, _sixth = make_slots(cast, 6, capacity=1)
    ramon, mine, other_dossier = cast.actor("ramon"), make_submitted(cast), make_submitted(cast)
    slots.book(ramon, dossier=mine, slot=first, purpose=BRING)
    slots.book(ramon, dossier=other_dossier, slot=full, purpose=BRING)
    with pytest.raises(slots.SlotFull) as refused:
        slots.book(ramon, dossier=mine, slot=full, purpose=BRING)
    assert refused.value.free == [third, fourth, fifth]
    assert booked_places(first, full) == [1, 1]
    assert Appointment.objects.get(dossier=mine).slot == first


@pytest.mark.parametrize(
    ("state", "purpose"),
    [(State.READY, BRING), (State.SUBMITTED, COLLECT), (State.APPROVED, COLLECT), (State.DELIVERED, COLLECT)],
)
def test_the_passport_is_brought_before_the_decision_and_the_result_fetched_when_it_is_ready(
    cast: World, state: State, purpose: SlotPurpose
) -> None:
    (slot,) = make_slots(cast, 1)
    with pytest.raises(Conflict):
        slots.book(cast.actor("ramon"), dossier=make_dossier(cast, state), slot=slot, purpose=purpose)


def test_a_slot_that_has_begun_is_not_booked(cast: World) -> None:
    (slot,) = make_slots(cast, 1)
    Slot.objects.filter(pk=slot.pk).update(starts_at=clock.now() - timedelta(minutes=1))
    with pytest.raises(slots.SlotFull):
        slots.book(cast.actor("ramon"), dossier=make_submitted(cast), slot=slot, purpose=BRING)


@pytest.mark.parametrize("name", ["mia", "zoe", "ines", "rosa"])
def test_others_do_not_book_for_him(cast: World, name: str) -> None:
    (slot,) = make_slots(cast, 1)
    with pytest.raises(Forbidden):
        slots.book(cast.actor(name), dossier=make_submitted(cast), slot=slot, purpose=BRING)


ACTS = st.lists(st.tuples(st.sampled_from(["book", "cancel"]), st.integers(0, 5), st.integers(0, 3)), max_size=40)


@pytest.mark.slow
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(ACTS)
def test_in_no_history_is_a_slot_overbooked_or_a_place_lost(cast: World, acts: list[tuple[str, int, int]]) -> None:
    Appointment.objects.all().delete()
    Slot.objects.all().delete()
    Counter.objects.all().delete()
    places = make_slots(cast, 4, capacity=2)
    dossiers = list(Dossier.objects.all()) or [make_submitted(cast) for _number in range(6)]
    ramon = cast.actor("ramon")
    for act, who, where in acts:
        try:
            if act == "book":
                slots.book(ramon, dossier=dossiers[who], slot=places[where], purpose=BRING)
            else:
                slots.cancel(ramon, dossier=dossiers[who], purpose=BRING)
        except Conflict:
            continue
        finally:
            current = Tally(Appointment.objects.filter(selectors.OPEN).values_list("slot_id", flat=True))
            now = {slot.pk: slot for slot in Slot.objects.all()}
            assert all(slot.booked_places == current[pk] <= slot.capacity for pk, slot in now.items())
            assert (
                max(
                    Tally(Appointment.objects.filter(selectors.OPEN).values_list("dossier_id", flat=True)).values(),
                    default=0,
                )
                <= 1
            )


# ---- at the counter ------------------------------------------------------------------------------------


def test_who_came_is_noted_and_the_passport_with_him(cast: World) -> None:
    (slot,) = make_slots(cast, 1)
    dossier = make_submitted(cast)
    appointment = slots.book(cast.actor("ramon"), dossier=dossier, slot=slot, purpose=BRING)
    slots.record_arrival(cast.actor("ines"), appointment=appointment, with_passport=True)
    component = dossier.components.get(key="passport")
    assert component.state == ComponentState.RECEIVED and component.by_post
    received = dossier.passport_received()
    assert received and received.data == {"counter": slot.counter_id}
    assert selectors.passport_of(dossier, None).counter == slot.counter
    with pytest.raises(Conflict):
        slots.record_arrival(cast.actor("ines"), appointment=appointment)
    assert selectors.open_appointment(dossier, BRING) is None


def test_who_did_not_come_may_book_again(cast: World) -> None:
    first, second = make_slots(cast, 2)
    dossier = make_submitted(cast)
    appointment = slots.book(cast.actor("ramon"), dossier=dossier, slot=first, purpose=BRING)
    with pytest.raises(Conflict):
        slots.record_absence(cast.actor("ines"), appointment=appointment)
    Slot.objects.filter(pk=first.pk).update(starts_at=clock.now() - timedelta(hours=1))
    slots.record_absence(cast.actor("ines"), appointment=appointment)
    second_response = slots.book(cast.actor("ramon"), dossier=dossier, slot=second, purpose=BRING)
    assert second_response.pk != appointment.pk


@pytest.mark.parametrize("name", ["dora", "rosa", "ramon", "olga"])
def test_only_the_counter_notes_who_came(cast: World, name: str) -> None:
    (slot,) = make_slots(cast, 1)
    appointment = slots.book(cast.actor("ramon"), dossier=make_submitted(cast), slot=slot, purpose=BRING)
    with pytest.raises(Forbidden):
        slots.record_arrival(cast.actor(name), appointment=appointment)


# ---- by post -------------------------------------------------------------------------------------------


def test_a_passport_by_post_gives_the_place_back_and_arrives_once(cast: World) -> None:
    (slot,) = make_slots(cast, 1)
    dossier, ramon = make_submitted(cast), cast.actor("ramon")
    slots.book(ramon, dossier=dossier, slot=slot, purpose=BRING)
    posting = postings.send_passport(
        ramon, dossier=dossier, carrier="VNPost", tracking_number="EE123456789VN", sent_on=clock.today()
    )
    assert booked_places(slot) == [0]
    second_response = postings.send_passport(
        ramon, dossier=dossier, carrier="VNPost", tracking_number="EE123456789VN", sent_on=clock.today()
    )
    assert list(selectors.postings_on_their_way(cast.actor("ines")).rows) == [posting] == [second_response]
    postings.record_arrival(cast.actor("ines"), posting=posting)
    assert dossier.passport_received()
    assert list(selectors.postings_on_their_way(cast.actor("ines")).rows) == []
    with pytest.raises(Conflict):
        postings.record_arrival(cast.actor("ines"), posting=posting)


def test_a_passport_that_came_frees_what_was_still_to_bring_it(cast: World) -> None:
    """The letter has arrived whoever noted it, and a place on a later day is another's."""
    ramon, ines, (slot,) = cast.actor("ramon"), cast.actor("ines"), make_slots(cast, 1)
    posted, early = make_submitted(cast), make_submitted(cast)
    postings.send_passport(ramon, dossier=posted, carrier="VNPost", tracking_number="EE1", sent_on=clock.today())
    slots.receive_passport(ines, dossier=posted)
    assert list(selectors.postings_on_their_way(ines).rows) == []
    slots.book(ramon, dossier=early, slot=slot, purpose=BRING)
    Slot.objects.filter(pk=slot.pk).update(starts_at=clock.now() + timedelta(days=2))
    slots.receive_passport(ines, dossier=early)
    assert (selectors.open_appointment(early, BRING), booked_places(slot)) == (None, [0])
    assert selectors.passport_of(early, None).counter is None  # nobody noted at which counter it came


def test_whoever_brings_the_passport_on_his_day_has_come_to_his_appointment(cast: World) -> None:
    (slot,) = make_slots(cast, 1)
    dossier = make_submitted(cast)
    appointment = slots.book(cast.actor("ramon"), dossier=dossier, slot=slot, purpose=BRING)
    Slot.objects.filter(pk=slot.pk).update(starts_at=clock.now())
    slots.receive_passport(cast.actor("ines"), dossier=dossier)
    appointment.refresh_from_db()
    assert appointment.came_at and appointment.received_by == cast.users["ines"]
    assert selectors.passport_of(dossier, None).counter == slot.counter
    assert booked_places(slot) == [1]


def test_a_result_sent_back_is_delivered(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    pay(cast, dossier)
    postings.send_result(
        cast.actor("ines"), dossier=dossier, carrier="VNPost", tracking_number="EE1", sent_on=clock.today()
    )
    dossier.refresh_from_db()
    assert dossier.state == State.DELIVERED
    assert [(posting.to_office, posting.tracking_number) for posting in dossier.postings.order_by("id")] == [
        (False, "EE1")
    ]
    with pytest.raises(Conflict):
        postings.send_passport(
            cast.actor("ramon"), dossier=dossier, carrier="VNPost", tracking_number="EE1", sent_on=clock.today()
        )


def test_a_withdrawn_dossier_gives_its_place_back(cast: World) -> None:
    (slot,) = make_slots(cast, 1)
    dossier, ramon = make_submitted(cast), cast.actor("ramon")
    slots.book(ramon, dossier=dossier, slot=slot, purpose=BRING)
    filing.withdraw(ramon, dossier=dossier, reason="Leaving early.")
    assert booked_places(slot) == [0]
    assert selectors.open_appointments(dossier) == []
