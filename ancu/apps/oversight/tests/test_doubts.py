"""What the office's records say of the cases in which an alert would be wrong, and of the alert's lodging."""

from datetime import timedelta

import pgtrigger
import pytest
from django.utils.translation import override

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.services import post_message
from ancu.apps.oversight.enums import AlertStep
from ancu.apps.oversight.models import Alert, AlertTrace
from ancu.apps.oversight.selectors.doubts import doubts_of
from ancu.apps.oversight.selectors.inbox import CONVERSATION, topic_of
from ancu.apps.oversight.selectors.lodging_record import record_of
from ancu.apps.oversight.selectors.page import alert_page
from ancu.apps.oversight.services import deciding
from ancu.apps.oversight.tests.factories import make_alert, make_inspection
from ancu.apps.stays.models import Stay
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.actor import Actor

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def doubts(actor: Actor, alert: Alert) -> list[tuple[str, bool]]:
    """What is found of each case, and whether it speaks for the case."""
    with override("en"):
        return [(doubt.finding, doubt.supports_case) for doubt in doubts_of(actor, alert, alert.stay, None)]


def test_what_the_records_do_not_know_is_left_to_the_officer(world: World) -> None:
    alert = make_alert(world.lodging)
    departed, mistyped, permitted = doubts(world.actor("olga"), alert)
    assert departed == ("no other lodging has declared this guest since", False)
    assert mistyped == ("", False)
    assert permitted == ("this office has issued no visa, extension or card to this passport", False)


def test_a_later_declaration_and_another_day_speak_for_their_cases(world: World) -> None:
    alert = make_alert(world.lodging)
    stay = make_stay(world.other_lodging, "AGAIN", arrived_on=clock.today(), permitted_until=clock.today() + 9 * DAY)
    Stay.objects.filter(pk=stay.pk).update(identity=alert.stay.identity)
    actor = world.actor("quynh")
    departed, mistyped, _permitted = doubts(actor, alert)
    assert departed == (f"declared again from {clock.today():%d/%m/%Y}", True)
    assert mistyped == (f"another declaration has {clock.today() + 9 * DAY:%d/%m/%Y}", True)
    Stay.objects.filter(pk=stay.pk).update(permitted_until=alert.stay.permitted_until)
    assert doubts(actor, alert)[1][0].startswith("1 other declaration also has")
    departed, mistyped, _permitted = doubts(world.actor("olga"), alert)
    assert departed == ("declared again outside your area", True), "her area does not have the other lodging"
    assert mistyped == ("", False)


def test_an_open_dossier_of_the_person_is_named_to_those_who_read_dossiers(world: World) -> None:
    make_cast(world)
    alert = make_alert(world.lodging)
    dossier = make_dossier(world, State.ACCEPTED)
    passport = {"document_number": alert.stay.document_number, "birth_date": alert.stay.birth_date}
    Dossier.objects.filter(pk=dossier.pk).update(**passport)
    assert doubts(world.actor("dora"), alert)[2] == ("a dossier of this person is open:", True)
    assert doubts(world.actor("olga"), alert)[2][1] is False


def test_the_lodging_s_answer_stands_in_the_history(world: World) -> None:
    alert = make_alert(world.lodging)
    olga = world.actor("olga")
    deciding.ask(olga, alert_id=alert.pk, question="Khách còn ở không?")
    post_message(
        actor=world.actor("alice"), kind=CONVERSATION, subject_id=world.lodging.pk, topic=topic_of(alert.pk),
        body="Khách vẫn ở.",
    )  # fmt: skip
    with override("en"):
        page = alert_page(olga, Alert.objects.select_related("stay", "establishment", "unit").get(pk=alert.pk))
    assert [event.words for event in page.history] == [
        "Found by the rule “stay longer than permitted”", "Asked the lodging", "The lodging answered, as above"
    ]  # fmt: skip
    assert "the lodging declares the guest until" in page.doubts[0].finding and page.doubts[0].is_refuted


def test_a_question_without_an_answer_says_for_how_long(world: World) -> None:
    alert, olga = make_alert(world.lodging), world.actor("olga")
    for _time in range(2):
        deciding.ask(olga, alert_id=alert.pk, question="Khách còn ở không?")
    questions = AlertTrace.objects.filter(alert=alert, step=AlertStep.LODGING_ASKED).order_by("id")
    with pgtrigger.ignore("oversight.AlertTrace:trace_facts_unchanged"):
        AlertTrace.objects.filter(pk=questions[0].pk).update(at=clock.now() - 3 * DAY)
    with override("en"):
        page = alert_page(olga, Alert.objects.select_related("stay", "establishment", "unit").get(pk=alert.pk))
    words = [event.words for event in page.history if event.who]
    assert words == ["Asked the lodging; no answer in 3 days", "Asked the lodging again"]


def test_a_lodging_that_answered_and_declares_the_guest_as_staying_suggests_the_reason(world: World) -> None:
    alert, olga = make_alert(world.lodging), world.actor("olga")

    def suggested() -> str:
        stored = Alert.objects.select_related("stay", "establishment", "unit").get(pk=alert.pk)
        with override("en"):
            return alert_page(olga, stored).suggested_note

    deciding.ask(olga, alert_id=alert.pk, question="Khách còn ở không?")
    assert suggested() == ""
    words = {"kind": CONVERSATION, "subject_id": world.lodging.pk, "topic": topic_of(alert.pk)}
    post_message(actor=world.actor("alice"), body="Khách vẫn ở.", **words)
    Stay.objects.filter(pk=alert.stay_id).update(expected_departure=clock.today() - DAY)
    assert suggested() == "", "the answer may say that the guest has left"
    Stay.objects.filter(pk=alert.stay_id).update(expected_departure=clock.today())
    assert suggested() == "", "nobody has compared the permitted day"
    before = {"arrived_on": clock.today() - 200 * DAY, "permitted_until": alert.stay.permitted_until}
    earlier = make_stay(world.lodging, "SAME", **before)
    Stay.objects.filter(pk=earlier.pk).update(identity=alert.stay.identity)
    assert suggested() == "lodging confirms it"
    page = " ".join(world.client("olga").get(f"/office/alerts/{alert.pk}/").content.decode().split())
    assert page.count('aria-pressed="true"') == 1 and "> lodging confirms it</textarea>" in page
    Stay.objects.filter(pk=alert.stay_id).update(departed_on=clock.today())
    assert suggested() == ""


def test_a_case_that_the_records_support_is_left_to_the_officer(world: World) -> None:
    alert, olga = make_alert(world.lodging), world.actor("olga")
    stay = make_stay(world.lodging, "AGAIN", arrived_on=clock.today())
    Stay.objects.filter(pk=stay.pk).update(identity=alert.stay.identity, permitted_until=alert.stay.permitted_until)
    departed, *_rest = doubts_of(olga, alert, alert.stay, None)
    assert departed.supports_case and departed.is_open
    page = " ".join(world.client("olga").get(f"/office/alerts/{alert.pk}/").content.decode().split())
    assert 'name="confirm-ruled_out" value="0"' in page


def test_the_record_of_a_lodging_counts_its_guests_and_its_last_inspection(world: World) -> None:
    make_alert(world.lodging)
    make_stay(world.lodging, "LATE", minutes_late=90)
    make_stay(world.other_lodging, "ELSEWHERE")
    inspection = make_inspection(world, "C9999X01")
    record = record_of(world.lodging)
    assert (record.present, record.overstayed) == (2, 1)
    assert (record.declared, record.late, record.percent_on_time) == (2, 1, 50)
    assert record.inspection == inspection
    assert record_of(world.other_lodging).inspection is None
