"""The demo province is what the README promises, and as true as what people enter."""

from datetime import datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, F, Sum

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership
from ancu.apps.listening.enums import MeetingLevel, PetitionState
from ancu.apps.listening.models import Meeting, Petition
from ancu.apps.listening.selectors.following import find_by_code
from ancu.apps.listening.selectors.promises import published_promises
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.services import next_code
from ancu.apps.stays.models import Confirmation, PresenceChange, PresenceDay, Stay, Submission
from ancu.apps.stays.selectors.receipts import recompute
from ancu.apps.stays.tests.factories import make_stay, make_submission
from ancu.apps.travellers.models import Identity, Traveller
from ancu.core import clock
from ancu.core.working_days import calendar
from ancu.demo.confirmations import HOST, load_confirmations
from ancu.demo.growth import grow
from ancu.demo.listening import load_listening
from ancu.demo.listening.meetings import coming_meeting_start, running_meeting_start
from ancu.demo.listening.petitions import CODES, check_sign
from ancu.demo.province import load_province

STAYS = 900


def load():
    return load_province(stays=STAYS)


pytestmark = pytest.mark.stage(make=load)


@pytest.fixture
def province(shared_data):
    return shared_data


def test_counts_and_every_role(province):
    assert province["establishments"] == Establishment.objects.count() == 300
    assert Stay.objects.count() == STAYS
    assert Submission.objects.count() == province["submissions"]
    assert set(Membership.objects.values_list("role", flat=True)) | {Role.APPLICANT} == set(Role)


def test_it_has_what_an_office_has_to_look_at(province):
    assert Stay.objects.filter(departed_on__isnull=True).exists()
    assert Stay.objects.filter(minutes_late__gt=0).exists()
    assert Stay.objects.filter(status="corrected").exists()
    assert Stay.objects.filter(status="withdrawn").exists()
    assert set(Establishment.objects.values_list("status", flat=True)) == {"active", "pending", "returned", "suspended"}
    first = Establishment.objects.order_by("code").first()
    assert (first.kind, first.status) == ("hotel", "active")


def test_confirmations_of_stay_are_in_every_state(province):
    """As many as the tests' small province has guests for, on some days none; the demo has one in each."""
    if not Confirmation.objects.exists():
        homestay = Establishment.objects.get(business__memberships__user__email=HOST)
        make_stay(homestay)
        load_confirmations()
    states = list(Confirmation.objects.order_by("id").values_list("state", flat=True))
    expected = ["requested"] * 3 + ["issued", "issued", "refused", "withdrawn", "revoked", "issued"]
    assert states and states == expected[: len(states)]
    assert set(Confirmation.objects.exclude(state="withdrawn").values_list("unit__name", flat=True)) <= {
        "Mai Châu",
        "Mai Hạ",
    }


def test_a_lodging_that_registers_afterwards_gets_a_code_of_its_own(province):
    assert not Establishment.objects.filter(code=next_code()).exists()


def test_each_receipt_holds_even_after_corrections(province):
    for submission in Submission.objects.order_by("id"):
        assert recompute(submission) == submission.sha256


def test_no_document_belongs_to_two_people(province):
    shared = Identity.objects.values("document_number").annotate(people=Count("traveller", distinct=True))
    assert not shared.filter(people__gt=1).exists()


def test_it_grows_by_sql(province):
    before = _indexes()
    assert grow(2 * STAYS + 10) >= 2 * STAYS + 10
    assert Stay.objects.count() == 2 * STAYS + 10
    assert _indexes() == before
    assert not Stay.objects.exclude(name_key=F("identity__name_key")).exists()
    stands = Stay.objects.exclude(status="withdrawn").count()
    assert PresenceDay.objects.filter(by="lodging").aggregate(Sum("arrivals")) == {"arrivals__sum": stands}
    make_stay(Establishment.objects.order_by("id")[0])
    assert PresenceChange.objects.count() == 1, "what is declared afterwards is noted again"


def _indexes():
    """Indexes and constraints, which the growth takes off and puts back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename ~ '^(stays|travellers)'")
        results = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid::regclass::text ~ '^(stays|travellers)'")
        return results | {name for (name,) in cursor.fetchall()}


@pytest.mark.slow
def test_it_grows_also_when_something_was_entered_and_once_more(province):
    place = Establishment.objects.order_by("id")[0]
    Traveller.objects.create(first_seen_at=clock.now())  # a number taken by what was not stored in the end
    make_stay(place, submission=make_submission(place, read_count=2, refused_count=1))
    assert grow(2 * STAYS) == 2 * STAYS
    make_stay(place)
    assert grow(3 * STAYS) == 3 * STAYS == Stay.objects.count()


def test_accounts_are_printed_for_people_and_for_programs(capsys):
    call_command("demo_accounts")
    assert "canbo@maichau.example" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2026-11-28T23:50", "2026-11-28T19:00"),  # a Saturday
        ("2026-11-28T03:10", "2026-11-27T19:00"),
        ("2026-11-28T08:59", "2026-11-27T19:00"),
        ("2026-11-25T10:20", "2026-11-25T09:00"),
    ],
)
def test_a_meeting_that_goes_on_began_at_an_hour_at_which_people_come(now, begins):
    at, message = (datetime.fromisoformat(text).replace(tzinfo=clock.VIETNAM) for text in (now, begins))
    assert running_meeting_start(at) == message
    assert all(
        calendar().is_working(coming_meeting_start(at, days)) and coming_meeting_start(at, days).hour == 8
        for days in range(1, 15)
    )


@pytest.mark.slow
def test_the_publics_voice(province):
    """42 meetings in eighteen places; 1,200 petitions, each as the real path leaves one."""
    created = load_listening(seed=7)
    current = Meeting.objects.filter(state="closed")
    assert (created["petitions"], Petition.objects.count(), current.count()) == (1200, 1200, 42)
    assert not current.filter(petitions=None).exists(), "a meeting was closed in which nothing was raised"
    of_level = {level: current.filter(level=level).values("unit").distinct().count() for level in MeetingLevel}
    assert of_level == {"district": 11, "commune": 5, "station": 2}
    assert set(Petition.objects.values_list("state", flat=True)) == set(PetitionState)
    assert not Petition.objects.filter(state=PetitionState.MERGED, main=None).exists()
    assert not Petition.objects.filter(answers__approved_at__isnull=False, answered_at=None).exists()
    assert not Petition.objects.filter(state__in=("settled", "silent"), closed_at=None).exists()
    complaints = Petition.objects.filter(closed_matter=True)
    assert set(complaints.values_list("state", flat=True)) <= {
        PetitionState.RECEIVED,
        PetitionState.ASSIGNED,
        PetitionState.TRANSFERRED,
    }
    assert complaints.filter(accepted_at__isnull=False).exists() and not complaints.filter(name="").exists()
    assert all(find_by_code(code + check_sign(number)) for number, code in enumerate(CODES))
    rows = published_promises().rows
    assert len(rows) >= 2 and all(row.promised >= 5 for row in rows)
