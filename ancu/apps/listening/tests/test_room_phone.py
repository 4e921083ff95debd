"""What a phone kept offline in a room: sent once, with the code the speaker has already, and never lost."""

import base64
import json
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from ancu.apps.dossiers.tests.factories import picture
from ancu.apps.listening.enums import MeetingState
from ancu.apps.listening.models import Meeting, Petition, PetitionFile
from ancu.apps.listening.selectors import visible_to
from ancu.apps.listening.selectors.following import find_by_code
from ancu.apps.listening.tests.factories import add_inspectorate, add_staff, make_meeting, make_petition
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.stays.services.devices import enrol
from ancu.core import clock
from ancu.core.documents.reference_numbers import new_number


def laid_out():
    world = make_world()
    add_staff(world)
    return world


pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=laid_out)]


@pytest.fixture
def world(shared_data):
    return shared_data


def make_phone(world, name="olga"):
    return enrol(actor=world.actor(name), name="Android", session_key="").pk


def call(client, name, **body):
    path = f"/office/meetings/phone/{name}/"
    return client.post(path, json.dumps(body, default=str), content_type="application/json")


def item(world, meeting, **changes):
    payload = {
        "device": make_phone(world), "reference": uuid4(), "room": meeting.pk, "code": new_number("MS"),
        "language": "vi", "photos": [],
        "form": urlencode({"name": "Hà Văn Ba", "body": "Đèn ngõ 5 hỏng", "category": "order", "about": "none"}),
    }  # fmt: skip
    return payload | changes


def test_it_takes_along_the_rooms_that_are_open(world):
    open_meeting = make_meeting(world, state=MeetingState.OPEN)
    make_meeting(world, state=MeetingState.ANNOUNCED)
    make_meeting(world, who="pavel", unit=world.units.elsewhere, state=MeetingState.OPEN)
    [room] = call(world.client("olga"), "take", device=make_phone(world)).json()["rooms"]
    assert (room["id"], room["theme"]) == (open_meeting.pk, open_meeting.theme)


def test_sent_twice_it_is_one_petition_and_the_speakers_code_opens_it(world):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    photo = {"name": "photo.jpg", "data": base64.b64encode(picture()).decode()}
    sent = item(world, meeting, photos=[photo])
    answers = [call(world.client("olga"), "send", **sent) for _time in range(2)]
    petition = Petition.objects.get()
    assert [(response.status_code, response.json()) for response in answers] == [(200, {"item": petition.number})] * 2
    assert (petition.meeting, petition.channel, petition.recorded_by) == (meeting, "meeting", world.users["olga"])
    assert find_by_code(sent["code"]) == petition and PetitionFile.objects.filter(petition=petition).count() == 1


def test_what_was_said_before_the_minutes_is_not_lost_when_they_are_printed(world):
    meeting = make_meeting(world, state=MeetingState.CLOSED)
    Meeting.objects.filter(pk=meeting.pk).update(closed_at=clock.now() - timedelta(minutes=5))
    assert call(world.client("olga"), "send", **item(world, meeting)).status_code == 200
    petition = Petition.objects.get()
    assert (petition.meeting, petition.unit, petition.state) == (meeting, world.commune_agency, "assigned")
    olga = world.client("olga")
    assert petition.number not in olga.get(f"/office/meetings/{meeting.pk}/").content.decode(), "not in its minutes"
    assert "Đèn ngõ 5 hỏng" not in olga.get(f"/meetings/{meeting.pk}/").content.decode()


@pytest.mark.parametrize("state", [MeetingState.OPEN, MeetingState.CLOSED])
def test_a_complaint_raised_in_the_offices_own_room_goes_to_the_inspectorate(world, state):
    """Nobody said whom it is about: it may be the host, whether the minutes are printed or not."""
    add_inspectorate(world)
    meeting = make_meeting(world, who="quynh", level="province", unit=world.units.province, state=state)
    Meeting.objects.filter(pk=meeting.pk).update(closed_at=clock.now() if state == MeetingState.CLOSED else None)
    form = {
        "name": "Hà Văn Ba",
        "body": "Cán bộ hách dịch",
        "category": "complaint",
        "about": "none",
        "about_person": "x",
    }
    sent = item(world, meeting, form=urlencode(form), device=make_phone(world, "quynh"))
    assert call(world.client("quynh"), "send", **sent).status_code == 200
    petition = Petition.objects.get()
    assert (petition.meeting, petition.unit, petition.state) == (meeting, world.inspectorate, "assigned")
    assert petition not in visible_to(world.actor("quynh")) and petition in visible_to(world.actor("ines"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"form": "category=order&about=none"}, "body"),
        ({"code": "HB-0000-0000-0000"}, "__all__"),
        ({"code": "x"}, "__all__"),
    ],
)
def test_what_is_wrong_comes_back_and_nothing_is_taken_in(world, wrong, field):
    answer = call(world.client("olga"), "send", **item(world, make_meeting(world, state=MeetingState.OPEN), **wrong))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert not Petition.objects.exists()


def test_a_file_that_is_no_picture_comes_back(world):
    photo = {"name": "photo.jpg", "data": base64.b64encode(b"MZ\x90program").decode()}
    meeting = make_meeting(world, state=MeetingState.OPEN)
    answer = call(world.client("olga"), "send", **item(world, meeting, photos=[photo]))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["attached"])
    assert not Petition.objects.exists()


def test_strangers_phones_rooms_codes_and_references_send_nothing(world):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    away = make_meeting(world, who="pavel", unit=world.units.elsewhere, state=MeetingState.OPEN)
    olga, device = world.client("olga"), make_phone(world)
    assert call(world.client("otto"), "send", **item(world, meeting, device=device)).status_code == 404
    for refused, status in ((item(world, away), 403), (item(world, meeting, room=10**6), 404)):
        answer = call(olga, "send", **refused)
        assert answer.status_code == status and answer.json()["message"], "the phone shows it as refused"
    existing = make_petition(world)
    assert call(olga, "send", **item(world, meeting, reference=existing.key)).status_code == 404
    first = item(world, meeting)
    assert call(olga, "send", **first).status_code == 200
    reply = call(olga, "send", **item(world, meeting, code=first["code"]))
    assert (reply.status_code, reply.json()["code"]) == (409, "code")
    assert Petition.objects.count() == 2


def test_the_room_without_a_line_names_nobody(world):
    make_meeting(world, state=MeetingState.OPEN)
    page = world.client("olga").get("/office/meetings/offline/en/").content.decode()
    meeting = Meeting.objects.get()
    assert meeting.theme not in page and meeting.venue not in page and "csrfmiddlewaretoken" not in page
