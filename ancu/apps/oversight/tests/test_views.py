"""The officer's pages: whose alerts they show, narrowed how, at which cost; and what a form answers."""

import pytest

from ancu.apps.audit.models import Event
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.services import deciding
from ancu.apps.oversight.tests.factories import evaluate, make_alert, make_overstay
from ancu.core.db import pagination
from ancu.core.testing import texts
from ancu.core.testing.html import without_line_breaks

pytestmark = pytest.mark.django_db
INBOX = "/office/alerts/"


def names(response):
    return [row.alert.stay.full_name for row in response.context["page"].rows if row.alert.rule == "overstay"]


def test_each_officer_sees_his_area(world):
    make_overstay(world.lodging, "HERE")
    make_overstay(world.other_lodging, "THERE", days=20)
    evaluate()
    assert names(world.client("olga").get(INBOX)) == ["HERE"]
    assert names(world.client("pavel").get(INBOX)) == ["THERE"]
    assert names(world.client("quynh").get(INBOX)) == ["THERE", "HERE"], "the grave ones first"
    look = Event.objects.filter(act="looked", subject_type="oversight.alerts").order_by("-id").first()
    assert look.details["count"] == len(look.details["alerts"]) >= 2


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["GRAVE", "MILD"]),
        ("severity=3", ["GRAVE"]),
        ("rule=overstay", ["GRAVE", "MILD"]),
        ("age=today", ["GRAVE", "MILD"]),
        ("age=older", []),
        ("state=confirmed", ["DECIDED"]),
        ("state=dismissed", []),
        ("state=closed", []),
        ("referred=on", ["MILD"]),
        ("after=nonsense", ["GRAVE", "MILD"]),
        ("after=3_999999", ["GRAVE", "MILD"]),
    ],
)
def test_filters(world, query, expected):
    for name, days in (("MILD", 2), ("GRAVE", 20), ("DECIDED", 3)):
        make_overstay(world.lodging, name, days=days)
    evaluate()
    by_name = {alert.stay.full_name: alert for alert in Alert.objects.filter(rule="overstay")}
    olga = world.actor("olga")
    deciding.confirm(olga, alert_id=by_name["DECIDED"].pk)
    deciding.refer(olga, alert_id=by_name["MILD"].pk)
    assert names(world.client("olga").get(f"{INBOX}?{query}")) == expected


def test_a_severity_chosen_is_shown_and_taken_off(world):
    make_overstay(world.lodging)
    evaluate()
    page = without_line_breaks(world.client("olga").get(f"{INBOX}?severity=2&state=open").content.decode())
    assert '<a class="chip chip-info" href="?state=open">Medium ×</a>' in page


def test_a_unit_outside_the_area_is_not_found(world):
    client = world.client("olga")
    assert client.get(f"{INBOX}?unit={world.units.commune.pk}").status_code == 200
    assert client.get(f"{INBOX}?unit={world.units.elsewhere.pk}").status_code == 404


def test_pages_hold_each_alert_once(world, monkeypatch):
    monkeypatch.setattr(pagination, "PAGE", 3)
    for number in range(8):
        make_overstay(world.lodging, f"GUEST {number}", days=20 if number % 3 else 2)
    evaluate()
    client, address, alert_ids = world.client("olga"), f"{INBOX}?rule=overstay", []
    while address:
        response = client.get(address)
        alert_ids += names(response)
        address = response.context["next_url"] and INBOX + response.context["next_url"]
    assert len(alert_ids) == len(set(alert_ids)) == 8


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same(world, count, expect_queries):
    """Session, user, membership with the units; the alerts; lodgings found before; their counts; the look."""
    for number in range(count):
        make_overstay(world.lodging, f"GUEST {number}")
    evaluate()
    client = world.client("olga")
    client.get(INBOX)
    with expect_queries():
        response = client.get(f"{INBOX}?rule=overstay")
    assert len(names(response)) == count


def test_an_empty_inbox_says_so(world):
    assert texts.NO_ALERTS_MATCH_THESE_FILTERS in world.client("olga").get(INBOX).content.decode()


def test_the_page_reads_as_a_sentence(world):
    alert = make_alert(world.lodging)
    page = world.client("olga").get(f"{INBOX}{alert.pk}/").content.decode()
    assert "HOFFMANN JÖRG" in page and "The guest was permitted to stay until" in page  # the name is said once
    assert "Mai Châu Lodge" in page and "art. 44(2)" in page and "mistyped" in page
    assert Event.objects.filter(act="looked", subject_type="oversight.alert", subject_id=str(alert.pk)).count() == 1


def test_forms_answer_what_is_missing_and_acts_lead_back(world):
    alert, client = make_alert(world.lodging), world.client("olga")
    page = f"{INBOX}{alert.pk}/"
    assert client.post(f"{page}dismiss/", {}).status_code == 422
    assert client.post(f"{page}ask/", {}).status_code == 422
    answer = client.post(f"{page}ask/", {"ask-question": "Is he there?"}, follow=True)
    assert texts.YOUR_QUESTION_HAS_BEEN_SENT in answer.content.decode()
    assert "Is he there?" in answer.content.decode()
    done = {"dismiss-dismissed_for": "mended", "dismiss-reason": "He left."}
    assert "He left." in client.post(f"{page}dismiss/", done, follow=True).content.decode()
    assert texts.THIS_IS_NOW in client.post(f"{page}confirm/", {}, follow=True).content.decode()
