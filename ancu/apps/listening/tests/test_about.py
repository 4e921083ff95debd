"""Petitions about a unit: every intake form asks for it, and that unit never receives, assigns or answers them."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.tests.factories import make_member
from ancu.apps.listening import rules
from ancu.apps.listening.enums import MeetingState, PetitionState, PetitionStep
from ancu.apps.listening.forms.meetings import MeetingItemForm
from ancu.apps.listening.forms.petitions import PetitionForm, RecordCallForm
from ancu.apps.listening.models import Meeting, Petition
from ancu.apps.listening.selectors import visible_to
from ancu.apps.listening.selectors.following import followed_petition
from ancu.apps.listening.selectors.office import units_to_choose
from ancu.apps.listening.selectors.office import view_counts as office_counts
from ancu.apps.listening.services import daily, handling, meetings
from ancu.apps.listening.services.minutes import minutes_pdf
from ancu.apps.listening.services.receiving import receive_remark
from ancu.apps.listening.tests.factories import add_inspectorate, add_staff, make_meeting, make_petition
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.messaging.models import Notification
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.testing import texts


def make_staffed_world():
    world = make_world()
    add_staff(world)
    add_inspectorate(world)
    return world


pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_staffed_world)]


@pytest.fixture
def world(shared_data):
    return shared_data


def html(response):
    return response.content.decode()


def notified_of(petition):
    return {row.user.full_name for row in Notification.objects.filter(subject_id=petition.number) if row.user}


def reload(petition):
    return Petition.objects.get(pk=petition.pk)


def raise_in_room(world, meeting, about, **extra_fields):
    form = {
        "name": "Bùi Thị Hoa", "body": "Công an xã làm khó", "category": "conduct", "about": str(about.pk),
        "key": str(uuid4()),
    }  # fmt: skip
    olga = world.client("olga")
    assert olga.post(f"/office/meetings/{meeting.pk}/room/", form | extra_fields).status_code == 302
    petition = Petition.objects.latest("pk")
    room_page = html(olga.get(f"/office/meetings/{meeting.pk}/room/"))
    assert petition.number in room_page and (texts.ANOTHER_UNIT_HANDLES_IT in room_page) == (
        about in (meeting.agency, meeting.agency.parent)
    )
    return petition


# --- in a room --------------------------------------------------------------------------------------------


def test_the_host_neither_lists_what_is_about_itself_nor_says_who_answers(world):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    petition = raise_in_room(world, meeting, world.commune_agency)
    assert (petition.unit, petition.state, petition.meeting) == (
        world.provincial_agency,
        PetitionState.ASSIGNED,
        meeting,
    )
    for path in ("", "room/"):
        for name in ("olga", "otto"):
            page = html(world.client(name).get(f"/office/meetings/{meeting.pk}/{path}"))
            assert petition.title not in page and petition.number not in page, (path, name)
    with pytest.raises(Http404):
        meetings.assign_owner(
            actor=world.actor("olga"), pk=meeting.pk, number=petition.number, agency_id=world.commune_agency.pk,
            due_on=clock.today(),
        )  # fmt: skip
    owner_path = f"/office/meetings/{meeting.pk}/items/{petition.number}/owner/"
    form = {"agency_id": world.commune_agency.pk, "due_on": f"{clock.today():%d/%m/%Y}"}
    assert world.client("olga").post(owner_path, form).status_code == 404
    assert html(world.client("quynh").get(f"/office/petitions/{petition.number}/")).count(petition.title)


@pytest.mark.parametrize("about", ["commune_agency", "provincial_agency"])
def test_it_keeps_no_meeting_from_closing_and_its_minutes_tell_nothing_of_it(world, about):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    petition = raise_in_room(world, meeting, getattr(world, about))
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.CONCLUDED)
    assert "without a unit and a date" not in html(world.client("olga").get(f"/office/meetings/{meeting.pk}/"))
    closing_fields = {"chair": "Olga", "secretary": "Otto", "minutes": "", "present": 9}
    closed_meeting = meetings.close(actor=world.actor("olga"), pk=meeting.pk, **closing_fields)
    minutes_text = "".join(page.extract_text() for page in PdfReader(BytesIO(minutes_pdf(closed_meeting))).pages)
    assert (
        petition.number in "".join(minutes_text.split())
        and "làm khó" not in minutes_text
        and "B.T.H." not in minutes_text
    )


def test_what_is_about_the_office_goes_to_the_inspectorate_and_nobody_of_the_office_finds_it(world):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    make_member(world.users["dora"], world.provincial_agency, Role.ADMINISTRATOR)
    petition = raise_in_room(world, meeting, world.provincial_agency)
    assert (petition.unit, petition.state) == (world.inspectorate, PetitionState.ASSIGNED)
    people = ("olga", "otto", "quynh", "hoa", "dora", "ines", "ivan")
    assert {name for name in people if visible_to(world.actor(name)).contains(petition)} == {"ines", "ivan"}
    for name in ("quynh", "hoa", "dora"):
        client = world.client(name)
        assert client.get(f"/office/petitions/{petition.number}/").status_code == 404
        for path in ("?view=all", f"?view=all&q={petition.number}"):
            assert petition.title not in html(client.get(f"/office/petitions/{path}"))
        assert petition.title not in html(client.get("/search/", {"q": petition.number}))
        assert office_counts(world.actor(name))["open"] == 0
    assert notified_of(petition) == {"Ines", "Ivan"}


def test_the_inspectorate_answers_with_two_officers_and_is_its_own_last_instance(world):
    petition = make_petition(world, about=world.provincial_agency, category="visa")
    handling.submit_draft(actor=world.actor("ivan"), number=petition.number, outcome="done", text="Đã làm việc")
    handling.approve(actor=world.actor("ines"), number=petition.number)
    assert reload(petition).state == PetitionState.ANSWERED
    overdue = make_petition(world, about=world.provincial_agency, category="visa")
    Petition.objects.filter(pk=overdue.pk).update(due_on=clock.today() - timedelta(days=60))
    Notification.objects.all().delete()
    assert daily.escalate(system("daily")) == 1
    assert reload(overdue).escalated_to == world.inspectorate
    assert notified_of(overdue) == {"Ines", "Ivan"}


def test_the_office_answers_what_is_about_the_inspectorate(world):
    petition = make_petition(world, about=world.inspectorate, category="visa")
    assert petition.unit == world.provincial_agency and not visible_to(world.actor("ines")).contains(petition)


def test_without_an_inspectorate_it_waits_unread_until_one_is_set_up(world):
    Organisation.objects.filter(is_inspectorate=True).update(is_inspectorate=False)
    petition = make_petition(world, about=world.provincial_agency, category="visa")
    assert (petition.unit, petition.state) == (None, PetitionState.RECEIVED)
    for name in ("quynh", "hoa", "dora", "ines"):
        assert not visible_to(world.actor(name)).contains(petition)
    assert daily.give_to_inspectorate(system("daily")) == 0
    Organisation.objects.filter(pk=world.inspectorate.pk).update(is_inspectorate=True)
    assert (daily.give_to_inspectorate(system("daily")), daily.give_to_inspectorate(system("daily"))) == (1, 0)
    assert reload(petition).unit == world.inspectorate


# --- complaints and denunciations that name no unit ---------------------------------------------------------


def raise_unknown(world, meeting, category, who="olga"):
    form = {
        "name": "Bùi Thị Hoa", "body": "Có người vòi tiền", "category": category, "about": "unknown",
        "key": str(uuid4()),
    }  # fmt: skip
    path = f"/office/meetings/{meeting.pk}/room/"
    client = world.client(who)
    assert client.post(path, form).status_code == 302
    petition = Petition.objects.latest("pk")
    assert texts.ANOTHER_UNIT_HANDLES_IT in html(client.get(path))
    for page in (path, f"/office/meetings/{meeting.pk}/"):
        page_html = html(client.get(page))
        assert petition.title not in page_html and "Bùi Thị Hoa" not in page_html, page
    return petition


@pytest.mark.parametrize("category", ["complaint", "denunciation"])
def test_the_host_neither_sees_nor_assigns_what_names_no_unit(world, category):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    petition = raise_unknown(world, meeting, category)
    assert (petition.unit, petition.state) == (world.provincial_agency, PetitionState.ASSIGNED)
    assert not notified_of(petition) & {"Olga", "Otto"} and not visible_to(world.actor("olga")).contains(petition)
    own_unit = {"number": petition.number, "agency_id": world.commune_agency.pk}
    with pytest.raises(Http404):
        meetings.assign_owner(actor=world.actor("olga"), pk=meeting.pk, due_on=clock.today(), **own_unit)
    quynh = world.actor("quynh")
    with pytest.raises(Conflict, match="accused_unknown"):
        handling.assign(actor=quynh, **own_unit)
    assert world.commune_agency not in units_to_choose(petition)
    handling.name_unit(actor=quynh, **own_unit)
    with pytest.raises(Conflict, match="complained_of"):
        handling.assign(actor=quynh, **own_unit)
    handling.assign(actor=quynh, number=petition.number, agency_id=world.elsewhere_agency.pk)
    assert reload(petition).unit == world.elsewhere_agency


@pytest.mark.parametrize("category", ["complaint", "denunciation"])
def test_what_names_no_unit_in_a_room_of_the_office_goes_to_the_inspectorate(world, category):
    meeting = make_meeting(world, state=MeetingState.OPEN, who="dora")
    petition = raise_unknown(world, meeting, category, "dora")
    assert petition.unit == world.inspectorate
    assert [name for name in ("quynh", "dora", "ivan") if visible_to(world.actor(name)).contains(petition)] == ["ivan"]
    Petition.objects.filter(pk=petition.pk).update(unit=None, state=PetitionState.RECEIVED)
    assert not visible_to(world.actor("dora")).contains(petition)
    assert daily.give_to_inspectorate(system("daily")) == 1


def test_a_commune_loses_what_becomes_a_complaint_that_names_no_unit(world):
    petition = make_petition(world)
    handling.categorise(actor=world.actor("olga"), number=petition.number, category="complaint")
    assert reload(petition).unit == world.provincial_agency
    assert not visible_to(world.actor("olga")).contains(petition)
    Petition.objects.filter(pk=petition.pk).update(unit=world.commune_agency)
    assert not visible_to(world.actor("olga")).contains(petition), "one that was assigned before"
    assert not rules.may_draft(world.actor("olga"), reload(petition))


def test_a_link_leads_only_to_what_opens(world):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    petition = raise_in_room(world, meeting, world.elsewhere_agency)
    page = f"/office/meetings/{meeting.pk}/"
    link = f"/office/petitions/{petition.number}/"
    page_html = html(world.client("olga").get(page))
    assert petition.title in page_html and f'href="{link}"' not in page_html
    handling.assign(actor=world.actor("quynh"), number=petition.number, agency_id=world.commune_agency.pk)
    assert f'href="{link}"' in html(world.client("olga").get(page))


# --- every intake form ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form_class", [PetitionForm, RecordCallForm, MeetingItemForm])
def test_every_way_in_asks_whom_it_is_about(world, form_class):
    fields = {"channel": "hotline", "category": "order", "body": "Công an xã nói cộc lốc", "key": str(uuid4())}
    assert set(form_class(fields).errors) == {"about"}
    for about in ("none", "unknown", str(world.commune_agency.pk)):
        assert form_class(fields | {"about": about}).is_valid(), about
    assert form_class(fields | {"about": "none"}).fields["about"].initial in (None, ""), "nothing is chosen beforehand"


# --- from a survey ----------------------------------------------------------------------------------------


def test_a_remark_of_a_survey_goes_past_the_unit_it_is_about(world):
    remark = {"body": "Công an xã nói cộc lốc", "unit_id": world.units.commune.pk, "category": "other"}
    receive_remark(system("test"), key=uuid4(), **remark)
    assert Petition.objects.get().unit == world.commune_agency
    receive_remark(system("test"), key=uuid4(), about_id=world.commune_agency.pk, about_person="Nguyễn Văn A", **remark)
    petition = Petition.objects.latest("pk")
    assert (petition.unit, petition.about, petition.about_person) == (
        world.provincial_agency, world.commune_agency, "Nguyễn Văn A",
    )  # fmt: skip


# --- found out later --------------------------------------------------------------------------------------


def test_whom_it_is_about_is_found_out_and_the_unit_loses_it_with_what_it_wrote(world):
    petition = make_petition(world)
    handling.submit_draft(actor=world.actor("otto"), number=petition.number, outcome="done", text="Không có gì")
    Notification.objects.all().delete()
    response = world.client("olga").post(
        f"/office/petitions/{petition.number}/name-unit/", {"agency_id": world.commune_agency.pk}
    )
    assert response["Location"] == "/office/petitions/"
    petition = reload(petition)
    assert (petition.unit, petition.about, petition.state) == (
        world.provincial_agency,
        world.commune_agency,
        PetitionState.ASSIGNED,
    )
    assert not visible_to(world.actor("otto")).contains(petition)
    with pytest.raises(Conflict):
        handling.approve(actor=world.actor("quynh"), number=petition.number)
    notified = {notification.user.full_name for notification in Notification.objects.filter(subject_id=petition.number)}
    assert "Quynh" in notified and not notified & {"Olga", "Otto"}
    assert PetitionStep.NAMED not in {trace.step for trace in followed_petition(petition).traces}


def test_what_turns_out_to_be_about_the_office_goes_to_the_inspectorate(world):
    petition = make_petition(world, category="visa")
    handling.name_unit(actor=world.actor("quynh"), number=petition.number, agency_id=world.provincial_agency.pk)
    assert (reload(petition).unit, reload(petition).state) == (world.inspectorate, PetitionState.ASSIGNED)
    with pytest.raises(Http404):
        handling.name_unit(actor=world.actor("quynh"), number=petition.number, agency_id=world.commune_agency.pk)


def test_a_unit_that_is_not_in_charge_is_named_and_only_the_office_changes_it(world):
    petition = make_petition(world)
    handling.name_unit(actor=world.actor("olga"), number=petition.number, agency_id=world.elsewhere_agency.pk)
    assert (reload(petition).unit, reload(petition).about) == (world.commune_agency, world.elsewhere_agency)
    other_unit = {"number": petition.number, "agency_id": world.provincial_agency.pk}
    with pytest.raises(Forbidden):
        handling.name_unit(actor=world.actor("olga"), **other_unit)
    with pytest.raises(Conflict, match="named"):
        handling.name_unit(actor=world.actor("quynh"), number=petition.number, agency_id=world.elsewhere_agency.pk)


def test_a_member_of_the_unit_does_not_judge_it_from_another_one(world):
    petition = make_petition(world, about=world.commune_agency)
    quynh = world.actor("quynh")
    assert visible_to(quynh).contains(petition)
    make_member(world.users["quynh"], world.commune_agency, Role.AREA_OFFICER)
    assert not visible_to(quynh).contains(petition)
    make_member(world.users["dora"], world.provincial_agency, Role.ADMINISTRATOR)
    about_office = make_petition(world, about=world.provincial_agency)
    assert not visible_to(world.actor("dora")).contains(about_office), "heads and administrators neither"


def test_a_day_that_has_gone_by_is_refused_for_an_item(world):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    petition = raise_in_room(world, meeting, world.elsewhere_agency)
    form = {"agency_id": world.commune_agency.pk, "due_on": f"{clock.today() - timedelta(days=1):%d/%m/%Y}"}
    owner_path = f"/office/meetings/{meeting.pk}/items/{petition.number}/owner/"
    assert world.client("olga").post(owner_path, form).status_code == 422
