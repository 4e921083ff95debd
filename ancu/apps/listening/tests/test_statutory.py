"""Complaints and denunciations: who files them is named, and no answer, promise or silence ends them."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import NON_FIELD_ERRORS

from ancu.apps.listening.enums import MeetingState, Outcome, State, Step
from ancu.apps.listening.forms.meetings import ItemForm
from ancu.apps.listening.forms.petitions import CallForm, PetitionForm
from ancu.apps.listening.models import Petition
from ancu.apps.listening.rules.matters import decision_due, first_due
from ancu.apps.listening.selectors.following import follow
from ancu.apps.listening.services import daily, handling, meetings, speaking
from ancu.apps.listening.services.receiving import Intake, receive
from ancu.apps.listening.tests.factories import add_staff, answer, make_meeting, make_petition, take_in
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.messaging.models import Notification
from ancu.apps.places.models import RemoteArea
from ancu.core import clock
from ancu.core.actor import PUBLIC, system
from ancu.core.errors import Conflict, Forbidden
from ancu.engines.rulebook import petition_rule

JOB = system("test")
STATUTORY = ("complaint", "denunciation")


def laid_out():
    world = make_world()
    add_staff(world)
    return world


pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=laid_out)]


@pytest.fixture
def world(laid):
    return laid


def fresh(petition):
    return Petition.objects.get(pk=petition.pk)


def moment(day, hour=9):
    return datetime(2026, *day, hour, tzinfo=clock.VIETNAM)


def reply(world, petition, outcome=Outcome.EXPLAINED):
    return answer(world, petition, outcome=outcome, by="dora")


# --- when it is due ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "received", "due"),
    [
        ("complaint", moment((11, 23)), date(2026, 12, 3)),  # ten days of the calendar, a Thursday
        ("complaint", moment((11, 25)), date(2026, 12, 7)),  # the tenth is a Saturday
        ("complaint", moment((8, 23)), date(2026, 9, 3)),  # the tenth is the national holiday
        ("denunciation", moment((11, 25)), date(2026, 12, 4)),  # seven working days
    ],
)
def test_it_is_accepted_by_the_day_of_its_law(category, received, due):
    assert first_due(petition_rule(received.date()).category(category), received) == due


def test_it_is_decided_thirty_days_after_its_acceptance(world):
    found = make_petition(world, category="complaint")
    assert found.due_on == date(2026, 12, 7)
    handling.accept(actor=world.actor("dora"), number=found.number)
    found = fresh(found)
    assert found.due_on == decision_due(30, found.accepted_at) == date(2026, 12, 25)
    assert [one.step for one in follow(found).traces][-1] == Step.ACCEPTED
    assert Notification.objects.filter(template="listening/letters/accepted.txt").exists()
    with pytest.raises(Forbidden):
        handling.accept(actor=world.actor("dora"), number=found.number)


@pytest.mark.parametrize(("category", "days"), [("complaint", 45), ("denunciation", 30)])
def test_a_complaint_from_a_remote_place_has_longer_and_a_denunciation_has_not(world, category, days):
    RemoteArea.objects.create(unit=world.units.commune, valid_from=clock.today())
    found = make_petition(world, category=category)
    handling.accept(actor=world.actor("dora"), number=found.number)
    assert fresh(found).due_on == decision_due(days, clock.now())


def test_who_decides_at_the_office_accepts_it_and_nobody_accepts_a_remark(world):
    found, remark = make_petition(world, category="complaint"), make_petition(world)
    with pytest.raises(Forbidden):
        handling.accept(actor=world.actor("dora"), number=remark.number)
    pages = {who: world.client(who).get(f"/office/petitions/{found.number}/") for who in ("dora", "olga")}
    assert "ends with a decision" in pages["dora"].content.decode()
    assert "07/12/2026" in pages["dora"].content.decode() and pages["olga"].status_code == 404
    assert world.client("dora").post(f"/office/petitions/{found.number}/accept/").status_code == 302
    assert fresh(found).accepted_at is not None
    assert "Accepted on 25/11/2026" in world.client("dora").get(f"/office/petitions/{found.number}/").content.decode()


# --- what does not end it -----------------------------------------------------------------------------------


@pytest.mark.parametrize("category", STATUTORY)
def test_an_approved_reply_goes_out_and_leaves_it_open(world, category):
    made = take_in(world, category=category)
    due = made.petition.due_on
    reply(world, made.petition)
    found = fresh(made.petition)
    assert (found.state, found.due_on, found.answered_at, found.closed_at) == (State.ASSIGNED, due, None, None)
    page = follow(found)
    assert len(page.answers) == 1 and not page.may_speak and page.may_add
    client = world.client()
    client.post("/petitions/follow/", {"code": made.code})
    shown = client.get(f"/petitions/{found.number}/").content.decode()
    assert "Đã kiểm tra" in shown and "not with an answer or silence" in shown and "Your word decides" not in shown
    with pytest.raises(Conflict, match="nothing_to_judge"):
        speaking.speak(PUBLIC, found, verdict="settled")


@pytest.mark.parametrize("category", STATUTORY)
def test_silence_does_not_close_it(world, category):
    """Not even one that stands as answered, as earlier versions left it."""
    found, remark = make_petition(world, category=category), make_petition(world)
    long_ago = clock.now() - timedelta(days=40)
    for one in (found, remark):
        Petition.objects.filter(pk=one.pk).update(state=State.ANSWERED, answered_at=long_ago)
    assert daily.close_silent(JOB) == 1
    assert (fresh(found).state, fresh(remark).state) == (State.ANSWERED, State.SILENT)


def test_what_stays_open_is_brought_before_the_office_when_its_day_goes_by(world):
    found = reply(world, make_petition(world, category="complaint"))
    Petition.objects.update(due_on=clock.today() - timedelta(days=3))
    assert daily.escalate(JOB) == 1
    handling.accept(actor=world.actor("dora"), number=found.number)
    assert fresh(found).escalated_at is None, "its next day has not gone by"


def test_nothing_is_promised_of_it(world):
    found = make_petition(world, category="complaint")
    day = clock.today() + timedelta(days=50)
    with pytest.raises(Conflict, match="decision_owed"):
        handling.draft(actor=world.actor("dora"), number=found.number, outcome="promised", text="…", promised_on=day)
    page = world.client("dora").get(f"/office/petitions/{found.number}/").content.decode()
    assert 'value="explained"' in page and 'value="promised"' not in page


def test_in_a_room_its_day_is_the_laws(world):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    item = Intake(channel="meeting", category="complaint", body="Phạt sai", key=uuid4(), name="Hà Văn Ba")
    said = meetings.raise_item(actor=world.actor("olga"), pk=meeting.pk, told=item).petition
    page = world.client("olga").get(f"/office/meetings/{meeting.pk}/").content.decode()
    assert f"id_{said.pk}_agency_id" in page and f"id_{said.pk}_due_on" not in page
    owner = f"/office/meetings/{meeting.pk}/items/{said.number}/owner/"
    told = {"agency_id": world.provincial_agency.pk, "due_on": "31/12/2026", "words": "Sẽ xóa án phạt"}
    assert world.client("olga").post(owner, told).status_code == 302
    assert (fresh(said).due_on, fresh(said).state) == (said.due_on, State.ASSIGNED)
    assert not hasattr(fresh(said), "promise")


# --- who files it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [PetitionForm, CallForm, ItemForm])
@pytest.mark.parametrize("category", STATUTORY)
def test_every_way_in_asks_for_the_name_and_whom_it_is_about(world, form, category):
    told = {"channel": "hotline", "category": category, "body": "Cán bộ thu tiền", "key": str(uuid4())}
    assert set(form(told).errors) == {"name", "about"}
    named = told | {"name": "Hà Văn Ba"}
    assert set(form(named).errors) == {"about"}
    for whom in ({"about": "unknown"}, {"about": world.commune_agency.pk}, {"about_person": "Nguyễn Văn A"}):
        assert form(named | whom).is_valid()
    assert NON_FIELD_ERRORS not in form(told).errors
    assert form(told | {"category": "order"}).is_valid(), "a remark needs neither"


def test_the_hotline_takes_in_no_complaint_without_a_name(world):
    told = {
        "channel": "hotline", "category": "complaint", "body": "Phạt sai", "about": "unknown", "key": str(uuid4()),
    }  # fmt: skip
    answered = world.client("hoa").post("/office/hotline/", told)
    assert answered.status_code == 422 and "The law asks who complains" in answered.content.decode()
    assert not Petition.objects.exists()
    assert world.client("hoa").post("/office/hotline/", told | {"name": "Hà Văn Ba"}).status_code == 302
    with pytest.raises(Conflict, match="name_needed"):
        receive(PUBLIC, Intake(channel="survey", category="complaint", body="Phạt sai", key=uuid4()))


def test_it_is_made_a_remark_by_the_offices_heads_alone_and_a_remark_without_a_name_never_a_complaint(world):
    found = make_petition(world, category="complaint")
    with pytest.raises(Forbidden):
        handling.categorise(actor=world.actor("quynh"), number=found.number, category="order")
    handling.accept(actor=world.actor("dora"), number=found.number)
    handling.categorise(actor=world.actor("dora"), number=found.number, category="order")
    assert (fresh(found).closed_matter, fresh(found).accepted_at) == (False, None)
    nobody = make_petition(world, name="")
    with pytest.raises(Conflict, match="name_needed"):
        handling.categorise(actor=world.actor("olga"), number=nobody.number, category="complaint")
