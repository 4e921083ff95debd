"""One alert for one fact: raised, updated, closed by itself, opened again; each minute and every night alike."""

from collections import Counter
from datetime import timedelta
from inspect import getsource
from random import Random

import pytest
from django.db import connection

from ancu.apps.audit.models import Event
from ancu.apps.dossiers.models import Dossier
from ancu.apps.oversight.enums import AlertState
from ancu.apps.oversight.models import Alert, AlertTrace
from ancu.apps.oversight.rules.catalogue import MODULES, RULES
from ancu.apps.oversight.selectors import inbox
from ancu.apps.oversight.selectors.gathering import judge_past
from ancu.apps.oversight.selectors.parameters import thresholds_in_force
from ancu.apps.oversight.services import deciding
from ancu.apps.oversight.services.evaluating import evaluate_changes, evaluate_stays, reevaluate
from ancu.apps.oversight.tests.factories import evaluate, make_alert, make_one_of_each, make_overstay
from ancu.apps.stays.models import Stay
from ancu.apps.stays.services import check_out, correct
from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.travellers.models import Identity
from ancu.core import clock

pytestmark = pytest.mark.django_db


def steps(alert: Alert) -> list[str]:
    return list(alert.trace.order_by("id").values_list("step", flat=True))


def test_a_fact_found_twice_is_one_alert_untouched(world):
    alert = make_alert(world.lodging)
    evaluate()
    same_alert = Alert.objects.get(rule="overstay")
    assert (same_alert.pk, same_alert.updated_at, steps(same_alert)) == (alert.pk, alert.updated_at, ["raised"])
    assert Event.objects.filter(act="oversight.evaluated", subject_id="overstay").count() == 2


def test_a_fact_that_changes_updates_its_alert(world):
    alert = make_alert(world.lodging, days=3)
    Stay.objects.filter(pk=alert.stay_id).update(
        permitted_until=clock.today() - timedelta(days=20), arrived_on=clock.today() - timedelta(days=30)
    )
    evaluate()
    same_alert = Alert.objects.get(rule="overstay")
    assert same_alert.pk == alert.pk and same_alert.digest != alert.digest and same_alert.severity > alert.severity
    assert steps(same_alert) == ["raised", "updated"]


def test_a_fact_that_goes_away_closes_its_alert_and_comes_back(world):
    alert = make_alert(world.lodging)
    correct(actor=world.actor("alice"), stay_id=alert.stay_id, changes={"permitted_until": "2099-01-01"})
    evaluate()
    alert.refresh_from_db()
    assert alert.state == AlertState.CLOSED and alert.gone_at is not None
    Stay.objects.filter(pk=alert.stay_id).update(permitted_until=clock.today() - timedelta(days=3))
    evaluate()
    alert.refresh_from_db()
    assert (alert.state, alert.gone_at) == (AlertState.OPEN, None)
    assert steps(alert) == ["raised", "closed", "reopened"]


def test_a_decision_stands_until_it_gets_worse(world):
    olga, alert = world.actor("olga"), make_alert(world.lodging)
    deciding.dismiss(olga, alert_id=alert.pk, dismissed_for="explained", reason="He has an extension on paper.")
    evaluate()
    alert.refresh_from_db()
    assert alert.state == AlertState.DISMISSED
    Stay.objects.filter(pk=alert.stay_id).update(
        permitted_until=clock.today() - timedelta(days=20), arrived_on=clock.today() - timedelta(days=30)
    )
    evaluate()
    alert.refresh_from_db()
    assert (alert.state, alert.decided_at, steps(alert)) == ("open", None, ["raised", "dismissed", "reopened"])
    deciding.confirm(olga, alert_id=alert.pk)
    check_out(actor=world.actor("alice"), stay_ids=[alert.stay_id], departed_on=clock.today())
    evaluate()
    alert.refresh_from_db()
    assert alert.state == AlertState.CONFIRMED and alert.gone_at is not None
    assert steps(alert)[-1] == "gone"


def test_every_minute_only_what_is_new_is_looked_at(world):
    make_overstay(world.lodging, "BEFORE THE MARK")
    assert evaluate_changes() == 0, "the first look sets the mark; what was there is the night's"
    assert not Alert.objects.exists()


@pytest.mark.slow
def test_every_rules_alert_can_be_judged_again_bit_for_bit(world):
    for number, days in enumerate((1, 3, 16, 40, 400)):
        make_overstay(world.lodging, f"GUEST {number}", days=days)
    make_one_of_each(world)
    evaluate()
    alerts = list(Alert.objects.all())
    assert {alert.rule for alert in alerts} == set(RULES)
    for alert in alerts:
        finding, digest = reevaluate(alert)
        assert finding is not None
        assert (digest, finding.severity, finding.since, finding.evidence) == (
            alert.digest, alert.severity, alert.since, alert.evidence,
        )  # fmt: skip


@pytest.mark.slow
def test_what_is_found_of_some_is_what_is_found_of_all(world):
    make_one_of_each(world)
    make_stay(world.lodging, "IN ORDER")
    rows = Stay.objects.values_list("pk", "establishment_id")
    evaluate_stays({stay for stay, _lodging in rows}, {lodging for _stay, lodging in rows})
    digests = sorted(Alert.objects.values_list("rule", "key", "digest"))
    assert {rule for rule, _key, _digest in digests} == set(RULES)
    evaluate()
    assert sorted(Alert.objects.values_list("rule", "key", "digest")) == digests
    assert set(AlertTrace.objects.values_list("step", flat=True)) == {"raised"}


def test_the_counts_are_those_of_the_waiting_alerts(world):
    rng, olga = Random(5), world.actor("olga")
    for number in range(6):
        make_overstay(world.lodging, f"GUEST {number}", days=rng.choice((1, 16, 40)))
    evaluate()
    alerts = list(Alert.objects.order_by("id"))
    deciding.confirm(olga, alert_id=alerts[0].pk)
    deciding.ask(olga, alert_id=alerts[1].pk, question="Is he still there?")
    deciding.refer(olga, alert_id=alerts[2].pk)
    deciding.dismiss(olga, alert_id=alerts[3].pk, dismissed_for="data", reason="typed wrongly")
    Stay.objects.filter(pk=alerts[4].stay_id).update(permitted_until=None)
    evaluate()
    waiting = Alert.objects.filter(state__in=("open", "asked"))
    counts = inbox.counts(olga)
    assert counts.total == sum(counts.by_rule.values()) == waiting.count() > 0
    assert counts.by_severity == Counter(waiting.values_list("severity", flat=True))
    assert counts.by_rule == Counter(waiting.values_list("rule", flat=True))
    assert counts.referred == waiting.exclude(referred_at=None).count() == 1


def test_where_programs_try_nothing_is_looked_at(world):
    world.lodging.sandbox = True
    world.lodging.save()
    make_overstay(world.lodging)
    evaluate()
    assert not Alert.objects.exists()


# --- never nationality ------------------------------------------------------------------------------------

TABLES = ("stays_stay", "travellers_identity", "dossiers_dossier")


@pytest.mark.slow
def test_no_rule_reads_nationality_for_the_database_has_none(world):
    """The column is taken away: a rule that touched it, in whatever way, could not run."""
    make_one_of_each(world)
    rows = list(Stay.objects.values_list("pk", "establishment_id"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DROP COLUMN nationality CASCADE")
    assert all(evaluate().values()), "each found what is there to find"
    before = sorted(Alert.objects.values_list("rule", "key", "digest"))
    evaluate_stays({stay for stay, _lodging in rows}, {lodging for _stay, lodging in rows})
    for rule in RULES.values():
        values = thresholds_in_force(rule.code, clock.today()).values
        assert list(judge_past(rule, [values], clock.today(), clock.today() - timedelta(days=365)))
    assert before == sorted(Alert.objects.values_list("rule", "key", "digest"))


def test_no_rule_names_nationality_nor_what_is_found_by_it():
    """An identity is told from another by nationality too, so neither it nor the person above it may be asked."""
    for module in MODULES:
        source_text = (
            getsource(module) + module.RULE.facts + module.RULE.nightly_scope + module.RULE.replay_scope
        ).lower()
        for word in ("nationality", "identity", "traveller", "religion", "ethnic"):
            assert word not in source_text, f"{module.__name__} names {word}"


@pytest.mark.slow
def test_changing_every_nationality_changes_no_alert(world):
    make_one_of_each(world)
    evaluate()
    before = sorted(Alert.objects.values_list("rule", "key", "digest", "state", "severity"))
    rng = Random(7)
    for _turn in range(3):
        for stay in Stay.objects.all():
            code = rng.choice(("VNM", "KOR", "CHN", "USA", "XXX"))
            Stay.objects.filter(pk=stay.pk).update(nationality=code)
            Identity.objects.filter(pk=stay.identity_id).update(nationality=code)
        Dossier.objects.update(nationality=rng.choice(("VNM", "KOR", "CHN")))
        evaluate()
    assert before == sorted(Alert.objects.values_list("rule", "key", "digest", "state", "severity"))
    assert set(AlertTrace.objects.values_list("step", flat=True)) == {"raised"}
