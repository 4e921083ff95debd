"""The office's reconciliation, the lodging's choice, and what a stay's page says of the portal."""

from datetime import timedelta
from typing import Any

import pytest

from ancu.apps.audit.models import Event
from ancu.apps.relay.enums import ForwardingReason, ForwardingState, PortalFollowUp
from ancu.apps.relay.models import Forwarding, PortalAccount, RelayPause, RelayProgress
from ancu.apps.relay.services import reconciling
from ancu.apps.relay.tests.factories import make_account, make_forwarding
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.security.privacy import REDACTED
from ancu.core.testing import texts
from ancu.core.testing.query_counts import ExpectQueries

pytestmark = pytest.mark.django_db
PAGE = "/office/portal/"


def test_the_list_says_why_in_words_and_is_a_look(world: Any) -> None:
    stay = make_stay(world.lodging)
    make_forwarding(stay)
    page = world.client("olga").get(PAGE).content.decode()
    assert "HOFFMANN JÖRG" in page
    assert "Thời hạn tạm trú phải lớn hoặc bằng hôm nay" in page
    assert Event.objects.get(act="looked").details == {"count": 1, "stays": [stay.pk]}
    assert "HOFFMANN" not in world.client("pavel").get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"state": ForwardingState.BY_HAND, "why": ForwardingReason.TOO_OLD, "message": ""},
            "only arrivals of today and yesterday",
        ),
        (
            {"state": ForwardingState.BY_HAND, "why": ForwardingReason.UNFIT, "message": "sex permitted_until"},
            "permitted stay until",
        ),
        ({"state": ForwardingState.DOUBTFUL, "why": ForwardingReason.ANOTHER_STAY}, "not checked out"),
        (
            {"state": ForwardingState.WAITING, "message": "", "doubted_at": clock.now()},
            "The portal will be asked again",
        ),
        (
            {
                "state": ForwardingState.SENT,
                "todo": PortalFollowUp.DEPARTURE_CHANGED,
                "message": "",
                "sent_at": clock.now(),
            },
            "Check the guest out",
        ),
    ],
)
def test_every_standing_has_its_words(world: Any, fields: dict[str, Any], sentence: str) -> None:
    make_forwarding(make_stay(world.lodging), **fields)
    assert sentence in world.client("olga").get(PAGE).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(world: Any, count: int, expect_queries: ExpectQueries) -> None:
    for _guest in range(count):
        make_forwarding(make_stay(world.lodging))
    client = world.client("olga")
    client.get(PAGE)
    with expect_queries():
        client.get(PAGE)


def test_a_page_ends_where_the_next_begins(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from ancu.apps.relay import selectors

    forwardings = [make_forwarding(make_stay(world.lodging)) for _guest in range(3)]
    quynh = world.actor("quynh")
    first = selectors.page(quynh, ForwardingState.REFUSED, size=2)
    second = selectors.page(quynh, ForwardingState.REFUSED, after=first.after, size=2)
    assert [row.forwarding for row in (*first.rows, *second.rows)] == forwardings
    assert second.after == ""


def test_an_officer_sends_again_or_settles_with_a_reason(world: Any) -> None:
    forwarding = make_forwarding(make_stay(world.lodging))
    olga = world.client("olga")
    assert olga.post(f"{PAGE}{forwarding.pk}/retry/").status_code == 302
    forwarding.refresh_from_db()
    assert (forwarding.state, forwarding.judged_at) == (ForwardingState.WAITING, None)
    refused = olga.post(f"{PAGE}{forwarding.pk}/settle/", {"reason": "  "})
    assert (refused.status_code, b"field is required" in refused.content.lower() or b"invalid" in refused.content) == (
        422,
        True,
    )
    assert olga.post(f"{PAGE}{forwarding.pk}/settle/", {"reason": "entered there"}).status_code == 302
    forwarding.refresh_from_db()
    assert (forwarding.state, forwarding.settled_reason, forwarding.sent_record["soHoChieu"]) == (
        ForwardingState.SETTLED,
        "entered there",
        forwarding.stay.document_number,
    )
    second_response = olga.post(f"{PAGE}{forwarding.pk}/settle/", {"reason": "twice"}, follow=True)
    assert texts.LAST_CHANGED_THIS_YOURSELF in second_response.content.decode()
    retried = olga.post(f"{PAGE}{forwarding.pk}/retry/", follow=True)
    assert texts.LAST_CHANGED_THIS_YOURSELF in retried.content.decode()
    assert [event.reason for event in Event.objects.filter(act="relay.settled")] == ["entered there"]


def test_what_changed_after_it_was_sent_is_settled_and_stays_sent(world: Any) -> None:
    forwarding = make_forwarding(
        make_stay(world.lodging), state=ForwardingState.SENT, todo="corrected left", message="", sent_record={}
    )
    world.client("olga").post(f"{PAGE}{forwarding.pk}/settle/", {"reason": "corrected there"})
    forwarding.refresh_from_db()
    assert (forwarding.state, forwarding.todo) == (ForwardingState.SENT, "")


def test_the_office_pauses_with_a_reason_and_takes_up_again(world: Any) -> None:
    rosa = world.client("rosa")
    assert rosa.post(f"{PAGE}pause/", {"reason": ""}).status_code == 422
    page = rosa.post(f"{PAGE}pause/", {"reason": "The portal is moved"}, follow=True).content.decode()
    assert "The portal is moved" in page
    assert texts.RESUME_FORWARDING in page
    assert texts.RESUME_FORWARDING not in world.client("olga").get(PAGE).content.decode()
    rosa.post(f"{PAGE}resume/")
    assert RelayPause.objects.get().resumed_by == world.users["rosa"].pk
    assert "not paused" in rosa.post(f"{PAGE}resume/", follow=True).content.decode()


def test_a_portal_in_trouble_is_told_of(world: Any) -> None:
    RelayProgress.objects.create(pk=1, failures=4, problem="unreachable", answered_at=clock.now())
    page = world.client("rosa").get(PAGE).content.decode()
    assert "has not answered 4 calls" in page
    assert "switched off in the settings" in page


def test_day_by_day_both_sides_are_counted(world: Any) -> None:
    make_account(world.lodging)
    today = clock.today()
    for state in (ForwardingState.SENT, ForwardingState.SETTLED, ForwardingState.WAITING, ForwardingState.DOUBTFUL):
        make_forwarding(make_stay(world.lodging), state=state)
    make_stay(world.lodging)  # declared this minute, not yet gathered
    make_forwarding(make_stay(world.lodging, status=StayStatus.WITHDRAWN), state=ForwardingState.SENT)
    make_stay(world.other_lodging)  # does not forward
    olga = world.client("olga")
    page = olga.get(f"{PAGE}days/").content.decode()
    cells = [part.split("<")[0] for part in page.split('class="num" data-label=')[1:]]
    assert [cell.rsplit(">", 1)[-1] for cell in cells] == ["5", "2", "1", "1"]
    assert "Differ" in page
    assert "No arrivals" in olga.get(f"{PAGE}days/?day={today - timedelta(days=3)}").content.decode()
    assert "No arrivals" in world.client("pavel").get(f"{PAGE}days/").content.decode()
    assert olga.get(f"{PAGE}days/?day=nonsense").status_code == 422


def test_the_manager_connects_the_lodging(world: Any, settings: Any) -> None:
    alice, path = world.client("alice"), "/lodgings/portal/"
    assert "(optional)" not in alice.get(path).content.decode()
    for wrong in ({}, {"username": "lodge"}, {"password": "x"}):
        answer = alice.post(path, {"act": "save"} | wrong)
        assert (answer.status_code, PortalAccount.objects.count()) == (422, 0)
    page = alice.post(path, {"act": "save", "username": "lodge", "password": "päss "}, follow=True).content.decode()
    assert "is forwarded, so you declare only once" in page
    assert "päss" not in page
    account = PortalAccount.objects.get()
    assert (account.forwards, account.username) == (True, "lodge")
    stored_password = bytes(account.password_sealed or b"")
    alice.post(path, {"act": "save", "username": "lodge", "password": ""})
    account.refresh_from_db()
    assert bytes(account.password_sealed or b"") == stored_password
    assert alice.post(path, {"act": "save", "username": "another"}).status_code == 422
    assert world.client("bob").post(path, {"act": "end"}).status_code == 403
    alice.post(path, {"act": "end"})
    account.refresh_from_db()
    assert (account.forwards, account.username, account.password_sealed) == (False, "", None)
    settings.PORTAL_USERNAME = "office"
    assert alice.get(path).content.decode().count("(optional)") == 2
    assert alice.post(path, {"act": "save"}).status_code == 302


def test_the_stays_page_says_where_it_stands(world: Any) -> None:
    stay = make_stay(world.lodging)
    alice, olga = world.client("alice"), world.client("olga")
    assert texts.NATIONAL_PORTAL not in alice.get(f"/stays/{stay.pk}/").content.decode().split("<main")[1]
    forwarding = make_forwarding(stay, state=ForwardingState.SENT, sent_at=clock.now(), message="")
    for page in (alice.get(f"/stays/{stay.pk}/"), olga.get(f"/office/stays/{stay.pk}/")):
        assert "Forwarded to the national portal at" in page.content.decode()
    for state, sentence in (
        (ForwardingState.WAITING, "It will be forwarded"),
        (ForwardingState.REFUSED, "Refused by the portal"),
        (ForwardingState.SETTLED, "by an officer"),
    ):
        Forwarding.objects.filter(pk=forwarding.pk).update(state=state)
        assert sentence in alice.get(f"/stays/{stay.pk}/").content.decode()


def test_the_tab_is_there_when_the_office_forwards(world: Any, settings: Any) -> None:
    olga = world.client("olga")
    assert f'href="{PAGE}"' not in olga.get("/office/area/").content.decode()
    settings.PORTAL_RELAY = True
    assert f'href="{PAGE}"' in olga.get("/office/area/").content.decode()


def test_what_was_told_of_an_emptied_stay_is_emptied(world: Any) -> None:
    forwarding = make_forwarding(make_stay(world.lodging), sent_record={"hoTen": "A"}, settled_reason="B")
    assert reconciling.redact(system("t")) == 0
    type(forwarding.stay).objects.filter(pk=forwarding.stay_id).update(full_name=REDACTED)
    assert reconciling.redact(system("t")) == 1
    forwarding.refresh_from_db()
    assert (forwarding.sent_record, forwarding.message, forwarding.settled_reason) == (None, "", "")
