"""One stay's way to the portal, and what each fault of the portal leaves behind."""

import socket
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancu.apps.audit.models import Event
from ancu.apps.relay.enums import ForwardingReason, ForwardingState
from ancu.apps.relay.models import Forwarding, PortalAccount, RelayProgress
from ancu.apps.relay.services import accounts, gathering, portal, reconciling, sending
from ancu.apps.relay.tests.scene import Relay
from ancu.apps.relay.tests.servers import FAULTS, PortalRegister
from ancu.apps.stays.selectors import undoing
from ancu.apps.stays.services import change_room, check_out, correct, extend, undo_last, withdraw
from ancu.core.actor import system
from ancu.core.errors import Conflict, Forbidden
from ancu.core.web import http_client

pytestmark = pytest.mark.django_db


def test_what_a_lodging_declares_reaches_the_portal_in_its_words(relay: Relay, book: PortalRegister) -> None:
    stay = relay.declare(full_name="HOFFMANN-MUSTER JÖRG", nationality="DEU", birth_date="1962")
    assert relay.run() == 1
    [declared] = book.declared
    day = relay.clock.today()
    assert declared.record == {
        "hoTen": "HOFFMANN-MUSTER JÖRG", "quocTich": "D", "soHoChieu": stay.document_number, "gioiTinh": "M",
        "loaiNgayThangNamSinh": "Y", "ngayThangNamSinhStr": "1962-01-01", "ngayDenCsltStr": f"{day} 00:00:00",
        "ngayDiDuKienStr": f"{day + timedelta(days=3)} 23:59:59", "soPhong": "201",
        "thoiHanTamTruStr": f"{day + timedelta(days=60)} 23:59:59",
    }  # fmt: skip
    forwarding = relay.of(stay)
    assert (forwarding.state, forwarding.sent_at, forwarding.reconciled, forwarding.todo) == (
        ForwardingState.SENT,
        relay.clock.now(),
        False,
        "",
    )
    assert Event.objects.get(act="relay.sent").details == {"stays": [stay.pk]}
    assert relay.run() == 0


def test_a_batch_goes_in_one_call_and_a_token_serves_many(relay: Relay, book: PortalRegister) -> None:
    for _guest in range(45):
        relay.declare()
    assert relay.run() == 3  # of 20, 20 and 5
    assert len(book.declared) == 45
    assert book.calls.count("/authorization-service/oauth/token") == 1
    relay.clock.forward(minutes=29, seconds=30)
    relay.declare()
    relay.run()
    assert book.calls.count("/authorization-service/oauth/refresh-token") == 1  # less than a minute was left
    relay.clock.forward(minutes=45)
    book.renewals.clear()  # the portal forgot it: signing in anew is left
    relay.declare()
    relay.run()
    assert len(book.declared) == 47
    assert book.calls.count("/authorization-service/oauth/token") == 2


def test_nothing_goes_unless_the_office_and_the_lodging_want_it(relay: Relay, settings: Any) -> None:
    settings.PORTAL_RELAY = False
    relay.declare()
    assert (relay.run(), Forwarding.objects.count()) == (0, 0)
    settings.PORTAL_RELAY = True
    accounts.disconnect(relay.world.actor("alice"), establishment=relay.lodging)
    assert (relay.run(), Forwarding.objects.count()) == (0, 0)
    assert PortalAccount.objects.get().password_sealed is None
    relay.clock.forward(minutes=1)
    relay.connect()
    assert (relay.run(), Forwarding.objects.count()) == (0, 0)  # declared before: the lodging's own to enter
    relay.clock.forward(minutes=1)
    stay = relay.declare()
    assert (relay.run(), relay.of(stay).state) == (1, ForwardingState.SENT)


@pytest.mark.parametrize("fault", FAULTS)
def test_after_any_fault_the_guest_is_there_exactly_once(relay: Relay, book: PortalRegister, fault: str) -> None:
    stay = relay.declare()
    book.faults = [fault]
    relay.run()
    forwarding = relay.of(stay)
    if fault == "expired":
        assert forwarding.state == ForwardingState.SENT
    else:
        assert forwarding.state == ForwardingState.WAITING
        assert (forwarding.doubted_at is None) == (fault == "busy")
        assert RelayProgress.objects.get().failures == 1
    relay.work(minutes=5)
    forwarding = relay.of(stay)
    assert (forwarding.state, relay.at_portal(stay)) == (ForwardingState.SENT, 1)
    assert forwarding.reconciled == fault.startswith("kept")
    assert RelayProgress.objects.get().failures == 0


def test_a_portal_that_listens_to_nobody_leaves_no_doubt(relay: Relay, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url, settings.PORTAL_URL = settings.PORTAL_URL, f"http://127.0.0.1:{port}"
    stay = relay.declare()
    relay.run()
    forwarding, progress = relay.of(stay), RelayProgress.objects.get()
    assert (forwarding.state, forwarding.doubted_at, progress.problem) == (ForwardingState.WAITING, None, "unreachable")
    assert progress.rest_until is not None
    assert relay.run() == 0  # it rests
    settings.PORTAL_URL = url
    relay.work(minutes=3)
    assert (relay.of(stay).state, relay.at_portal(stay)) == (ForwardingState.SENT, 1)


def test_a_worker_killed_after_the_portal_stored_leaves_a_doubt_that_resolves(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    stay = relay.declare()
    with monkeypatch.context() as killing:
        killing.setattr(sending, "_store_answer", _killed)
        with pytest.raises(KeyboardInterrupt):
            relay.run()
    forwarding = relay.of(stay)
    assert (forwarding.state, forwarding.doubted_at, relay.at_portal(stay)) == (
        ForwardingState.WAITING,
        relay.clock.now(),
        1,
    )
    relay.work(minutes=7)  # the lease ends
    forwarding = relay.of(stay)
    assert (forwarding.state, forwarding.reconciled, relay.at_portal(stay)) == (ForwardingState.SENT, True, 1)


def _killed(*_arguments: Any) -> None:
    raise KeyboardInterrupt


def test_one_refused_guest_does_not_keep_the_others(relay: Relay, book: PortalRegister) -> None:
    good = [relay.declare() for _guest in range(3)]
    bad = relay.declare(permitted_until=str(relay.clock.today() - timedelta(days=1)))
    relay.run()
    assert {relay.of(guest).state for guest in good} == {ForwardingState.SENT}
    guest = relay.of(bad)
    assert guest.state == ForwardingState.REFUSED and guest.message.startswith(
        "Thời hạn tạm trú phải lớn hoặc bằng hôm nay, "
    )
    assert (guest.doubted_at, len(book.declared)) == (None, 3)


def test_a_correction_sends_a_refused_guest_again(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = relay.declare(permitted_until=str(relay.clock.today() - timedelta(days=1)))
    relay.run()
    Forwarding.objects.update(judged_at=relay.clock.now() - timedelta(days=1))  # the history has the database's time
    later = str(relay.clock.today() + timedelta(days=20))
    correct(actor=relay.world.actor("alice"), stay_id=bad.pk, changes={"permitted_until": later})
    relay.run()
    assert (relay.of(bad).state, relay.at_portal(bad)) == (ForwardingState.SENT, 1)


def test_a_refusal_that_names_nobody_is_asked_of_each_alone(
    relay: Relay, book: PortalRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        book,
        "judge",
        lambda account, records: ["Hệ thống từ chối"] if any(r["soPhong"] == "X" for r in records) else [],
    )
    good = [relay.declare() for _guest in range(3)]
    bad = relay.declare(room="X")
    relay.run()
    assert {relay.of(guest).state for guest in good} == {ForwardingState.SENT}
    assert (relay.of(bad).state, relay.of(bad).message) == (ForwardingState.REFUSED, "Hệ thống từ chối")


def test_what_its_interface_cannot_take_goes_to_a_person(relay: Relay, book: PortalRegister) -> None:
    old, sexless = relay.declare(ago=3), relay.declare(sex="X")
    no_permit, long = relay.declare(permitted_until=None), relay.declare(document_number="AB-123456789")
    relay.run()
    assert (relay.of(old).state, relay.of(old).why) == (ForwardingState.BY_HAND, ForwardingReason.TOO_OLD)
    for stay, field in ((sexless, "sex"), (no_permit, "permitted_until"), (long, "document_number")):
        forwarding = relay.of(stay)
        assert (forwarding.state, forwarding.why, forwarding.message) == (
            ForwardingState.BY_HAND,
            ForwardingReason.UNFIT,
            field,
        )
    assert book.declared == []


def test_withdrawn_before_it_was_sent_it_never_goes(relay: Relay, book: PortalRegister) -> None:
    early, waiting = relay.declare(), relay.declare()
    alice = relay.world.actor("alice")
    withdraw(actor=alice, stay_id=early.pk, reason="typed twice")
    gathering.gather()
    withdraw(actor=alice, stay_id=waiting.pk, reason="typed twice")
    relay.run()
    assert not Forwarding.objects.filter(stay=early).exists()
    assert (relay.of(waiting).state, book.declared) == (ForwardingState.DROPPED, [])


def test_a_doubt_withdrawn_goes_to_a_person(relay: Relay, book: PortalRegister) -> None:
    stay = relay.declare()
    book.faults = ["kept, slow"]
    relay.run()
    withdraw(actor=relay.world.actor("alice"), stay_id=stay.pk, reason="never came")
    relay.work(minutes=3)
    assert (relay.of(stay).state, relay.of(stay).why) == (ForwardingState.DOUBTFUL, ForwardingReason.MAYBE_WITHDRAWN)


def test_changes_after_sending_become_words_for_a_person(relay: Relay) -> None:
    stay, alice = relay.declare(), relay.world.actor("alice")
    relay.run()
    steps = [
        (
            lambda: extend(actor=alice, stay_id=stay.pk, expected_departure=relay.clock.today() + timedelta(9)),
            "extended",
        ),
        (lambda: change_room(actor=alice, stay_id=stay.pk, room="305"), "corrected extended"),
        (lambda: change_room(actor=alice, stay_id=stay.pk, room="201"), "extended"),
        (lambda: check_out(actor=alice, stay_ids=[stay.pk], departed_on=relay.clock.today()), "left"),
        (lambda: withdraw(actor=alice, stay_id=stay.pk, reason="another person"), "withdrawn"),
    ]
    for act, todo in steps:
        act()
        gathering.gather()
        assert relay.of(stay).todo == todo
    reconciling.settle(relay.world.actor("quynh"), pk=relay.of(stay).pk, reason="removed on the portal")
    gathering.gather()
    forwarding = relay.of(stay)
    assert (forwarding.state, forwarding.todo, forwarding.settled_by) == (
        ForwardingState.SENT,
        "",
        relay.world.users["quynh"].pk,
    )


def test_what_is_undone_is_sent_as_if_nothing_had_been(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "UNDO_WINDOW", timedelta(days=9999))  # the relay's clock is not the database's
    alice, sent_stay = relay.world.actor("alice"), relay.declare()
    relay.run()
    waiting_stay = relay.declare(document_number="P7654320")
    gathering.gather()
    for stay in (sent_stay, waiting_stay):
        withdraw(actor=alice, stay_id=stay.pk, reason="twice")
    gathering.gather()
    assert (relay.of(sent_stay).todo, relay.of(waiting_stay).state) == ("withdrawn", ForwardingState.DROPPED)
    for stay in (sent_stay, waiting_stay):
        undo_last(actor=alice, stay=stay)
    gathering.gather()
    assert (relay.of(sent_stay).todo, relay.of(waiting_stay).state) == ("", ForwardingState.WAITING)
    relay.run()
    assert relay.of(waiting_stay).state == ForwardingState.SENT


def test_leaving_on_the_expected_day_is_no_news_and_who_left_is_told_with_his_day(
    relay: Relay, book: PortalRegister
) -> None:
    stay, gone = relay.declare(expected_departure=str(relay.clock.today())), relay.declare(ago=1)
    check_out(actor=relay.world.actor("alice"), stay_ids=[gone.pk], departed_on=relay.clock.today())
    relay.run()
    check_out(actor=relay.world.actor("alice"), stay_ids=[stay.pk], departed_on=relay.clock.today())
    gathering.gather()
    assert (relay.of(stay).todo, relay.of(gone).todo) == ("", "")
    assert book.of(gone.document_number)[0].days[1] == relay.clock.today()


@pytest.mark.parametrize("tells_dates", [False, True])
def test_an_earlier_stay_still_open_there_is_not_taken_for_this_one(
    relay: Relay, book: PortalRegister, tells_dates: bool
) -> None:
    book.tells_dates = tells_dates
    first = relay.declare(document_number="P1", expected_departure=str(relay.clock.today()))
    relay.run()
    relay.clock.forward(days=5)
    second_stay = relay.declare(document_number="P1")
    book.faults = ["kept, slow", "slow"][1:]  # our question was lost, and the answer to the next speaks of the first
    relay.work(minutes=3)
    forwarding = relay.of(second_stay)
    assert (forwarding.state, forwarding.why) == (ForwardingState.DOUBTFUL, ForwardingReason.ANOTHER_STAY)
    assert relay.of(first).state == ForwardingState.SENT
    book.of("P1")[0].checked_out = True  # a person checked the first one out
    reconciling.retry(relay.world.actor("olga"), pk=forwarding.pk)
    relay.work(minutes=2)
    assert (relay.of(second_stay).state, len(book.of("P1"))) == (ForwardingState.SENT, 2)


def test_already_there_by_another_hand_is_asked_of_a_person_unless_the_portal_names_the_day(
    relay: Relay, book: PortalRegister
) -> None:
    for tells, state in ((False, ForwardingState.DOUBTFUL), (True, ForwardingState.SENT)):
        book.tells_dates = tells
        stay = relay.declare()
        portal.Portal("lodge", "s3cret & äöü").declare([sending.record_of(stay)])
        relay.run()
        assert (relay.of(stay).state, relay.at_portal(stay)) == (state, 1)


def test_a_wrong_password_stops_that_lodging_alone(relay: Relay, book: PortalRegister, settings: Any) -> None:
    other_lodging, charlie = relay.world.other_lodging, relay.world.actor("charlie")
    book.accounts["resort"] = "right"
    accounts.connect(charlie, establishment=other_lodging, username="resort", password="right")
    book.accounts["lodge"] = "changed there"
    stay, later = relay.declare(), relay.declare()
    relay.lodging, theirs = other_lodging, None
    relay.world.users["alice"], relay.world.users["charlie"] = relay.world.users["charlie"], relay.world.users["alice"]
    theirs = relay.declare()
    relay.run()
    assert relay.of(theirs).state == ForwardingState.SENT
    forwarding, waiting, account = relay.of(stay), relay.of(later), PortalAccount.objects.get(username="lodge")
    assert (forwarding.state, forwarding.why, forwarding.doubted_at) == (
        ForwardingState.WAITING,
        ForwardingReason.ACCOUNT_REFUSED,
        None,
    )
    assert (waiting.why, account.problem) == (ForwardingReason.ACCOUNT_REFUSED, ForwardingReason.ACCOUNT_REFUSED)
    relay.lodging = relay.world.lodging
    relay.world.users["alice"], relay.world.users["charlie"] = relay.world.users["charlie"], relay.world.users["alice"]
    relay.connect(password="changed there")
    relay.run()
    assert (relay.of(stay).state, relay.of(later).state) == (ForwardingState.SENT, ForwardingState.SENT)


@pytest.mark.slow
def test_sign_in_that_fails_sends_nothing_and_comes_again(relay: Relay, book: PortalRegister) -> None:
    stay = relay.declare()
    book.sign_in_faults = ["500", "html", "slow", "hang up", "gibberish", "busy"]
    relay.work(minutes=60)
    assert (relay.of(stay).state, relay.at_portal(stay), relay.of(stay).reconciled) == (ForwardingState.SENT, 1, False)


def test_the_offices_account_serves_lodgings_without_one(relay: Relay, settings: Any) -> None:
    alice = relay.world.actor("alice")
    with pytest.raises(Conflict, match="no_account"):
        accounts.connect(alice, establishment=relay.lodging)
    settings.PORTAL_USERNAME, settings.PORTAL_PASSWORD = "lodge", "s3cret & äöü"
    accounts.connect(alice, establishment=relay.lodging)
    stay = relay.declare()
    relay.run()
    assert relay.of(stay).state == ForwardingState.SENT
    settings.PORTAL_USERNAME = ""
    lost = relay.declare()
    relay.run()
    assert (relay.of(lost).state, relay.of(lost).why) == (ForwardingState.WAITING, ForwardingReason.NO_ACCOUNT)


def test_the_password_is_sealed_and_opens_with_its_key_alone(relay: Relay, settings: Any) -> None:
    sealed = bytes(PortalAccount.objects.get().password_sealed)
    assert b"s3cret" not in sealed
    settings.FILES_KEY = "another key"
    assert accounts.portal_of(relay.lodging) is None


def test_a_password_of_no_more_use_is_forgotten(relay: Relay, book: PortalRegister) -> None:
    alice = relay.world.actor("alice")
    stay = relay.declare()
    gathering.gather()
    accounts.disconnect(alice, establishment=relay.lodging)
    assert accounts.forget_passwords(system("t")) == 0  # one still waits, and goes by it
    relay.run()
    assert relay.of(stay).state == ForwardingState.SENT
    assert accounts.forget_passwords(system("t")) == 1
    assert PortalAccount.objects.get().password_sealed is None


def test_an_answer_that_drips_is_no_answer(relay: Relay, book: PortalRegister, monkeypatch: pytest.MonkeyPatch) -> None:
    stay = relay.declare()
    monkeypatch.setattr(http_client, "DEADLINE", 0.3)
    book.faults = ["kept, drip"]
    relay.run()
    assert (relay.of(stay).state, RelayProgress.objects.get().problem) == (ForwardingState.WAITING, "timeout")
    relay.work(minutes=4)
    assert (relay.of(stay).state, relay.at_portal(stay)) == (ForwardingState.SENT, 1)


def test_only_the_manager_connects(relay: Relay) -> None:
    for who in ("bob", "charlie", "olga"):
        with pytest.raises(Forbidden):
            accounts.connect(relay.world.actor(who), establishment=relay.lodging, username="a", password="b")
        with pytest.raises(Forbidden):
            accounts.disconnect(relay.world.actor(who), establishment=relay.lodging)


def test_while_it_is_paused_nothing_goes_and_nothing_is_lost(relay: Relay) -> None:
    rosa = relay.world.actor("rosa")
    with pytest.raises(Forbidden):
        reconciling.pause(relay.world.actor("olga"), reason="no")
    reconciling.pause(rosa, reason="The portal is being moved")
    with pytest.raises(Conflict, match="paused"):
        reconciling.pause(rosa, reason="again")
    stay = relay.declare()
    assert (relay.run(), relay.of(stay).state) == (0, ForwardingState.WAITING)
    reconciling.resume(rosa)
    with pytest.raises(Conflict, match="not_paused"):
        reconciling.resume(rosa)
    assert (relay.run(), relay.of(stay).state) == (1, ForwardingState.SENT)
    assert list(Event.objects.filter(act__startswith="relay.").values_list("act", flat=True).order_by("id"))[-3:] == [
        "relay.paused", "relay.resumed", "relay.sent"
    ]  # fmt: skip


def test_a_presumed_departure_is_no_report(relay: Relay) -> None:
    first = relay.declare(document_number="P9", expected_departure=str(relay.clock.today() + timedelta(days=1)))
    relay.run()
    relay.clock.forward(days=5)
    relay.declare(document_number="P9")
    gathering.gather()
    first.refresh_from_db()
    assert (first.departure_presumed, relay.of(first).todo) == (True, "")


def test_declaring_asks_the_database_nothing_more_where_it_is_forwarded(relay: Relay, settings: Any) -> None:
    counts = []
    relay.declare()  # what a first call remembers
    for is_on in (False, True):
        settings.PORTAL_RELAY = is_on
        with CaptureQueriesContext(connection) as queries:
            relay.declare()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_declaration_that_commits_after_the_look_is_found_by_the_next(relay: Relay) -> None:
    """Its time of receipt lies before the mark: a mark alone would pass over it."""
    relay.clock.forward(minutes=10)
    relay.run()
    relay.clock.forward(minutes=-5)
    late = relay.declare()
    relay.clock.forward(minutes=6)
    relay.run()
    assert relay.of(late).state == ForwardingState.SENT


def test_a_change_is_followed_once_however_often_it_is_looked_at(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    stay = relay.declare()
    relay.run()
    change_room(actor=relay.world.actor("alice"), stay_id=stay.pk, room="305")
    followed: list[int] = []
    really = gathering.follow
    monkeypatch.setattr(gathering, "follow", lambda key, event: (followed.append(key), really(key, event)))
    for _look in range(3):
        gathering.gather()
    assert (followed, relay.of(stay).todo) == ([stay.pk], "corrected")


def test_what_a_person_settled_while_the_call_was_out_stays_settled(
    relay: Relay, book: PortalRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = relay.declare(permitted_until=str(relay.clock.today() - timedelta(days=1)))
    really = sending._store_answer

    def settled_meanwhile(batch: Any, answer: Any) -> None:
        reconciling.settle(relay.world.actor("olga"), pk=relay.of(bad).pk, reason="entered there")
        really(batch, answer)

    monkeypatch.setattr(sending, "_store_answer", settled_meanwhile)
    relay.run()
    assert relay.of(bad).state == ForwardingState.SETTLED


def test_a_change_while_the_call_was_out_is_not_missed(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    stay = relay.declare()
    really = sending._store_answer

    def moved_meanwhile(batch: Any, answer: Any) -> None:
        change_room(actor=relay.world.actor("alice"), stay_id=stay.pk, room="305")
        gathering.gather()  # another worker's look, before the answer is written down
        really(batch, answer)

    monkeypatch.setattr(sending, "_store_answer", moved_meanwhile)
    relay.run()
    gathering.gather()
    assert (relay.of(stay).state, relay.of(stay).todo) == (ForwardingState.SENT, "corrected")
