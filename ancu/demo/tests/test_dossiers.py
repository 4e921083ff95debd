"""The demo's dossiers are as the services would have left them."""

from collections import Counter as Tally
from datetime import timedelta
from random import Random

import pytest

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Mandate, User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.dossiers.enums import (
    ENDED_WITHOUT_RESULT,
    FINAL,
    FOR_INTAKE,
    IN_THE_OFFICE,
    ComponentState,
    LegalFileState,
    PaymentMethod,
    State,
)
from ancu.apps.dossiers.models import (
    Charge,
    Component,
    Counter,
    DatePromise,
    Dossier,
    Duration,
    FeeReceipt,
    GroupRequest,
    LegalFile,
    Opinion,
    Payment,
    Posting,
    QueueTicket,
    Slot,
)
from ancu.apps.dossiers.rules.postings import is_late
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.clock import due_on, working_days_left
from ancu.apps.dossiers.selectors.facts import comparison_of
from ancu.apps.dossiers.selectors.history import replay
from ancu.apps.dossiers.selectors.mandates import mandates_of, standing_of
from ancu.apps.dossiers.selectors.office import earlier_dossiers
from ancu.apps.dossiers.selectors.paper_versions import earlier_paper
from ancu.apps.dossiers.selectors.preflight import StayDisclosure, blocking, findings
from ancu.apps.dossiers.selectors.procedures import required_keys
from ancu.apps.dossiers.selectors.promises import current_expectation, punctuality_by_month
from ancu.apps.dossiers.selectors.signatures import digest_of, is_signed
from ancu.apps.dossiers.selectors.slots import passport_of
from ancu.apps.dossiers.selectors.workbench import last_look
from ancu.apps.dossiers.services.money.charging import reference_prefix
from ancu.apps.dossiers.services.papers import findings_by_photo
from ancu.apps.files.models import StoredFile
from ancu.apps.files.services import page_image, read_bytes
from ancu.apps.messaging.models import InAppNotification, Message
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.working_days import calendar
from ancu.demo.dossiers import COUNT, SHARES, load_dossiers
from ancu.demo.dossiers.agents import AGENT, CLERK, CLERK_PREPARES
from ancu.demo.dossiers.at_counter import GROUP_OF, STATES, WAITING
from ancu.demo.dossiers.cases import Guests
from ancu.demo.dossiers.example import ASSESSOR, EARLIER, FURTHER
from ancu.demo.province import load_province
from ancu.engines.rulebook import FactMark

SOME = 300
# the example and what came before it, counter, post, group, agent
FURTHER_DOSSIERS = 1 + len(EARLIER) + len(STATES) + 1 + GROUP_OF.stop - GROUP_OF.start + 3


def load():
    load_province(stays=600)
    return load_dossiers(seed=7, count=SOME)


pytestmark = pytest.mark.stage(make=load)


@pytest.fixture
def dossiers(shared_data):
    return shared_data


def test_every_state_has_its_share_and_some_are_late(dossiers):
    assert sum(SHARES.values()) == COUNT
    assert dossiers["dossiers"] == Dossier.objects.count() == SOME + FURTHER_DOSSIERS
    assert set(Dossier.objects.values_list("state", flat=True)) == set(State)
    late = [
        dossier for dossier in Dossier.objects.filter(state__in=IN_THE_OFFICE) if (working_days_left(dossier) or 0) < 0
    ]
    assert late
    days = list(Dossier.objects.values_list("created_at", flat=True))
    assert (max(days) - min(days)).days > 200
    assert max(days) <= clock.now()


def test_whoever_works_there_has_his_share_of_what_is_open(dossiers):
    """The office gives dossiers out by turn, so nothing there is anybody's and nobody has it all."""
    there = Dossier.objects.filter(state__in=IN_THE_OFFICE)
    assert not there.filter(assigned_to=None).exists()
    for role, states in ((Role.INTAKE_OFFICER, FOR_INTAKE), (Role.ASSESSING_OFFICER, {State.ACCEPTED, State.ASSESSED})):
        current = Tally(there.filter(state__in=states).values_list("assigned_to", flat=True))
        officers = User.objects.filter(memberships__role=role, memberships__organisation__parent=None)
        assert set(current) == set(officers.values_list("id", flat=True))
        assert max(current.values()) - min(current.values()) <= len(states)


def test_histories_replay_and_the_clock_and_the_filings_agree(dossiers):
    for dossier in Dossier.objects.prefetch_related("events", "filings"):
        history = sorted(dossier.events.all(), key=lambda event: event.sequence)
        outcome = replay(history)
        assert (outcome.state, outcome.accepted_at) == (dossier.state, dossier.accepted_at), dossier
        moments = [event.at for event in history]
        assert moments == sorted(moments), dossier
        assert moments[-1] <= clock.now()
        assert (dossier.ended_at is not None) == (dossier.state in FINAL)
        filings = sorted(dossier.filings.all(), key=lambda filing: filing.number)
        if filings:
            assert filings[-1].digest == digest_of(dossier), dossier
            assert is_signed(dossier)
            for signature in dossier.signatures.filter(digest=filings[-1].digest):
                assert (signature.answers, signature.papers) == (filings[-1].answers, filings[-1].papers)
        if dossier.due_on is not None:
            assert dossier.due_on == due_on(dossier), dossier


@pytest.mark.slow
def test_nothing_forbids_what_was_sent(dossiers):
    for dossier in Dossier.objects.filter(state__in=[State.SUBMITTED, State.ACCEPTED, State.READY, State.DELIVERED]):
        assert blocking(findings(dossier, StayDisclosure.ALL)) == [], dossier.procedure
        assert set(dossier.components.values_list("key", flat=True)) - set(FURTHER) == set(required_keys(dossier))
    drafts = Dossier.objects.filter(state=State.DRAFT)
    assert any(blocking(findings(dossier, StayDisclosure.ALL)) for dossier in drafts)


def test_papers_can_be_opened(dossiers):
    files = StoredFile.objects.filter(pk__in=Component.objects.exclude(file=None).values("file_id"))
    for media_type in ("application/pdf", "image/jpeg"):
        file = files.filter(media_type=media_type).first()
        assert page_image(file)[:2] == b"\xff\xd8"
    assert len(read_bytes(files.last())) == files.last().size
    versions = Component._meta.get_field("events").related_model.objects.filter(state=ComponentState.RETURNED)
    assert versions.exists() and all(StoredFile.objects.filter(pk=v.file_id).exists() for v in versions if v.file_id)


def test_the_accounts_see_something_in_several_states(dossiers):
    for email, least in (("daidien@congty.example", 6), ("vanthu@congty.example", 6), ("teacher@applicant.example", 5)):
        user = User.objects.get(email=email)
        states = set(visible_to(_actor(user)).values_list("state", flat=True))
        assert len(states) >= least, email
    husband = User.objects.get(email="chong@giadinh.example")
    waiting = [dossier for dossier in visible_to(_actor(husband)).filter(state=State.DRAFT) if not is_signed(dossier)]
    assert [dossier.filed_by.email for dossier in waiting] == ["teacher@applicant.example"]
    own = LegalFile.objects.filter(organisation__memberships__user__email="daidien@congty.example")
    assert set(own.values_list("state", flat=True)) == {LegalFileState.APPROVED, LegalFileState.SUBMITTED}


def test_a_lawyer_files_by_mandates_and_a_clerk_has_limits(dossiers):
    agent, clerk = (actor_for(User.objects.get(email=email)) for email in (AGENT, CLERK))
    assert sorted(mandate.may_submit for mandate in agent.mandates) == [False, True]
    own = visible_to(agent).order_by("id")
    assert [(dossier.state, len(mandates_of(dossier))) for dossier in own] == [
        (State.DRAFT, 0), (State.SUBMITTED, 1), (State.DRAFT, 0),
    ]  # fmt: skip
    company = Mandate.objects.filter(organisation=own[0].organisation).order_by("id")
    assert [standing_of(mandate) for mandate in company] == ["ended", "in_force", "offered"]
    assert (clerk.procedures, clerk.may_submit) == (frozenset(CLERK_PREPARES), True)


def _actor(user: User) -> Actor:
    membership = user.memberships.select_related("organisation").first()
    if membership is None:
        return Actor(kind=ActorKind.PERSON, label=user.email, user_id=user.pk)
    return Actor(
        kind=ActorKind.PERSON, label=user.email, user_id=user.pk, membership_id=membership.pk,
        organisation_id=membership.organisation_id, organisation_kind=membership.organisation.kind,
        role=membership.role, is_office=membership.organisation.parent_id is None,
    )  # fmt: skip


def test_money_adds_up(dossiers):
    assert Charge.objects.count() == Dossier.objects.exclude(submitted_at=None).count()
    assert not Charge.objects.filter(dossier__state=State.DELIVERED, payment=None).exists()
    assert all(charge.reference.startswith(reference_prefix()) for charge in Charge.objects.all())
    series = {}
    for receipt in FeeReceipt.objects.order_by("series", "number"):
        series.setdefault(receipt.series, []).append(receipt.number)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in series.values())
    assert all(calendar().is_open(payment.paid_at) for payment in Payment.objects.filter(method=PaymentMethod.CASH))
    assert all(slot.booked_places == slot.appointments.count() for slot in Slot.objects.all())


def test_every_decision_is_measured_and_the_page_of_promises_has_rows(dossiers):
    decided = Dossier.objects.exclude(decided_at=None)
    assert Duration.objects.count() == decided.count() > 50
    assert not DatePromise.objects.filter(dossier__in=decided, is_on_time=None).exists()
    officer = _actor(User.objects.get(email="duyet@xnc.example"))
    months = punctuality_by_month(officer).months
    page_text = Duration.objects.filter(decided_on__gte=min(month.first_day for month in months))  # the last year's
    assert sum(month.cases for month in months) == page_text.count() > 50
    assert {month.on_time < month.promised for month in months} == {True, False}


def test_what_is_said_of_the_time_it_takes_fits_what_it_took(dossiers):
    """A queue of many times what the office decides in the usual time would contradict that time."""
    for procedure in ("trc_organisation", "stay_extension", "visa"):
        now = current_expectation(procedure)
        assert not now.enough or now.likely <= 2 * now.measured.slow, now


@pytest.mark.parametrize("email", ["chong@giadinh.example", "daidien@congty.example", "teacher@applicant.example"])
def test_who_sponsors_and_who_files_has_notifications_of_the_day_of_the_act(dossiers, email):
    bells = InAppNotification.objects.filter(user__email=email)
    assert bells.count() > 2
    assert bells.filter(rung_at__lt=clock.now() - timedelta(days=2)).exists()
    assert not bells.filter(title_vi="").exists()


def test_every_counter_has_times_ahead(dossiers):
    for counter in Counter.objects.all():
        ahead = Slot.objects.filter(counter=counter, starts_at__gt=clock.now())
        assert ahead.count() > 100
        assert ahead.filter(starts_at__gt=clock.now() + timedelta(weeks=5)).exists()


def test_a_passport_that_came_stands_in_the_history_too(dossiers):
    for dossier in Dossier.objects.filter(state__in=[State.ACCEPTED, State.APPROVED, State.DELIVERED]):
        came = dossier.passport_received()
        assert came is not None
        assert list(dossier.appointments.filter(purpose="bring").values_list("came_at", flat=True)) in ([], [came.at])
        assert list(dossier.postings.values_list("arrived_at", flat=True)) in ([], [came.at])
    waiting = Dossier.objects.filter(state=State.SUBMITTED)
    assert waiting.filter(appointments__came_at=None, appointments__slot__starts_at__gt=clock.now()).exists()
    assert waiting.filter(postings__arrived_at=None).exists()


def test_half_and_more_passports_of_dossiers_without_a_result_went_back(dossiers):
    """On a few days the demo invents hardly any such dossier."""
    ended = Dossier.objects.filter(state__in=ENDED_WITHOUT_RESULT, ended_at__lt=clock.now() - timedelta(days=30))
    received = ended.filter(events__act="received_passport").distinct()
    here = [dossier for dossier in received if dossier.passport_received()]
    assert 2 * len(here) <= received.count()
    returned = ended.filter(events__act="returned_passport").distinct()
    assert all(dossier.passport_events()[0].data["received_by"] == dossier.full_name for dossier in returned)


def test_the_example_has_what_an_officer_may_meet(dossiers):
    """Its passport was read by the reader, its permit has a slip and an earlier version, its address differs."""
    dossier = Dossier.objects.get(components__key=FURTHER[0], state=State.ACCEPTED)
    passport, permit = (dossier.components.get(key=key) for key in ("passport", "work_permit"))
    assert [zone["certain"] for zone in passport.zones] == [True]
    assert passport.zones[0]["says"]["document_number"] == dossier.document_number
    assert earlier_paper(permit) is not None
    user = User.objects.get(email=ASSESSOR)
    officer = _actor(user)
    assert dossier.assigned_to == user and last_look(officer, dossier) is not None
    rows = comparison_of(dossier).rows
    assert {row.mark for row in rows} == {FactMark.SAME, FactMark.SPELLING, FactMark.DIFFERS}
    assert [row.section for row in rows if row.mark == FactMark.DIFFERS] == ["traveller", "stay"]
    assert not findings_by_photo(dossier)
    earlier = earlier_dossiers(officer, dossier)
    assert [(row.procedure, row.state) for row in earlier] == [(code, State.DELIVERED) for code, _days in EARLIER[::-1]]
    notes = Message.objects.filter(thread__subject_id=dossier.number, staff_only=True)
    assert notes.count() == 2
    assert passport_of(dossier, None).counter == Counter.objects.order_by("pk").first()


def test_some_units_still_owe_an_opinion(dossiers):
    request_fields = Opinion.objects.filter(answered_at=None)
    assert request_fields.exists()
    assert set(request_fields.values_list("dossier__state", flat=True)) == {State.ACCEPTED}


def test_a_unit_is_asked_rather_of_who_lives_there(dossiers):
    """As far as the demo has such people on that day."""
    guests = Guests(Random(1))
    for guest in guests.all[False][:200]:
        guests.used.clear()
        assert guests.on(guest.arrived, working=False, near={guest.unit}).unit == guest.unit


def test_a_relatives_form_is_the_relatives_own(dossiers):
    results = [dossier for dossier in Dossier.objects.filter(sponsor__isnull=False) if "NA7" in dossier.answers]
    assert results
    for dossier in results:
        assert dossier.answers["NA7"]["full_name"] == dossier.sponsor.full_name.upper()
        assert dossier.answers["NA7"]["email"] == dossier.sponsor.email
        assert dossier.full_name != dossier.sponsor.full_name.upper()


def test_people_came_to_the_counter_and_a_passport_is_late_in_the_post(dossiers):
    received = Dossier.objects.filter(received_by__isnull=False)
    assert set(received.values_list("state", flat=True)) == set(STATES)
    assert received.get(state=State.SUBMITTED).has_passport
    on_their_way = Posting.objects.filter(to_office=True, arrived_at=None)
    assert {is_late(posting, clock.today()) for posting in on_their_way} == {True, False}
    assert GroupRequest.objects.get().members.count() == GROUP_OF.stop - GROUP_OF.start
    assert QueueTicket.objects.filter(called_at=None).count() == WAITING
