"""A passport in the post: expected, late, told once to officer and head, and received on both ways."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from ancu.apps.audit.models import Event
from ancu.apps.dossiers.enums import Handover, State
from ancu.apps.dossiers.models import Dossier, Posting
from ancu.apps.dossiers.rules.postings import expected_on, is_late
from ancu.apps.dossiers.services import postings
from ancu.apps.dossiers.services.alarms import send_posting_alarms
from ancu.apps.dossiers.services.assigning import assign
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_submitted
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.models import InAppNotification
from ancu.core.actor import system
from ancu.core.clock import VIETNAM
from ancu.core.errors import Conflict, Http404
from ancu.core.working_days import calendar
from ancu.engines.rulebook import postal_days

SENT = date(2026, 12, 7)  # a Monday: expected on Tuesday the 15th
JOB = system("dossiers.alarm")


def at(day: int, hour: int = 9) -> time_machine.travel:
    return time_machine.travel(datetime(2026, 12, day, hour, tzinfo=VIETNAM))


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


@pytest.fixture
def posting(cast: World) -> Posting:
    with at(7):
        dossier = make_submitted(cast)
        assign(cast.actor("selma"), dossier=dossier, to=cast.users["selma"])
        return postings.send_passport(
            cast.actor("ramon"), dossier=dossier, carrier="VNPost", tracking_number="EE1234", sent_on=SENT
        )


@pytest.fixture
def sent_back(cast: World) -> Posting:
    with at(7):
        dossier = make_dossier(cast, State.DELIVERED)
        return Posting.objects.create(
            dossier=dossier, to_office=False, carrier="VNPost", tracking_number="EE9876", sent_on=SENT,
            entered_by=cast.users["ines"], entered_at=datetime(2026, 12, 7, 10, tzinfo=VIETNAM),
        )  # fmt: skip


def alarmed(cast: World, name: str) -> int:
    return InAppNotification.objects.filter(user=cast.users[name], key__contains=":posting:").count()


def test_officer_and_head_are_told_once_of_a_late_passport(cast: World, posting: Posting) -> None:
    assert expected_on(posting) == date(2026, 12, 15)
    with at(15):
        assert send_posting_alarms(JOB) == 0
    with at(16):
        assert [send_posting_alarms(JOB), send_posting_alarms(JOB)] == [1, 0]
    with at(22):
        assert send_posting_alarms(JOB) == 0
    assert alarmed(cast, "selma") == alarmed(cast, "dora") == 1 and alarmed(cast, "ines") == 0
    assert Event.objects.filter(act="dossiers.alarmed_posting").count() == 1


def test_a_passport_that_arrived_raises_no_alarm(cast: World, posting: Posting) -> None:
    with at(14):
        postings.record_arrival(cast.actor("ines"), posting=posting)
    with at(18):
        assert send_posting_alarms(JOB) == 0


def test_the_alarm_names_no_person(cast: World, posting: Posting) -> None:
    with at(16):
        send_posting_alarms(JOB)
    titles = InAppNotification.objects.filter(key__contains=":posting:").values_list("title_en", flat=True)
    assert titles and all(posting.dossier.number in title and "ADAMS" not in title for title in titles)


def test_applicant_and_officer_see_that_it_is_late(cast: World, posting: Posting) -> None:
    posting.dossier.refresh_from_db()
    assert posting.dossier.handover == Handover.POST
    pages = (("ramon", "page"), ("selma", "office-dossier"), ("ramon", "appointment"))
    for day, is_told in ((15, False), (16, True)):
        with at(day):
            for name, view in pages:
                text = (
                    cast.client(name).get(reverse(f"dossiers:{view}", args=[posting.dossier.number])).content.decode()
                )
                assert "15/12/2026" in text, (view, day)
                assert any(word in text for word in ("late", "Late", "should have arrived")) >= is_told, (view, day)
            assert ("chip-bad" in cast.client("ines").get(reverse("dossiers:counters")).content.decode()) == is_told


def test_what_comes_back_is_late_until_its_arrival_is_recorded(cast: World, sent_back: Posting) -> None:
    with at(16):
        assert send_posting_alarms(JOB) == 1
        ramon, received = cast.client("ramon"), reverse("dossiers:posting-received", args=[sent_back.pk])
        page = reverse("dossiers:page", args=[sent_back.dossier.number])
        assert received in ramon.get(page).content.decode()
        assert cast.client("mia").post(received).status_code == 404
        assert ramon.post(received)["Location"] == page
        assert received not in ramon.get(page).content.decode()
        with pytest.raises(Conflict):
            postings.record_return(cast.actor("ines"), posting=sent_back)
    sent_back.refresh_from_db()
    assert sent_back.arrived_at and sent_back.dossier.events.filter(act="result_arrived").exists()


def test_the_office_records_the_return_of_a_dossier_without_an_account(cast: World, sent_back: Posting) -> None:
    with at(10):
        received = reverse("dossiers:posting-received", args=[sent_back.pk])
        assert cast.client("dora").post(received).status_code == 403
        assert cast.client("ines").post(received).status_code == 302
    assert Dossier.objects.get(pk=sent_back.dossier_id).state == State.DELIVERED


def test_a_passport_on_its_way_to_the_office_is_not_recorded_as_returned(cast: World, posting: Posting) -> None:
    assert cast.client("ramon").post(reverse("dossiers:posting-received", args=[posting.pk])).status_code == 404
    with pytest.raises((Conflict, Http404)):
        postings.record_return(cast.actor("ramon"), posting=posting)


@given(sent_on=st.dates(date(2026, 1, 5), date(2026, 11, 1)), later=st.integers(0, 40), arrived=st.booleans())
def test_it_is_late_after_the_working_days_of_the_rulebook(sent_on: date, later: int, arrived: bool) -> None:
    on = sent_on + timedelta(days=later)
    arrived_at = datetime(2026, 11, 20, tzinfo=VIETNAM) if arrived else None
    posting = Posting(sent_on=sent_on, arrived_at=arrived_at)
    passed = calendar().working_days_between(sent_on, on)
    expected = expected_on(posting)
    assert expected is not None and calendar().is_working(expected)
    assert is_late(posting, on) == (on > expected and not arrived)
    assert (on > expected) >= (passed > postal_days(sent_on))
