"""The office tells many lodgings, sees who has read and confirmed, and reminds the others."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from ancu.apps.audit.models import Event
from ancu.apps.contact.models import Broadcast, BroadcastReceipt
from ancu.apps.contact.services.broadcasts import mark_receipt, notify_lodgings, remind
from ancu.apps.contact.tests.factories import make_broadcast
from ancu.apps.lodging.tests.factories import make_establishment, make_world
from ancu.apps.messaging.models import Notification
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.testing.at_once import at_once

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def lodging_names(broadcast):
    return {receipt.establishment.name for receipt in broadcast.receipts.all()}


def test_it_reaches_the_active_lodgings_of_that_place_and_kind(world):
    business, commune = world.lodging.business, world.units.commune
    make_establishment(business, commune, name="Homestay A", kind="homestay")
    make_establishment(business, world.units.elsewhere, name="Homestay B", kind="homestay")
    make_establishment(business, commune, name="Closed", kind="homestay", status="closed")
    make_establishment(business, commune, name="Sandbox", kind="homestay", sandbox=True)
    assert lodging_names(make_broadcast(world, kinds=["homestay"])) == {"Homestay A"}
    assert lodging_names(make_broadcast(world)) == {"Homestay A", "Mai Châu Lodge"}
    assert lodging_names(make_broadcast(world, unit_id=world.units.former_commune.pk)) == {"Mai Châu Lodge"}
    province_broadcast = make_broadcast(world, who="quynh", unit_id=world.units.province.pk, kinds=["homestay"])
    assert lodging_names(province_broadcast) == {"Homestay A", "Homestay B"}


def test_only_who_decides_in_the_area_tells_its_lodgings(world):
    for who in ("alice", "bob", "rosa"):
        with pytest.raises(Forbidden):
            make_broadcast(world, who=who)
    with pytest.raises(Http404):
        make_broadcast(world, who="pavel")
    with pytest.raises(Conflict):
        make_broadcast(world, kinds=["hospital"])
    assert not Broadcast.objects.exists()


def test_a_form_sent_twice_tells_once(world):
    first = make_broadcast(world)
    assert make_broadcast(world, key=first.key).pk == first.pk
    assert BroadcastReceipt.objects.count() == 1
    with pytest.raises(Http404):
        make_broadcast(world, who="quynh", key=first.key)


def test_the_same_text_from_another_tab_is_asked_about(world):
    """A form of its own, but the same words to the same place within a day."""
    first = make_broadcast(world)
    form = {"unit": first.unit_id, "title": first.title, "body": first.body, "key": str(uuid4()), "reached": "1"}
    page = world.client("olga").post("/office/broadcasts/new/", form)
    assert page.status_code == 200 and "Olga sent the same text" in text(page) and Broadcast.objects.count() == 1
    sent = world.client("olga").post("/office/broadcasts/new/", form | {"twin": str(first.pk)})
    assert sent.status_code == 302 and Broadcast.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_broadcasts_at_the_same_moment_is_asked_about():
    world = make_world()
    form = {"unit": world.units.commune.pk, "title": "Khai báo", "body": "Trong 12 giờ.", "reached": "1"}
    tabs = [world.client("olga"), world.client("olga")]
    page = "/office/broadcasts/new/"
    answers = at_once(*(lambda tab=tab: tab.post(page, form | {"key": str(uuid4())}) for tab in tabs))
    answers.sort(key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [200, 302]
    first = Broadcast.objects.get()
    page_html = " ".join(text(answers[0]).split())
    assert "Olga sent the same text" in page_html and f'name="twin" value="{first.pk}"' in page_html


def test_opening_is_not_reading_and_reading_is_not_confirming(world):
    receipt = make_broadcast(world).receipts.get()
    url, bob = f"/announcements/{receipt.pk}/", world.client("bob")
    assert "Khai báo dịp lễ" in text(bob.get("/desk/strip/"))
    assert "Khai báo trong 12 giờ." in text(bob.get(url))
    receipt.refresh_from_db()
    assert receipt.read_at is None
    assert bob.post(url, {"act": "read"}, headers={"HX-Request": "true"}).content == b""
    receipt.refresh_from_db()
    assert receipt.read_by == world.users["bob"] and receipt.confirmed_at is None
    assert world.client("alice").post(url, {"act": "confirm"}).status_code == 302
    assert bob.post(url, {"act": "confirm"}).status_code == 302
    receipt.refresh_from_db()
    assert (receipt.read_by, receipt.confirmed_by) == (world.users["bob"], world.users["alice"])
    assert "Khai báo dịp lễ" not in text(bob.get("/desk/strip/"))
    assert "by Alice" in text(bob.get(url))
    acts = Event.objects.filter(subject_type="contact.broadcastreceipt").order_by("id").values_list("act", flat=True)
    assert [*acts] == ["contact.read", "contact.confirmed"]


def test_what_is_not_read_counts_in_the_badge_and_stands_in_the_inbox(world):
    receipt = make_broadcast(world).receipts.get()
    bob, url = world.client("bob"), f"/announcements/{receipt.pk}/"
    assert ">1<" in text(bob.get("/messages/unread"))
    assert f'href="{url}"' in text(bob.get("/messages/"))
    for name in ("charlie", "olga"):
        assert text(world.client(name).get("/messages/unread")).strip() == ""
    assert bob.post(url, {"act": "read"}, headers={"HX-Request": "true"})["HX-Trigger"] == "ancu:read"
    assert text(bob.get("/messages/unread")).strip() == ""
    assert f'href="{url}"' not in text(bob.get("/messages/"))


def test_confirming_at_once_is_reading_too(world):
    receipt = make_broadcast(world).receipts.get()
    done = mark_receipt(actor=world.actor("alice"), receipt_id=receipt.pk, confirmed=True)
    assert done.read_at == done.confirmed_at is not None


def test_others_neither_read_nor_confirm_it(world):
    broadcast = make_broadcast(world)
    receipt = broadcast.receipts.get()
    for who in ("charlie", "olga", "pavel"):
        assert world.client(who).get(f"/announcements/{receipt.pk}/").status_code == 404
        assert world.client(who).post(f"/announcements/{receipt.pk}/", {"act": "confirm"}).status_code == 404
    for who in ("pavel", "alice"):
        client = world.client(who)
        for path in ("", "unconfirmed/", "remind/"):
            url = f"/office/broadcasts/{broadcast.pk}/{path}"
            assert (client.post(url) if path else client.get(url)).status_code == 404
    receipt.refresh_from_db()
    assert receipt.read_at is None


def test_letters_go_to_who_has_not_confirmed_once_a_turn_and_without_the_text(world):
    broadcast = make_broadcast(world, who="quynh", unit_id=world.units.province.pk)
    notify_lodgings(broadcast.pk, "first")
    notify_lodgings(broadcast.pk, "first")
    assert sorted(notification.user.full_name for notification in Notification.objects.all()) == ["Alice", "Charlie"]
    assert all(
        "12 giờ" not in notification.body and "dịp lễ" not in notification.title + notification.body
        for notification in Notification.objects.all()
    )
    mark_receipt(actor=world.actor("alice"), receipt_id=world_receipt(broadcast, world.lodging), confirmed=True)
    notify_lodgings(broadcast.pk, "again")
    assert [notification.user.full_name for notification in Notification.objects.filter(key__contains=":again:")] == [
        "Charlie"
    ]


def world_receipt(broadcast, lodging):
    return broadcast.receipts.get(establishment=lodging).pk


def test_a_reminder_waits_half_a_day_and_is_the_agencys_own(world, monkeypatch):
    broadcast = make_broadcast(world)
    with pytest.raises(Conflict):
        remind(actor=world.actor("olga"), broadcast_id=broadcast.pk)
    later = clock.now() + timedelta(hours=13)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(Forbidden):
        remind(actor=world.actor("quynh"), broadcast_id=broadcast.pk)
    assert remind(actor=world.actor("olga"), broadcast_id=broadcast.pk).reminded_at == later
    with pytest.raises(Conflict):
        remind(actor=world.actor("olga"), broadcast_id=broadcast.pk)
    mark_receipt(actor=world.actor("bob"), receipt_id=broadcast.receipts.get().pk, confirmed=True)
    even_later = later + timedelta(hours=13)
    monkeypatch.setattr(clock, "now", lambda: even_later)
    with pytest.raises(Conflict, match="all_confirmed"):
        remind(actor=world.actor("olga"), broadcast_id=broadcast.pk)


def test_the_page_counts_and_the_list_is_taken_away_on_record(world):
    make_establishment(world.lodging.business, world.units.commune, name="=Homestay A", kind="homestay")
    broadcast = make_broadcast(world)
    mark_receipt(actor=world.actor("bob"), receipt_id=world_receipt(broadcast, world.lodging), confirmed=True)
    olga = world.client("olga")
    assert "1 confirmed, 1 read, of 2" in text(olga.get("/office/broadcasts/"))
    page = text(olga.get(f"/office/broadcasts/{broadcast.pk}/"))
    assert "=Homestay A" in page and "Mai Châu Lodge" not in page
    export = olga.post(f"/office/broadcasts/{broadcast.pk}/unconfirmed/", {"format": "csv", "reason": "Đôn đốc"})
    lines = export.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Lodging,") and len(lines) == 2 and lines[1].startswith("'=Homestay A")
    assert (
        olga.post(f"/office/broadcasts/{broadcast.pk}/unconfirmed/", {"format": "xlsx", "reason": "x"}).content[:2]
        == b"PK"
    )
    assert Event.objects.filter(act="contact.exported").count() == 2


def test_before_it_is_sent_it_says_how_many_it_reaches_and_asks_again_when_that_changed(world):
    olga, key = world.client("olga"), uuid4()
    sent = {"unit": world.units.commune.pk, "title": "Khai báo dịp lễ", "body": "Khai báo trong 12 giờ.", "key": key}
    page = text(olga.post("/office/broadcasts/new/", sent))
    assert "It will go to 1 lodging in Xã Mai Hạ" in page and "Send to 1 lodging" in page and "Khai báo dịp lễ" in page
    assert not Broadcast.objects.exists()
    make_establishment(world.lodging.business, world.units.commune, name="Homestay A", kind="homestay")
    assert "It will go to 2 lodgings" in text(olga.post("/office/broadcasts/new/", sent | {"reached": 1}))
    assert not Broadcast.objects.exists()
    assert olga.post("/office/broadcasts/new/", sent | {"reached": 2}).status_code == 302
    assert Broadcast.objects.get().receipts.count() == 2


def test_what_was_sent_is_not_changed(world):
    broadcast = make_broadcast(world)
    for fields in ({"body": "other"}, {"title": "other"}, {"sent_at": clock.now()}, {"kinds": ["hotel"]}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Broadcast.objects.filter(pk=broadcast.pk).update(**fields)


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(world, count, expect_queries):
    for _number in range(count):
        make_establishment(world.lodging.business, world.units.commune)
        broadcast = make_broadcast(world)
    olga, bob = world.client("olga"), world.client("bob")
    olga.get("/office/broadcasts/")
    with expect_queries("list"):
        olga.get("/office/broadcasts/")
    with expect_queries("page"):
        olga.get(f"/office/broadcasts/{broadcast.pk}/")
    with expect_queries("unread"):
        bob.get("/announcements/")
