"""Whatever the portal does: no guest is lost, none is there twice, and what it will not take is on a person's list."""

import os
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ancu.apps.relay.enums import FOR_A_PERSON, ForwardingReason, ForwardingState
from ancu.apps.relay.models import Forwarding, PortalAccount, RelayProgress
from ancu.apps.relay.services import portal as client
from ancu.apps.relay.services import sending
from ancu.apps.relay.tests.scene import Relay
from ancu.apps.relay.tests.servers import FAULTS, PortalRegister
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Stay
from ancu.apps.stays.services import change_room, check_out, withdraw

pytestmark = pytest.mark.django_db


def check(relay: Relay) -> None:
    """What holds at any moment, and at the end of everything."""
    for forwarding in Forwarding.objects.select_related("stay"):
        there = relay.at_portal(forwarding.stay)
        assert there <= 1, "doubled"
        if forwarding.state == ForwardingState.SENT:
            assert there == 1, "called sent and is not there"
        if forwarding.state in (ForwardingState.REFUSED, ForwardingState.BY_HAND, ForwardingState.DROPPED):
            assert there == 0, "there, and nobody was told"
        if there and forwarding.state == ForwardingState.WAITING:
            assert forwarding.doubted_at is not None, "there, and taken for unsent"


def settled(relay: Relay) -> None:
    """Nothing waits any more, and nothing is missing."""
    check(relay)
    assert not Forwarding.objects.filter(state=ForwardingState.WAITING).exists()
    missing = Stay.objects.exclude(status=StayStatus.WITHDRAWN).exclude(pk__in=Forwarding.objects.values("stay_id"))
    assert not missing.exists()
    for forwarding in Forwarding.objects.filter(stay__status=StayStatus.WITHDRAWN):
        has_notice = "withdrawn" in forwarding.todo or forwarding.state in (
            ForwardingState.DOUBTFUL,
            ForwardingState.REFUSED,
        )
        assert has_notice or relay.at_portal(forwarding.stay) == 0


@pytest.mark.slow
def test_down_for_a_day_then_slow_then_already_there(relay: Relay, book: PortalRegister, settings: Any) -> None:
    """The portal is gone for 24 hours; it comes back storing without answering in time; then it says: already there."""
    url, gone = relay.url, "http://127.0.0.1:9"  # nobody listens to the discard port
    settings.PORTAL_URL = gone
    yesterdays = [relay.declare(ago=1) for _guest in range(3)]
    todays: list[Stay] = []
    for hour in range(24):
        if hour % 2 == 0:
            todays.append(relay.declare())
        if hour == 12:
            settings.PORTAL_URL, book.broken = url, "html"  # first nothing answers, then only a proxy's page
        for _pass in range(4):
            relay.run()
            relay.clock.forward(minutes=15)
        check(relay)
    assert book.declared == []
    assert RelayProgress.objects.get().failures > 10
    slowly(relay, book)
    book.broken = ""
    relay.work(minutes=180)  # and now it says of those it has: already there
    settled(relay)
    for stay in yesterdays:  # older than its interface takes: on a person's list, by name
        assert relay.of(stay).state in (ForwardingState.BY_HAND, ForwardingState.DOUBTFUL)
        assert relay.of(stay).why in (ForwardingReason.TOO_OLD, ForwardingReason.MAYBE_THERE)
    for stay in todays:
        assert (relay.of(stay).state, relay.at_portal(stay)) == (ForwardingState.SENT, 1)
    assert any(relay.of(stay).reconciled for stay in todays)


def slowly(relay: Relay, book: PortalRegister) -> None:
    """Each call is stored and its answer does not come."""
    book.broken = "kept, slow"
    for _call in range(3):
        relay.work(minutes=40)
        check(relay)
    assert book.declared
    assert not Forwarding.objects.filter(state=ForwardingState.SENT, reconciled=False).exists()


FAULT = st.sampled_from([*FAULTS, "", "", "die"])
STEP = st.one_of(
    st.tuples(st.just("faults"), st.lists(FAULT, min_size=1, max_size=4)),
    st.tuples(st.just("declare"), st.integers(0, 1)),
    st.tuples(st.just("wait"), st.sampled_from([1, 6, 40, 300])),
    st.tuples(st.just("withdraw"), st.integers(0, 5)),
    st.tuples(st.just("leave"), st.integers(0, 5)),
    st.tuples(st.just("move"), st.integers(0, 5)),
    st.tuples(st.just("sign in"), st.lists(st.sampled_from(["500", "slow", "hang up", "gibberish"]), max_size=3)),
)


class Died(BaseException):
    """The worker, between the portal's answer and our own commit."""


@pytest.mark.slow
@settings(
    max_examples=300 if os.environ.get("ANCU_LONG") else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, min_size=3, max_size=14), dates=st.booleans())
def test_whatever_the_portal_does(
    relay: Relay, monkeypatch_each: Any, steps: list[tuple[str, Any]], dates: bool
) -> None:
    with transaction.atomic(), monkeypatch_each() as patch:
        start = relay.clock.at
        start_over(relay, dates=dates)
        patch.setattr(sending, "_store_answer", dying(relay.book, sending._store_answer))
        relay.declare()
        for name, value in steps:
            take(relay, name, value)
            run(relay)
            check(relay)
        relay.book.faults, relay.book.sign_in_faults = [], []
        for _hour in range(50):  # to the end of the days that the portal takes
            run(relay)
            relay.clock.forward(minutes=60)
        settled(relay)
        relay.clock.at = start
        transaction.set_rollback(True)


def start_over(relay: Relay, *, dates: bool) -> None:
    book = relay.book
    book.declared, book.faults, book.sign_in_faults, book.tells_dates = [], [], [], dates
    client.forget_sessions()
    assert PortalAccount.objects.get().forwards


def dying(book: PortalRegister, really: Any) -> Any:
    """``_store_answer`` that a worker does not come to when the next fault is to die."""

    def write_down(batch: Any, answer: Any) -> None:
        if book.faults and book.faults[0] == "die":
            book.faults.pop(0)
            raise Died
        really(batch, answer)

    return write_down


def run(relay: Relay) -> None:
    """The job; a worker that died is started again by the next minute's."""
    if relay.book.faults and relay.book.faults[0] == "die":
        relay.book.faults.insert(0, "")  # this call is answered, and then
    with suppress(Died):
        relay.run()


def take(relay: Relay, name: str, value: Any) -> None:
    alice = relay.world.actor("alice")
    standing = list(Stay.objects.exclude(status=StayStatus.WITHDRAWN).order_by("id"))
    stay = standing[value % len(standing)] if isinstance(value, int) and standing else None
    if name == "faults":
        relay.book.faults += value
    elif name == "sign in":
        relay.book.sign_in_faults += value
        client.forget_sessions()
    elif name == "declare":
        relay.declare(ago=value)
    elif name == "wait":
        relay.clock.forward(minutes=value)
    elif stay is not None and name == "withdraw":
        withdraw(actor=alice, stay_id=stay.pk, reason="typed twice")
    elif stay is not None and stay.departed_on is None and name == "leave":
        check_out(actor=alice, stay_ids=[stay.pk], departed_on=relay.clock.today())
    elif stay is not None and stay.departed_on is None and name == "move":
        change_room(actor=alice, stay_id=stay.pk, room=f"{value}0{value}")


@pytest.mark.slow
def test_seventy_declarations_of_one_lodging_all_arrive(relay: Relay, book: PortalRegister) -> None:
    """Several lots with a fault between each."""
    book.faults = ["kept, 500", "", "slow", "", "kept, html", ""]
    stays = [relay.declare() for _guest in range(70)]
    relay.work(minutes=30)
    settled(relay)
    assert {relay.of(stay).state for stay in stays} == {ForwardingState.SENT}
    assert not Forwarding.objects.filter(state__in=FOR_A_PERSON).exists()
    assert relay.clock.now() - min(
        forwarding.sent_at for forwarding in Forwarding.objects.all() if forwarding.sent_at
    ) < timedelta(hours=1)
