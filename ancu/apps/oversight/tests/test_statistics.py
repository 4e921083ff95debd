"""How a rule does, month by month; too little confirmed, and it asks to be reviewed."""

from datetime import timedelta

import pytest

from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.selectors.statistics import statistics_of_rule, statistics_of_rules
from ancu.apps.oversight.services import deciding
from ancu.apps.oversight.tests.factories import evaluate, make_overstay
from ancu.core import clock

pytestmark = pytest.mark.django_db
PAGE = "/office/alerts/rules/"


def decide(world, confirmed, dismissed, waiting=0):
    for number in range(confirmed + dismissed + waiting):
        make_overstay(world.lodging, f"GUEST {number}")
    evaluate()
    olga = world.actor("olga")
    alerts = list(Alert.objects.filter(rule="overstay").order_by("id"))
    for alert in alerts[:confirmed]:
        deciding.confirm(olga, alert_id=alert.pk)
    for alert in alerts[confirmed : confirmed + dismissed]:
        deciding.dismiss(olga, alert_id=alert.pk, dismissed_for="mended", reason="He left.")


def test_counts_rate_and_time_to_decision_by_month(world):
    decide(world, 3, 1, waiting=2)
    now = clock.now()
    for number, alert in enumerate(Alert.objects.filter(rule="overstay", decided_at__isnull=False).order_by("id")):
        Alert.objects.filter(pk=alert.pk).update(raised_at=now - timedelta(days=number), decided_at=now)
    old = Alert.objects.filter(rule="overstay", state="confirmed").order_by("id")[0]
    past = (now.replace(day=1) - timedelta(days=40)).replace(day=10)
    Alert.objects.filter(pk=old.pk).update(raised_at=past - timedelta(hours=5), decided_at=past)
    rule_standing = statistics_of_rule(world.actor("olga"), "overstay")
    assert rule_standing.waiting == 2
    assert [(month.decided, month.confirmed, month.rate) for month in rule_standing.months] == [(3, 2, 67), (1, 1, 100)]
    assert [month.median for month in rule_standing.months] == [timedelta(days=2), timedelta(hours=5)]
    assert (rule_standing.year.decided, rule_standing.year.rate) == (4, 75)
    assert statistics_of_rule(world.actor("pavel"), "overstay").months == [], "another commune's"


@pytest.mark.parametrize(
    ("confirmed", "dismissed", "asks"), [(0, 10, True), (2, 8, True), (3, 7, False), (0, 9, False), (0, 0, False)]
)
def test_below_its_floor_a_rule_asks_to_be_reviewed(world, confirmed, dismissed, asks):
    decide(world, confirmed, dismissed)
    rule_standing = statistics_of_rule(world.actor("olga"), "overstay")
    assert rule_standing.needs_review == asks
    page = world.client("olga").get(f"{PAGE}overstay/").content.decode()
    assert ("This rule needs a review" in page) == asks
    assert ("Needs a review" in world.client("olga").get(PAGE).content.decode()) == asks


def test_the_list_names_every_rule_and_the_page_what_it_judges_by(world):
    decide(world, 0, 1)
    assert len(statistics_of_rules(world.actor("olga"))) == 10
    page = world.client("olga").get(f"{PAGE}overstay/").content.decode()
    assert "Days to wait after the permitted date" in page and "corrected or completed" in page
    assert (
        "Test other thresholds" not in page
        and "Test other thresholds" in world.client("rosa").get(f"{PAGE}overstay/").content.decode()
    )
    assert world.client("olga").get(f"{PAGE}nonsense/").status_code == 404


@pytest.mark.parametrize("rule", ["", "overstay/"])
@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same(world, rule, count, expect_queries):
    decide(world, count, count)
    client = world.client("olga")
    client.get(f"{PAGE}{rule}")
    with expect_queries(rule):
        client.get(f"{PAGE}{rule}")
