"""What petitions and meetings held about people is emptied on time; what is younger or still open stays."""

from datetime import timedelta
from uuid import uuid4

import pytest

from ancu.apps.listening.enums import MeetingState, PetitionOutcome
from ancu.apps.listening.models import Attendee, HelpRequest, Meeting, Petition, PetitionPromise, PetitionTransfer
from ancu.apps.listening.services import attending, handling, merging, retention, verdicts
from ancu.apps.listening.tests.factories import add_staff, answer, make_meeting, make_petition
from ancu.core import clock
from ancu.core.actor import PUBLIC, system
from ancu.core.security.privacy import Keep

pytestmark = pytest.mark.django_db
JOB = system("test")


def remember(row):
    return {name: getattr(row, name) for name in type(row).privacy.personal}


def gone(row, before):
    row.refresh_from_db()
    for name, value in before.items():
        assert not value or getattr(row, name) != value, (type(row), name)


def told_everything(world):
    """A petition with something in every field that speaks of people."""
    petition = make_petition(
        world, email="a@example.test", address="Bản Lác", about_person="Ông Quyền", place=world.units.commune,
        category="order",
    )  # fmt: skip
    olga = world.actor("olga")
    handling.ask_help(
        actor=olga, number=petition.number, agency_id=world.elsewhere_agency.pk, question="?", reply_by=clock.today()
    )
    handling.answer_help_request(actor=world.actor("pavel"), number=petition.number, reply="Có")
    verdicts.add_remark(PUBLIC, petition, text="Thêm", key=uuid4())
    promise = {"promised_on": clock.today(), "public_words": "Lắp đèn"}
    answer(world, petition, outcome=PetitionOutcome.PROMISED, approver="dora", **promise)
    answer(world, Petition.objects.get(pk=petition.pk), approver="dora")
    verdicts.record_verdict(PUBLIC, Petition.objects.get(pk=petition.pk), verdict="settled", rating=4, text="Cảm ơn")
    return Petition.objects.get(pk=petition.pk)


def test_a_petition_is_emptied_with_all_that_was_said_of_it(world):
    add_staff(world)
    petition, young = told_everything(world), make_petition(world)
    sent = make_petition(world)
    merging.transfer(actor=world.actor("olga"), number=sent.number, to="UBND xã", reference="8", reason="Việc của xã")
    old = clock.now() - timedelta(days=Keep.CORRESPONDENCE.value + 1)
    Petition.objects.filter(pk=petition.pk).update(closed_at=old, received_at=old)
    Petition.objects.filter(pk__in=(sent.pk, young.pk)).update(received_at=old)
    rows = [
        petition,
        sent,
        PetitionTransfer.objects.get(),
        HelpRequest.objects.get(),
        PetitionPromise.objects.get(),
        *petition.answers.all(),
        *petition.words.all(),
        *petition.remarks.all(),
        *petition.traces.exclude(words=""),
        *sent.traces.exclude(words=""),
    ]
    before = [remember(row) for row in rows]
    assert retention.redact_petitions(JOB) == 2
    for row, stored in zip(rows, before, strict=True):
        gone(row, stored)
    assert retention.redact_petitions(JOB) == 0
    young.refresh_from_db()
    assert young.name  # nobody has answered it: it is kept, however old


def test_who_came_is_forgotten_soon_and_minutes_later(world):
    meeting = make_meeting(world, state=MeetingState.ANNOUNCED)
    attending.register_attendee(PUBLIC, pk=meeting.pk, name="Bùi Thị Hoa", phone="0912345678", email="h@example.test")
    someone = Attendee.objects.get()
    listed = remember(someone)
    Meeting.objects.update(chair="A", secretary="B", minutes="C")
    ended = clock.now() - timedelta(days=Keep.CONTACT.value + 1)
    Meeting.objects.update(starts_at=ended - timedelta(hours=3), ends_at=ended)
    assert retention.redact_meetings(JOB) == 1
    gone(someone, listed)
    meeting.refresh_from_db()
    retained = remember(meeting)
    assert retained["chair"] == "A"
    ended = clock.now() - timedelta(days=Keep.CORRESPONDENCE.value + 1)
    Meeting.objects.update(starts_at=ended - timedelta(hours=3), ends_at=ended)
    retention.redact_meetings(JOB)
    gone(meeting, retained)
