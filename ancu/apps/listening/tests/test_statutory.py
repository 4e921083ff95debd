"""Complaints and denunciations: the petitioner is named, and no answer, promise or silence closes them."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import NON_FIELD_ERRORS

from ancu.apps.listening.enums import MeetingState, PetitionOutcome, PetitionState, PetitionStep
from ancu.apps.listening.forms.meetings import MeetingItemForm
from ancu.apps.listening.forms.petitions import PetitionForm, RecordCallForm
from ancu.apps.listening.models import Petition
from ancu.apps.listening.rules.matters import decision_due, first_due
from ancu.apps.listening.selectors.following import followed_petition
from ancu.apps.listening.services import daily, handling, meetings, verdicts
from ancu.apps.listening.services.receiving import PetitionIntake, receive_petition
from ancu.apps.listening.tests.factories import add_staff, answer, make_meeting, make_petition, take_in
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.messaging.models import Notification
from ancu.apps.places.models import RemoteArea
from ancu.core import clock
from ancu.core.actor import PUBLIC, system
from ancu.core.errors import Conflict, Forbidden
from ancu.core.testing import texts
from ancu.engines.rulebook import petition_rule

JOB = system("test")
STATUTORY = ("complaint", "denunciation")


def make_staffed_world():
    world = make_world()
    add_staff(world)
    return world


pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_staffed_world)]


@pytest.fixture
def world(shared_data):
    return shared_data


def reload(petition):
    return Petition.objects.get(pk=petition.pk)


def moment(day, hour=9):
    return datetime(2026, *day, hour, tzinfo=clock.VIETNAM)


def answer_statutory(world, petition, outcome=PetitionOutcome.EXPLAINED):
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
    complaint = make_petition(world, category="complaint")
    assert complaint.due_on == first_due(petition_rule(clock.today()).category("complaint"), complaint.received_at)
    handling.accept(actor=world.actor("dora"), number=complaint.number)
    complaint = reload(complaint)
    assert complaint.due_on == decision_due(30, complaint.accepted_at)
    assert [trace.step for trace in followed_petition(complaint).traces][-1] == PetitionStep.ACCEPTED
    assert Notification.objects.filter(template="listening/letters/accepted.txt").exists()
    with pytest.raises(Forbidden):
        handling.accept(actor=world.actor("dora"), number=complaint.number)


@pytest.mark.parametrize(("category", "days"), [("complaint", 45), ("denunciation", 30)])
def test_a_complaint_from_a_remote_place_has_longer_and_a_denunciation_has_not(world, category, days):
    RemoteArea.objects.create(unit=world.units.commune, valid_from=clock.today())
    petition = make_petition(world, category=category)
    handling.accept(actor=world.actor("dora"), number=petition.number)
    assert reload(petition).due_on == decision_due(days, clock.now())


def test_who_decides_at_the_office_accepts_it_and_nobody_accepts_a_remark(world):
    complaint, remark = make_petition(world, category="complaint"), make_petition(world)
    with pytest.raises(Forbidden):
        handling.accept(actor=world.actor("dora"), number=remark.number)
    pages = {name: world.client(name).get(f"/office/petitions/{complaint.number}/") for name in ("dora", "olga")}
    assert "ends with a decision" in pages["dora"].content.decode()
    assert f"{complaint.due_on:%d/%m/%Y}" in pages["dora"].content.decode() and pages["olga"].status_code == 404
    assert world.client("dora").post(f"/office/petitions/{complaint.number}/accept/").status_code == 302
    assert reload(complaint).accepted_at is not None
    page = world.client("dora").get(f"/office/petitions/{complaint.number}/").content.decode()
    assert f"Accepted on {clock.today():%d/%m/%Y}" in page


# --- what does not end it -----------------------------------------------------------------------------------


@pytest.mark.parametrize("category", STATUTORY)
def test_an_approved_reply_goes_out_and_leaves_it_open(world, category):
    received = take_in(world, category=category)
    due = received.petition.due_on
    answer_statutory(world, received.petition)
    petition = reload(received.petition)
    assert (petition.state, petition.due_on, petition.answered_at, petition.closed_at) == (
        PetitionState.ASSIGNED,
        due,
        None,
        None,
    )
    followed = followed_petition(petition)
    assert len(followed.answers) == 1 and not followed.may_speak and followed.may_add
    client = world.client()
    client.post("/petitions/follow/", {"code": received.code})
    html = client.get(f"/petitions/{petition.number}/").content.decode()
    assert (
        texts.CHECKED_VI in html
        and "not with an answer or silence" in html
        and "Is your matter resolved? You decide" not in html
    )
    with pytest.raises(Conflict, match="nothing_to_judge"):
        verdicts.record_verdict(PUBLIC, petition, verdict="settled")


@pytest.mark.parametrize("category", STATUTORY)
def test_silence_does_not_close_it(world, category):
    """Also when its state is “answered”, as earlier versions left it."""
    petition, remark = make_petition(world, category=category), make_petition(world)
    long_ago = clock.now() - timedelta(days=40)
    for answered in (petition, remark):
        Petition.objects.filter(pk=answered.pk).update(state=PetitionState.ANSWERED, answered_at=long_ago)
    assert daily.close_silent(JOB) == 1
    assert (reload(petition).state, reload(remark).state) == (PetitionState.ANSWERED, PetitionState.SILENT)


def test_what_stays_open_is_brought_before_the_office_when_its_day_goes_by(world):
    complaint = answer_statutory(world, make_petition(world, category="complaint"))
    Petition.objects.update(due_on=clock.today() - timedelta(days=30))
    assert daily.escalate(JOB) == 1
    handling.accept(actor=world.actor("dora"), number=complaint.number)
    assert reload(complaint).escalated_at is None, "its next day has not gone by"


def test_nothing_is_promised_of_it(world):
    complaint = make_petition(world, category="complaint")
    day = clock.today() + timedelta(days=50)
    with pytest.raises(Conflict, match="decision_owed"):
        handling.submit_draft(
            actor=world.actor("dora"), number=complaint.number, outcome="promised", text="…", promised_on=day
        )
    page = world.client("dora").get(f"/office/petitions/{complaint.number}/").content.decode()
    assert 'value="explained"' in page and 'value="promised"' not in page


def test_in_a_room_its_day_is_the_laws(world):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    intake = PetitionIntake(
        channel="meeting", category="complaint", body="Phạt sai", key=uuid4(), name="Hà Văn Ba",
        about=world.elsewhere_agency,
    )  # fmt: skip
    complaint = meetings.raise_item(actor=world.actor("olga"), pk=meeting.pk, intake=intake).petition
    page = world.client("olga").get(f"/office/meetings/{meeting.pk}/").content.decode()
    assert f"id_{complaint.pk}_agency_id" in page and f"id_{complaint.pk}_due_on" not in page
    owner_path = f"/office/meetings/{meeting.pk}/items/{complaint.number}/owner/"
    form = {"agency_id": world.provincial_agency.pk, "due_on": "31/12/2026", "words": "Sẽ xóa án phạt"}
    assert world.client("olga").post(owner_path, form).status_code == 302
    assert (reload(complaint).due_on, reload(complaint).state) == (complaint.due_on, PetitionState.ASSIGNED)
    assert not hasattr(reload(complaint), "promise")


# --- who files it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form_class", [PetitionForm, RecordCallForm, MeetingItemForm])
@pytest.mark.parametrize("category", STATUTORY)
def test_every_way_in_asks_for_the_name_and_whom_it_is_about(world, form_class, category):
    fields = {"channel": "hotline", "category": category, "body": "Cán bộ thu tiền", "key": str(uuid4())}
    assert set(form_class(fields | {"about": "none"}).errors) == {"name", "about"}
    with_name = fields | {"name": "Hà Văn Ba"}
    assert set(form_class(with_name | {"about": "none"}).errors) == {"about"}
    for accused in (
        {"about": "unknown"},
        {"about": world.commune_agency.pk},
        {"about": "none", "about_person": "Nguyễn Văn A"},
    ):
        assert form_class(with_name | accused).is_valid()
    assert NON_FIELD_ERRORS not in form_class(fields).errors
    assert form_class(fields | {"category": "order", "about": "none"}).is_valid(), "a remark needs neither"


def test_the_hotline_takes_in_no_complaint_without_a_name(world):
    fields = {
        "channel": "hotline", "category": "complaint", "body": "Phạt sai", "about": "unknown", "key": str(uuid4()),
    }  # fmt: skip
    response = world.client("hoa").post("/office/hotline/", fields)
    assert response.status_code == 422 and "By law, a complaint or a denunciation needs" in response.content.decode()
    assert not Petition.objects.exists()
    assert world.client("hoa").post("/office/hotline/", fields | {"name": "Hà Văn Ba"}).status_code == 302
    with pytest.raises(Conflict, match="name_needed"):
        receive_petition(PUBLIC, PetitionIntake(channel="survey", category="complaint", body="Phạt sai", key=uuid4()))


@pytest.mark.parametrize("category", STATUTORY)
def test_it_is_never_put_under_another_matter(world, category):
    petition = make_petition(world, category=category)
    for who in ("quynh", "dora"):
        with pytest.raises(Forbidden):
            handling.categorise(actor=world.actor(who), number=petition.number, category="order")
    html = world.client("dora").get(f"/office/petitions/{petition.number}/").content.decode()
    assert "cannot move it to another subject" in html and "/categorise/" not in html
    assert (reload(petition).category, reload(petition).due_on) == (category, petition.due_on)


def test_a_remark_without_a_name_never_becomes_a_complaint(world):
    unnamed = make_petition(world, name="")
    with pytest.raises(Conflict, match="name_needed"):
        handling.categorise(actor=world.actor("olga"), number=unnamed.number, category="complaint")
