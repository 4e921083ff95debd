"""What is about a unit: asked on every way in, and never received, given out, answered or judged by that unit."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.tests.factories import make_member
from ancu.apps.listening.enums import MeetingState, State, Step
from ancu.apps.listening.models import Meeting, Petition
from ancu.apps.listening.selectors import visible_to
from ancu.apps.listening.selectors.following import follow
from ancu.apps.listening.services import handling, meetings
from ancu.apps.listening.services.minutes import minutes_pdf
from ancu.apps.listening.tasks import receive_remark
from ancu.apps.listening.tests.factories import add_staff, make_meeting, make_petition
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.messaging.models import Notification
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden, Http404


def laid_out():
    world = make_world()
    add_staff(world)
    return world


pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=laid_out)]


@pytest.fixture
def world(laid):
    return laid


def text(response):
    return response.content.decode()


def fresh(petition):
    return Petition.objects.get(pk=petition.pk)


def said_in_the_room(world, meeting, about, **more):
    told = {
        "name": "Bùi Thị Hoa", "body": "Công an xã làm khó", "category": "conduct", "about": str(about.pk),
        "key": str(uuid4()),
    }  # fmt: skip
    olga = world.client("olga")
    assert olga.post(f"/office/meetings/{meeting.pk}/room/", told | more).status_code == 302
    found = Petition.objects.latest("pk")
    room = text(olga.get(f"/office/meetings/{meeting.pk}/room/"))
    assert found.number in room and ("another unit has it" in room) == (
        about in (meeting.agency, meeting.agency.parent)
    )
    return found


# --- in a room --------------------------------------------------------------------------------------------


def test_the_host_neither_lists_what_is_about_itself_nor_says_who_answers(world):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    found = said_in_the_room(world, meeting, world.commune_agency)
    assert (found.unit, found.state, found.meeting) == (world.provincial_agency, State.ASSIGNED, meeting)
    for path in ("", "room/"):
        for who in ("olga", "otto"):
            shown = text(world.client(who).get(f"/office/meetings/{meeting.pk}/{path}"))
            assert found.title not in shown and found.number not in shown, (path, who)
    with pytest.raises(Http404):
        meetings.give_owner(
            actor=world.actor("olga"), pk=meeting.pk, number=found.number, agency_id=world.commune_agency.pk,
            due_on=clock.today(),
        )  # fmt: skip
    owner = f"/office/meetings/{meeting.pk}/items/{found.number}/owner/"
    told = {"agency_id": world.commune_agency.pk, "due_on": f"{clock.today():%d/%m/%Y}"}
    assert world.client("olga").post(owner, told).status_code == 404
    assert text(world.client("quynh").get(f"/office/petitions/{found.number}/")).count(found.title)


@pytest.mark.parametrize("about", ["commune_agency", "provincial_agency"])
def test_it_keeps_no_meeting_from_closing_and_its_minutes_tell_nothing_of_it(world, about):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    found = said_in_the_room(world, meeting, getattr(world, about))
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.HELD)
    assert "without unit and day" not in text(world.client("olga").get(f"/office/meetings/{meeting.pk}/"))
    end = {"chair": "Olga", "secretary": "Otto", "minutes": "", "present": 9}
    closed = meetings.close(actor=world.actor("olga"), pk=meeting.pk, **end)
    printed = "".join(page.extract_text() for page in PdfReader(BytesIO(minutes_pdf(closed))).pages)
    assert found.number in "".join(printed.split()) and "làm khó" not in printed and "B.T.H." not in printed


def test_what_is_about_the_office_waits_for_its_heads(world):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    found = said_in_the_room(world, meeting, world.provincial_agency)
    assert (found.unit, found.state) == (None, State.RECEIVED)
    assert {who for who in ("olga", "quynh", "hoa", "dora") if visible_to(world.actor(who)).contains(found)} == {"dora"}


# --- from a survey ----------------------------------------------------------------------------------------


def test_a_remark_of_a_survey_goes_past_the_unit_it_is_about(world):
    told = {"body": "Công an xã nói cộc lốc", "unit_id": world.units.commune.pk}
    receive_remark(key=str(uuid4()), **told)
    assert Petition.objects.get().unit == world.commune_agency
    receive_remark(key=str(uuid4()), about_id=world.commune_agency.pk, about_person="Nguyễn Văn A", **told)
    found = Petition.objects.latest("pk")
    assert (found.unit, found.about, found.about_person) == (
        world.provincial_agency, world.commune_agency, "Nguyễn Văn A",
    )  # fmt: skip


# --- found out later --------------------------------------------------------------------------------------


def test_whom_it_is_about_is_found_out_and_the_unit_loses_it_with_what_it_wrote(world):
    found = make_petition(world)
    handling.draft(actor=world.actor("otto"), number=found.number, outcome="done", text="Không có gì")
    Notification.objects.all().delete()
    answered = world.client("olga").post(
        f"/office/petitions/{found.number}/name-unit/", {"agency_id": world.commune_agency.pk}
    )
    assert answered["Location"] == "/office/petitions/"
    found = fresh(found)
    assert (found.unit, found.about, found.state) == (world.provincial_agency, world.commune_agency, State.ASSIGNED)
    assert not visible_to(world.actor("otto")).contains(found)
    with pytest.raises(Conflict):
        handling.approve(actor=world.actor("quynh"), number=found.number)
    told = {one.user.full_name for one in Notification.objects.filter(subject_id=found.number)}
    assert "Quynh" in told and not told & {"Olga", "Otto"}
    assert Step.NAMED not in {one.step for one in follow(found).traces}


def test_what_turns_out_to_be_about_the_office_is_its_heads_to_send_on(world):
    found = make_petition(world, category="visa")
    handling.name_unit(actor=world.actor("quynh"), number=found.number, agency_id=world.provincial_agency.pk)
    assert (fresh(found).unit, fresh(found).state) == (None, State.RECEIVED)
    with pytest.raises(Http404):
        handling.name_unit(actor=world.actor("quynh"), number=found.number, agency_id=world.commune_agency.pk)


def test_a_unit_that_is_not_in_charge_is_named_and_only_the_office_changes_it(world):
    found = make_petition(world)
    handling.name_unit(actor=world.actor("olga"), number=found.number, agency_id=world.elsewhere_agency.pk)
    assert (fresh(found).unit, fresh(found).about) == (world.commune_agency, world.elsewhere_agency)
    again = {"number": found.number, "agency_id": world.provincial_agency.pk}
    with pytest.raises(Forbidden):
        handling.name_unit(actor=world.actor("olga"), **again)
    with pytest.raises(Conflict, match="named"):
        handling.name_unit(actor=world.actor("quynh"), number=found.number, agency_id=world.elsewhere_agency.pk)


def test_a_member_of_the_unit_does_not_judge_it_from_another_one(world):
    found = make_petition(world, about=world.commune_agency)
    quynh = world.actor("quynh")
    assert visible_to(quynh).contains(found)
    make_member(world.users["quynh"], world.commune_agency, Role.AREA_OFFICER)
    assert not visible_to(quynh).contains(found)
    make_member(world.users["dora"], world.provincial_agency, Role.ADMINISTRATOR)
    of_the_office = make_petition(world, about=world.provincial_agency)
    assert visible_to(world.actor("dora")).contains(of_the_office), "its heads send it on"


def test_a_day_that_has_gone_by_is_refused_for_an_item(world):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    found = said_in_the_room(world, meeting, world.elsewhere_agency)
    told = {"agency_id": world.commune_agency.pk, "due_on": f"{clock.today() - timedelta(days=1):%d/%m/%Y}"}
    owner = f"/office/meetings/{meeting.pk}/items/{found.number}/owner/"
    assert world.client("olga").post(owner, told).status_code == 422
