"""A guest's stay is written about by its lodging and its police; pages name the guest, letters do not."""

import pytest
from django.http import Http404

from ancu.apps.audit.models import Event
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.messaging import selectors, services
from ancu.apps.messaging.models import Notification
from ancu.apps.stays.tests.factories import make_stay
from ancu.core.errors import Forbidden

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay(world):
    return make_stay(world.lodging, "HOFFMANN JÖRG", document_number="C01X0T478")


def say(world, stay, name, body="Khách có giấy gia hạn không?", **more):
    return services.post_message(actor=world.actor(name), kind="stay", subject_id=stay.pk, body=body, **more)


def text(response):
    return response.content.decode()


def test_both_sides_find_it_at_the_guest(world, stay):
    olga, bob = world.client("olga"), world.client("bob")
    url = f"/messages/stay/{stay.pk}/main"
    for client, page in ((olga, f"/office/stays/{stay.pk}/"), (bob, f"/stays/{stay.pk}/")):
        assert f'href="{url}"' in text(client.get(page))
    say(world, stay, "olga")
    say(world, stay, "olga", "Ghi chú riêng", staff_only=True)
    assert "Khách có giấy gia hạn không?" in text(bob.get(f"/stays/{stay.pk}/"))
    assert "Ghi chú riêng" not in text(bob.get(f"/stays/{stay.pk}/"))
    assert (
        bob.post(url, {"act": "send", "body": "Có ạ.", "back": "subject"})["location"]
        == f"/stays/{stay.pk}/#thread-main"
    )
    page = text(olga.get(f"/office/stays/{stay.pk}/"))
    assert "Có ạ." in page and "Ghi chú riêng" in page


@pytest.mark.parametrize("name", ["charlie", "pavel"])
def test_strangers_know_of_none(world, stay, name):
    say(world, stay, "olga")
    with pytest.raises(Http404):
        selectors.get_thread(world.actor(name), "stay", stay.pk)
    with pytest.raises(Http404):
        say(world, stay, name)
    assert selectors.inbox(world.actor(name)).rows == []


def test_whom_it_is_about_stands_on_the_pages_of_both_sides(world, stay):
    say(world, stay, "olga")
    for name in ("olga", "bob"):
        client = world.client(name)
        for page in ("/messages/", f"/messages/stay/{stay.pk}/main"):
            assert "HOFFMANN JÖRG" in text(client.get(page)), (name, page)
    [look] = Event.objects.filter(subject_type="messaging.inbox")
    assert look.user_id == world.users["olga"].pk and look.details["count"] == 1


def test_the_guest_is_named_in_no_letter(world, stay):
    say(world, stay, "olga", "Hỏi về HOFFMANN")
    letter = Notification.objects.get()
    assert letter.user == world.users["alice"]
    assert "HOFFMANN" not in letter.title + letter.body and "C01X0T478" not in letter.body
    assert "Khách tại Mai Châu Lodge" in letter.body
    row = selectors.inbox(world.actor("bob")).rows[0]
    assert "HOFFMANN" not in str(row.standing.title)


def test_a_closed_lodging_is_written_to_no_more(world, stay):
    say(world, stay, "olga")
    world.lodging.status = EstablishmentStatus.CLOSED
    world.lodging.save()
    with pytest.raises(Forbidden):
        say(world, stay, "bob")
    assert len(selectors.get_thread(world.actor("olga"), "stay", stay.pk).messages) == 1


@pytest.mark.parametrize("key", ["x", "²", "9" * 30, "0", "-1"])
def test_what_is_not_there_is_answered_alike(world, key):
    with pytest.raises(Http404):
        selectors.get_thread(world.actor("olga"), "stay", key)
