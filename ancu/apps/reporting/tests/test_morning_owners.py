"""Who holds a matter of the morning is an officer by name, where anyone in particular holds it."""

from collections import Counter
from dataclasses import replace

import pytest
from django.utils.translation import override

from ancu.apps.accounts.enums import OFFICE_DECIDERS, Role
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.selectors.queues import QUEUES
from ancu.apps.listening.enums import PetitionState, PetitionStep
from ancu.apps.listening.models import Petition, PetitionTrace
from ancu.apps.messaging.models import InAppNotification
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.services import deciding
from ancu.apps.reporting.enums import ReminderKind
from ancu.apps.reporting.rules.morning import Due, Tone
from ancu.apps.reporting.selectors.morning.dossiers import STEP_NAMES, StepRow
from ancu.apps.reporting.selectors.morning.heading import page_heading
from ancu.apps.reporting.selectors.morning.owners import AgencyOfficer, AgencyOfficers, MatterOwner
from ancu.apps.reporting.selectors.morning.page import morning_page
from ancu.apps.reporting.selectors.morning.petitions import _unit_rows
from ancu.apps.reporting.selectors.morning.scope import LinkedNumber, morning_scope
from ancu.apps.reporting.selectors.morning.tiles import _is_better
from ancu.apps.reporting.services.morning.reminding import remind
from ancu.apps.reporting.templatetags.morning import holder_words, waits_for_reader
from ancu.apps.reporting.tests.morning_stage import make_morning
from ancu.core import clock

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_morning)]
AGENCY = (7, "Công an xã")


def owners(world):
    """The owner of each matter by its kind."""
    with override("en"):
        return {row.kind: row.owner for row in morning_page(morning_scope(world.actor("dora"))).wrong}


def test_an_agency_with_one_officer_is_that_officer(shared_data):
    named = owners(shared_data)
    for kind in (ReminderKind.ALERT, ReminderKind.PETITIONS, ReminderKind.PROMISE):
        assert named[kind].name == "Olga", kind
    assert named[ReminderKind.ALERT].note == shared_data.commune_agency.name
    assert named[ReminderKind.REPORT].note == "on duty: Olga"


def test_of_several_officers_the_one_who_worked_on_it_holds_it(shared_data):
    otto = make_user("Otto")
    make_member(otto, shared_data.commune_agency, Role.AREA_OFFICER)
    named = owners(shared_data)
    assert named[ReminderKind.ALERT].name == shared_data.commune_agency.name
    assert named[ReminderKind.ALERT].note == "2 officers"
    late = Petition.objects.get(due_on__lt=clock.today())
    PetitionTrace.objects.create(
        petition=late, at=clock.now(), step=PetitionStep.ASSIGNED, state=PetitionState.ASSIGNED, user=otto,
        agency=shared_data.commune_agency,
    )  # fmt: skip
    assert owners(shared_data)[ReminderKind.PETITIONS].name == "Otto"
    assert owners(shared_data)[ReminderKind.PETITIONS].note == "and 1 other"


def test_a_row_names_the_unit_once(shared_data):
    with override("en"):
        rows = {row.kind: row for row in morning_page(morning_scope(shared_data.actor("dora"))).wrong}
    for kind, text in ((ReminderKind.PETITIONS, "title"), (ReminderKind.PROMISE, "second")):
        assert shared_data.commune_agency.name in getattr(rows[kind], text), kind
        assert shared_data.commune_agency.name not in rows[kind].owner.note, kind


def test_the_officer_who_asked_the_lodging_holds_the_alert_and_is_reminded(shared_data):
    alert = Alert.objects.get(severity=3)
    deciding.ask(shared_data.actor("quynh"), alert_id=alert.pk, question="Khách còn ở không?")
    assert owners(shared_data)[ReminderKind.ALERT].name == "Quynh"
    remind(actor=shared_data.actor("dora"), kind=ReminderKind.ALERT, subject_id=alert.pk)
    names = set(InAppNotification.objects.filter(kind="reporting").values_list("user__full_name", flat=True))
    assert names == {"Olga", "Quynh"}


def test_a_step_says_its_officer_or_how_many_there_are(shared_data):
    page = morning_page(morning_scope(shared_data.actor("dora")))
    page = replace(page, officers={1: "Selma", 2: "Quynh"})
    row = StepRow(State.ACCEPTED, [], LinkedNumber(3), (1, 2))
    with override("en"):
        assert holder_words(row, page) == ("2 officers", "Selma, Quynh")
        assert holder_words(replace(row, holders=(1,)), page) == ("Selma", "")
        assert holder_words(replace(row, state=State.READY), page) == ("the applicant", "")
    assert waits_for_reader(replace(row, state=State.ASSESSED), page) and not waits_for_reader(row, page)


def test_every_queue_is_a_step():
    assert set(STEP_NAMES) == set(QUEUES)


def test_an_officer_who_does_not_decide_holds_no_alert():
    officers = AgencyOfficers([AgencyOfficer(7, 1, "Ivy", Role.INTAKE_OFFICER), AgencyOfficer(8, 2, "Olga", "area")])
    assert officers.owner(AGENCY, OFFICE_DECIDERS).name == AGENCY[1]
    assert officers.owner(AGENCY, {Role.INTAKE_OFFICER}).name == "Ivy"
    assert officers.owner(None, OFFICE_DECIDERS).name == ""


def test_initials_are_of_the_first_and_last_name_and_of_a_place():
    names = (
        MatterOwner("Đinh Thị Hạnh"),
        MatterOwner("Ivy"),
        MatterOwner(),
        MatterOwner("Công an xã Đà Bắc", "", True),
    )
    assert [owner.initials for owner in names] == ["ĐH", "I", "?", "ĐB"]


def test_the_unit_with_most_petitions_has_a_row_of_its_own(shared_data):
    scope = morning_scope(shared_data.actor("dora"))
    late = {unit: Counter({Due.LATE: 2, Due.LATER: 1}) for unit in range(1, 8)}
    numbers = late | {8: Counter({Due.LATER: 40}), 9: Counter({Due.LATER: 3})}
    rows = _unit_rows(scope, numbers, {unit: f"Unit {unit}" for unit in numbers})
    assert [row.unit_id for row in rows] == [1, 2, 3, 4, 8, None]
    assert rows[-1].units == 4 and rows[-1].total.value == 12


def test_the_heading_names_the_day(shared_data):
    scope = morning_scope(shared_data.actor("dora"))
    with override("en"):
        assert page_heading(scope) == f"{scope.day:%A, %d/%m/%Y}"
    with override("vi"):
        assert page_heading(scope).startswith(("Thứ ", "Chủ "))


def test_a_fall_has_no_colour_while_the_share_meets_its_target():
    assert [_is_better(-0.2, tone) for tone in (Tone.OK, Tone.WARN, Tone.MUTE)] == [None, False, False]
    assert _is_better(0.2, Tone.OK) is True and _is_better(0, Tone.WARN) is None
