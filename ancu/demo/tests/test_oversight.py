"""The demo's planted cases are found by their rules, and of the rest hardly anything is."""

from datetime import UTC, datetime, time, timedelta
from random import Random

import pytest
from django.db import transaction
from django.utils.translation import override

from ancu.apps.contact.selectors import reports
from ancu.apps.contact.selectors.broadcasts import broadcast_page
from ancu.apps.dossiers.models import Result
from ancu.apps.dossiers.selectors.permits import outdated_permits
from ancu.apps.lodging.models import Establishment
from ancu.apps.messaging import selectors as messaging
from ancu.apps.oversight.enums import AlertState
from ancu.apps.oversight.models import Alert, Inspection
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.selectors import inbox, planning
from ancu.apps.oversight.selectors.statistics import statistics_of_rule
from ancu.apps.oversight.selectors.words import sentence_of
from ancu.apps.oversight.services.evaluating import evaluate_everything, reevaluate
from ancu.apps.stays.models import OPEN, Stay, Submission
from ancu.apps.stays.selectors.changes import ACTS, changes
from ancu.core import clock
from ancu.core.actor import system
from ancu.demo.contact import HOST, load_contact
from ancu.demo.dossiers import load_dossiers
from ancu.demo.oversight import COMMUNE, OFFICE, SILENT, _actor, _plant_inspection, _plant_overstays, load_oversight
from ancu.demo.province import load_province

STAYS = 12_000
SEED = 2018
# Of the clean part: alerts of the two rules that judge by likelihood, for a hundred lodgings. Documented in the guide.
RATE = 1


def load():
    """The clean province first, and what the rules find in it; then the planted cases."""
    load_province(stays=STAYS)
    load_dossiers(seed=SEED, count=40)
    clean = of_the_clean_part()
    load_oversight(seed=SEED)
    return clean


def of_the_clean_part():
    """(what the rules find, what lies there to be found), by rule."""
    today = clock.today()
    there = Stay.objects.filter(OPEN, arrived_on__lte=today)
    since = datetime.combine(today - timedelta(days=30), time.min, UTC)
    stands = Stay.objects.exclude(status="withdrawn").filter(minutes_late__gte=720)
    late = Submission.objects.filter(received_at__gte=since, stays__in=stands)
    true = {
        "overstay": there.filter(permitted_until__lt=today).count(),
        "not_checked_out": there.filter(expected_departure__lt=today - timedelta(days=2)).count(),
        "declared_late": late.distinct().count(),
    }
    with transaction.atomic():
        results = evaluate_everything(system("test"))
        transaction.set_rollback(True)
    return results, true


pytestmark = [pytest.mark.stage(make=load), pytest.mark.slow]


def waiting(rule):
    return Alert.objects.filter(rule=rule, gone_at__isnull=True)


def test_every_rule_finds_its_planted_cases(shared_data):
    for rule, at_least in {
        "overstay": 4, "not_checked_out": 3, "two_places": 2, "invalid_document": 3, "expired_document": 2,
        "declared_late": 3, "silent": 1, "too_many_guests": 2, "notice_match": 1, "undeclared_found": 1,
    }.items():  # fmt: skip
        assert waiting(rule).count() >= at_least, rule


def test_an_overstay_before_a_later_card_waits_for_an_officer(shared_data):
    [alert] = waiting("overstay").filter(evidence__has_key="renewed_from")
    assert alert.state == AlertState.OPEN
    assert alert.stay.permitted_until > clock.today()
    with override("en"):
        assert "6 days too long" in sentence_of(alert)


def test_an_inspection_is_planted_also_on_a_day_on_which_nobody_declared_is_there(shared_data):
    officer = _actor(COMMUNE)
    before = {inspection.pk for inspection in Inspection.objects.all()}
    Stay.objects.filter(unit_id__in=officer.area).update(expected_departure=clock.today())
    _plant_inspection(Random(SEED))
    [inspection] = Inspection.objects.exclude(pk__in=before)
    assert [guest.document_number for guest in inspection.guests.all()] == ["K4471209", "K4471210", "EA088123"]
    evaluate_everything(system("test"))
    assert waiting("undeclared_found").filter(establishment=inspection.establishment).exists()


def test_the_homestay_has_an_overstay_also_on_a_day_on_which_it_is_empty(shared_data):
    own = {"establishment__business_id": _actor(HOST).organisation_id}
    Stay.objects.filter(OPEN, **own).update(departed_on=clock.today())
    _plant_overstays(Random(SEED))
    evaluate_everything(system("test"))
    assert waiting("overstay").filter(**own, stay__in=Stay.objects.filter(OPEN, **own)).count() == 1


def test_of_the_clean_part_only_what_is_there_is_found(shared_data):
    """Forgotten check-outs, late declarations, permitted days that ended; and of the two that judge by likelihood
    hardly anything but the two lodgings that were made to fall silent."""
    results, true = shared_data
    lodgings = Establishment.objects.filter(status="active").count()
    assert {rule: results[rule] for rule in true} == true
    guessed = {"silent": results["silent"] - SILENT, "too_many_guests": results["too_many_guests"]}
    assert all(number * 100 <= RATE * lodgings for number in guessed.values()), guessed
    assert [results[rule] for rule in RULES if rule not in true and rule not in guessed] == [0] * 5


def test_found_again_nothing_changes_and_each_can_be_judged_again(shared_data):
    before = sorted(Alert.objects.filter(gone_at=None).values_list("rule", "key", "digest"))
    evaluate_everything(system("test"))
    assert sorted(Alert.objects.filter(gone_at=None).values_list("rule", "key", "digest")) == before
    for alert in Alert.objects.all():
        finding, digest = reevaluate(alert)
        assert finding is not None and digest == alert.digest


def test_every_result_of_a_guest_feeds_his_permitted_day(shared_data):
    assert Result.objects.filter(dossier__document_number__in=Stay.objects.filter(OPEN).values("document_number"))
    assert outdated_permits(Stay.objects.all()) == {}


def test_the_officers_have_something_to_look_at(shared_data):
    officer = _actor(COMMUNE)
    page = inbox.inbox(officer, inbox.AlertFilter(), inbox.area_for_reader(officer))
    assert any(row.answered for row in page.rows), "the homestay has answered"
    months = statistics_of_rule(_actor(OFFICE), "declared_late").months
    assert len(months) > 5 and all(0 < month.rate <= 100 for month in months[1:5])
    assert set(Alert.objects.values_list("rule", flat=True)) == set(RULES)


def test_what_became_of_a_stay_is_told_on_its_page(shared_data):
    """Whoever mended it: a history that names nobody there is would be an error in place of the page."""
    office = _actor(OFFICE)
    touched = Stay.objects.exclude(status="declared").order_by("status", "id")
    outcome = {version.label for stay in touched for version in changes(office, stay)}
    assert {ACTS["corrected"], ACTS["withdrawn"]} <= outcome


def test_lodgings_and_the_office_have_something_to_say_to_each_other(shared_data):
    assert load_contact()["planned visits"] == 2
    commune, office, host = _actor(COMMUNE), _actor(OFFICE), _actor(HOST)
    assert [entry.kind for entry in reports.unacknowledged_reports(commune)] == ["forged"]
    assert len(messaging.inbox(host).rows) >= 2 and len(messaging.unread_notices(host)) == 2
    assert [entry.title for entry in messaging.templates_to_use(commune, "lodging")]
    broadcasts = broadcast_page(office).rows
    assert all(entry.reached > entry.read > entry.confirmed > 0 for entry in broadcasts) and len(broadcasts) == 2
    assert len(planning.open_plans(office)) == 2
