"""Ten minutes of undo: what was done to one guest or to many is taken back, and every figure agrees afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from ancu.apps.audit.models import Event
from ancu.apps.stays import services
from ancu.apps.stays.models import PresenceDay, Stay
from ancu.apps.stays.selectors import get_stay, history
from ancu.apps.stays.selectors import today as day
from ancu.apps.stays.selectors.undoing import act_on, acts_of
from ancu.apps.stays.services.presence import gather
from ancu.apps.stays.tests.test_api import make_token
from ancu.apps.stays.tests.test_declaring import guest, say
from ancu.apps.stays.tests.test_uploads import answers_of
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.testing import texts
from ancu.core.testing.program import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def stays(world: Any) -> list[Stay]:
    say(world, *(guest(f"A{n}0417", arrived=-2, nights=3) for n in range(3)))
    return list(Stay.objects.order_by("pk"))


def leave(world: Any, *stays: Stay) -> None:
    services.check_out(actor=world.actor("bob"), stay_ids=[stay.pk for stay in stays], departed_on=clock.today())


def undo_of(world: Any, stay: Stay) -> list[Stay]:
    act = act_on(stay)
    assert act is not None
    return services.undo(actor=world.actor("bob"), act=act.id)


def test_a_bulk_check_out_is_one_act_and_undone_as_one(world: Any, stays: list[Stay]) -> None:
    leave(world, *stays)
    [act] = acts_of(world.actor("bob"), world.lodging)
    assert (act.verb, act.number, act.name) == ("checked_out", 3, stays[2].full_name)
    assert acts_of(world.actor("alice"), world.lodging) == []  # her own acts, not his
    assert {stay.pk for stay in undo_of(world, stays[0])} == {stay.pk for stay in stays}
    assert not Stay.objects.exclude(departed_on=None).exists() and acts_of(world.actor("bob"), world.lodging) == []
    assert [change.act for change in history(world.actor("bob"), stays[0])] == ["checked_out", "undone"]
    event = Event.objects.get(act="stays.undone")
    assert sorted(event.details["stays"]) == [stay.pk for stay in stays]


def test_what_was_done_since_is_left_alone(world: Any, stays: list[Stay]) -> None:
    leave(world, *stays)
    act = act_on(stays[0])
    assert act is not None
    services.correct(actor=world.actor("bob"), stay_id=stays[0].pk, changes={"room": "7"})
    assert len(services.undo(actor=world.actor("bob"), act=act.id)) == 2
    stays[0].refresh_from_db()
    assert (stays[0].departed_on, stays[0].room) == (clock.today(), "7")
    with pytest.raises(Conflict, match="nothing_to_undo"):
        services.undo_last(actor=world.actor("bob"), stay=stays[0])


def test_a_correction_that_changes_nothing_leaves_the_undo(world: Any, stays: list[Stay]) -> None:
    leave(world, *stays)
    stay = get_stay(world.actor("bob"), stays[0].pk)
    changes = {name: str(getattr(stay, name)) for name in ("full_name", "document_number", "arrived_on", "departed_on")}
    corrected = services.correct(actor=world.actor("bob"), stay_id=stay.pk, changes=changes)
    program = Program(make_token(world.lodging))
    assert program.call("PATCH", f"stays/{stay.pk}", changes)[0] == 200
    assert corrected.status == "declared" and corrected.arrived_at == stay.arrived_at
    page = world.client("bob").get(reverse("stays:correct", args=[stay.pk]))
    form_data = answers_of(page.context["form"]) | {"version": str(page.context["version"])}
    answer = world.client("bob").post(reverse("stays:correct", args=[stay.pk]), form_data, follow=True).content.decode()
    assert texts.NOTHING_WAS_CHANGED in answer and "is corrected" not in answer
    assert [change.act for change in history(world.actor("bob"), stay)] == ["checked_out"]
    assert not Event.objects.filter(act="stays.corrected").exists()
    assert len(undo_of(world, stays[1])) == 3


@pytest.mark.parametrize(("route", "field"), [("extend", "expected_departure"), ("change_room", "room")])
def test_the_same_day_or_room_is_no_act(world: Any, stays: list[Stay], route: str, field: str) -> None:
    stay, bob = stays[0], world.client("bob")
    values = {"extend": f"{stay.expected_departure:%d/%m/%Y}", "change_room": stay.room}
    answer = bob.post(reverse(f"stays:{route}", args=[stay.pk]), {field: values[route]}, follow=True).content.decode()
    assert texts.NOTHING_WAS_CHANGED in answer and history(world.actor("bob"), stay) == []


@pytest.mark.parametrize("minutes", [9, 10])
def test_it_lasts_ten_minutes(world: Any, stays: list[Stay], minutes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    leave(world, stays[0])
    (act,) = acts_of(world.actor("bob"), world.lodging)
    moment = act.at + timedelta(minutes=minutes, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: moment)
    if minutes == 9:
        assert services.undo_last(actor=world.actor("bob"), stay=stays[0]).departed_on is None
    else:
        assert acts_of(world.actor("bob"), world.lodging) == []
        with pytest.raises(Conflict, match="nothing_to_undo"):
            services.undo_last(actor=world.actor("bob"), stay=stays[0])


@pytest.mark.parametrize("name", ["withdraw", "extend", "change_room"])
def test_every_act_is_undone(world: Any, stays: list[Stay], name: str) -> None:
    arguments: dict[str, Any] = {
        "withdraw": {"reason": "twice"}, "extend": {"expected_departure": clock.today() + timedelta(days=9)},
        "change_room": {"room": "99"},
    }[name]  # fmt: skip
    before = Stay.objects.filter(pk=stays[0].pk).values().get()
    getattr(services, name)(actor=world.actor("bob"), stay_id=stays[0].pk, **arguments)
    assert Stay.objects.filter(pk=stays[0].pk).values().get() != before
    undo_of(world, stays[0])
    assert Stay.objects.filter(pk=stays[0].pk).values().get() == before


def test_a_guest_declared_anew_meanwhile_stands(world: Any, stays: list[Stay]) -> None:
    services.withdraw(actor=world.actor("bob"), stay_id=stays[0].pk, reason="twice")
    say(world, guest("A00417", arrived=-2, nights=3))
    with pytest.raises(Conflict, match=r"already_declared|earlier_stay_open"):
        undo_of(world, stays[0])
    assert Stay.objects.filter(document_number="A00417").exclude(status="withdrawn").count() == 1


def test_who_may_undo(world: Any, stays: list[Stay]) -> None:
    leave(world, stays[0])
    act = act_on(stays[0])
    assert act is not None
    for name, error in (("charlie", Http404), ("quynh", Forbidden)):
        with pytest.raises(error):
            services.undo(actor=world.actor(name), act=act.id)
    assert len(services.undo(actor=world.actor("alice"), act=act.id)) == 1  # a colleague of the same lodging


def test_figures_agree_after_the_undoing(world: Any, stays: list[Stay]) -> None:
    """The feed shows the stays by their versions, which the undoing writes as every act does."""

    def figures() -> Any:
        gather()
        days = PresenceDay.objects.order_by("by", "day", "unit_id", "establishment_id", "value")
        return (
            day.counts(world.actor("bob"), world.lodging, clock.today()),
            list(days.values_list("by", "day", "value", "arrivals", "departures")),
        )

    before = figures()
    leave(world, *stays)
    assert figures() != before
    undo_of(world, stays[0])
    assert figures() == before
    assert [stay.events.count() for stay in stays] == [2] * 3  # type: ignore[attr-defined]


def test_a_whole_submission_is_withdrawn_and_that_undone(world: Any, stays: list[Stay]) -> None:
    bob, number = world.actor("bob"), stays[0].submission.number
    services.withdraw(actor=bob, stay_id=stays[1].pk, reason="did not come")
    with pytest.raises(Conflict, match="reason_missing"):
        services.withdraw_submission(actor=bob, number=number, reason=" ")
    page = world.client("bob").get(f"/stays/receipts/{number}/").content.decode()
    assert "Withdraw the declarations of 2 guests?" in page, "as many as stand"
    assert len(services.withdraw_submission(actor=bob, number=number, reason="wrong file")) == 2
    assert set(Stay.objects.values_list("status", "withdrawal_reason")) == {
        ("withdrawn", "wrong file"), ("withdrawn", "did not come"),
    }  # fmt: skip
    assert Event.objects.filter(act="stays.submission_withdrawn").count() == 1
    with pytest.raises(Conflict, match="withdrawn"):
        services.withdraw_submission(actor=bob, number=number, reason="again")
    undo_of(world, stays[0])
    assert sorted(Stay.objects.values_list("status", flat=True)) == ["declared", "declared", "withdrawn"]
    with pytest.raises(Http404):
        services.withdraw_submission(actor=world.actor("charlie"), number=number, reason="not mine")
    with pytest.raises(Forbidden):
        services.withdraw_submission(actor=world.actor("quynh"), number=number, reason="not mine")


# ---- pages and the API ----------------------------------------------------------------------------------


def test_checking_out_many_asks_first_and_offers_to_undo(world: Any, stays: list[Stay]) -> None:
    bob, url = world.client("bob"), reverse("stays:check_out_many")
    answers = {"stay": [stay.pk for stay in stays], "bulk-departed_on": f"{clock.today():%d/%m/%Y}"}
    question_page = bob.post(url, answers)
    assert (
        "Check 3 guests out?" in question_page.content.decode() and not Stay.objects.exclude(departed_on=None).exists()
    )
    page = bob.post(url, answers | {"sure": "1"}, follow=True).content.decode()
    assert "3 guests checked out." in page and texts.CAN_BE_UNDONE_UNTIL in page
    assert Stay.objects.exclude(departed_on=None).count() == 3
    [act] = acts_of(world.actor("bob"), world.lodging)
    undone_page = bob.post(reverse("stays:undo", args=[act.id]), follow=True).content.decode()
    assert "Undone: 3 guests are as before." in undone_page and texts.CAN_BE_UNDONE_UNTIL not in undone_page
    refusal_page = bob.post(reverse("stays:undo", args=[act.id]), follow=True).content.decode()
    assert "something else has changed since" in refusal_page


def test_the_page_of_a_guest_offers_to_undo_and_to_correct_the_day(world: Any, stays: list[Stay]) -> None:
    bob, url = world.client("bob"), reverse("stays:stay", args=[stays[0].pk])
    leave(world, stays[0])
    page = bob.get(url)
    assert "Correct the day of leaving" in page.content.decode()
    [act] = page.context["acts"]
    assert "is as before" in bob.post(reverse("stays:undo", args=[act.id]), follow=True).content.decode()
    assert texts.CAN_BE_UNDONE_UNTIL not in bob.get(url).content.decode()


def test_the_day_of_leaving_is_corrected(world: Any, stays: list[Stay]) -> None:
    leave(world, stays[0])
    yesterday = clock.today() - timedelta(days=1)
    services.correct(actor=world.actor("bob"), stay_id=stays[0].pk, changes={"departed_on": str(yesterday)})
    assert get_stay(world.actor("bob"), stays[0].pk).departed_on == yesterday


def test_a_receipt_withdraws_the_whole_submission(world: Any, stays: list[Stay]) -> None:
    bob, number = world.client("bob"), stays[0].submission.number
    url = reverse("stays:receipt_withdraw", args=[number])
    assert (
        "Withdraw the whole submission (3 guests)" in bob.get(reverse("stays:receipt", args=[number])).content.decode()
    )
    assert bob.post(url, {"reason": ""}).status_code == 422
    page = bob.post(url, {"reason": "wrong file"}, follow=True).content.decode()
    assert "3 declarations are withdrawn." in page and texts.CAN_BE_UNDONE_UNTIL in page
    assert "Withdraw the whole submission" not in page


def test_programs_undo_and_withdraw_a_submission(world: Any) -> None:
    pms = Program(make_token(world.lodging))
    _status, body = pms.call("POST", "stays", [guest("A10417"), guest("A20417")])
    pk, number = body["rows"][0]["id"], body["receipt"]
    assert pms.call("POST", f"stays/{pk}/undo", {})[0] == 409
    pms.call("POST", f"stays/{pk}/check-out", {})
    status, stay = pms.call("POST", f"stays/{pk}/undo", {})
    assert (status, stay["departed_on"], stay["id"]) == (200, None, pk)
    status, receipt = pms.call("POST", f"receipts/{number}/withdraw", {"reason": "sent twice"})
    assert (status, receipt["withdrawn"]) == (200, 2)
    assert [withdrawn_stay["status"] for withdrawn_stay in receipt["stays"]] == ["withdrawn"] * 2
    assert pms.call("POST", f"receipts/{number}/withdraw", {"reason": "again"})[0] == 409
    assert pms.call("POST", f"receipts/{number}/withdraw", {})[1]["code"] == "reason_missing"
    assert pms.call("POST", f"stays/{pk}/undo", {})[1]["status"] == "declared"
    assert not Stay.objects.filter(status="withdrawn").exists()
