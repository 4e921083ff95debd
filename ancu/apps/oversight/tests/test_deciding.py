"""Who decides what, in which state, and what is written down."""

import pytest
from django.urls import reverse
from django.utils import translation

from ancu.apps.audit.models import Event
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.messaging.models import Message
from ancu.apps.messaging.selectors import inbox as talks
from ancu.apps.messaging.services import post_message
from ancu.apps.oversight.enums import AlertState
from ancu.apps.oversight.selectors import get_alert, inbox, stay_notes
from ancu.apps.oversight.selectors.record_names import guests_asked_about
from ancu.apps.oversight.selectors.task_groups import task_groups
from ancu.apps.oversight.selectors.words import false_cases, title_of
from ancu.apps.oversight.services import deciding
from ancu.apps.oversight.tests.factories import make_alert
from ancu.core.errors import Conflict, Forbidden, Http404

pytestmark = pytest.mark.django_db


def test_a_stranger_does_not_know_it_and_a_reader_cannot_decide(world):
    alert = make_alert(world.lodging)
    for name in ("pavel", "alice"):
        with pytest.raises(Http404):
            get_alert(world.actor(name), alert.pk)
    assert get_alert(world.actor("rosa"), alert.pk) == alert
    with pytest.raises(Forbidden):
        deciding.confirm(world.actor("rosa"), alert_id=alert.pk)


def test_confirmed_once_and_referred_by_the_commune_alone(world):
    alert = make_alert(world.lodging)
    olga, quynh = world.actor("olga"), world.actor("quynh")
    deciding.confirm(olga, alert_id=alert.pk, reason="Seen at the lodging.")
    with pytest.raises(Conflict) as second_attempt:
        deciding.dismiss(olga, alert_id=alert.pk, dismissed_for="data", reason="no")
    assert second_attempt.value.code == "alert_moved"
    with pytest.raises(Forbidden):
        deciding.refer(quynh, alert_id=alert.pk)
    deciding.refer(olga, alert_id=alert.pk, reason="A fine is the province's.")
    with pytest.raises(Conflict):
        deciding.refer(olga, alert_id=alert.pk)
    alert.refresh_from_db()
    assert (alert.state, alert.decided_by, alert.reason) == ("confirmed", world.users["olga"], "Seen at the lodging.")
    assert [step.reason for step in alert.trace.order_by("id")] == [
        "",
        "Seen at the lodging.",
        "A fine is the province's.",
    ]
    assert set(Event.objects.filter(subject_type="oversight.alert").values_list("act", flat=True)) == {
        "oversight.confirmed", "oversight.referred",
    }  # fmt: skip


def test_what_was_ruled_out_is_recorded_with_the_confirmation(world):
    alert = make_alert(world.lodging)
    with translation.override("en"):
        first, *_rest = false_cases(alert)
    page = world.client("olga").get(f"/office/alerts/{alert.pk}/").content.decode()
    box = 'form="confirm-alert" name="confirm-ruled_out" value="{}"'
    assert box.format(1) in " ".join(page.split())  # of the other cases the records speak
    assert box.format(0) not in " ".join(page.split())
    assert "not checked yet" in page
    posted = {"confirm-reason": "Seen.", "confirm-ruled_out": ["0"]}
    world.client("olga").post(f"/office/alerts/{alert.pk}/confirm/", posted)
    alert.refresh_from_db()
    assert (alert.state, alert.reason) == ("confirmed", f"Seen.\nRuled out: {first}.")
    page = world.client("olga").get(f"/office/alerts/{alert.pk}/").content.decode()
    assert "not checked yet" not in page, "the decision says what was"


@pytest.mark.parametrize(("kind", "words"), [("", "said"), ("nonsense", "said"), ("data", "  ")])
def test_nothing_is_dismissed_without_a_reason_of_the_list_and_words(world, kind, words):
    alert = make_alert(world.lodging)
    with pytest.raises(Conflict):
        deciding.dismiss(world.actor("olga"), alert_id=alert.pk, dismissed_for=kind, reason=words)
    alert.refresh_from_db()
    assert alert.state == AlertState.OPEN


def test_the_lodging_is_asked_and_answers_in_a_conversation_of_the_alerts_own(world):
    alert, olga = make_alert(world.lodging), world.actor("olga")
    deciding.ask(olga, alert_id=alert.pk, question="Is room 201 still taken?")
    place = inbox.area_for_reader(olga)
    (row,) = inbox.inbox(olga, inbox.AlertFilter(rule="overstay"), place).rows
    assert (row.alert.state, row.answered) == ("asked", False)
    assert _alert_task(olga).second.endswith(", question sent")
    topic = inbox.topic_of(alert.pk)
    post_message(
        actor=world.actor("alice"), kind="lodging", subject_id=world.lodging.pk, topic=topic, body="No, he left."
    )
    (row,) = inbox.inbox(olga, inbox.AlertFilter(rule="overstay"), place).rows
    assert row.answered
    assert _alert_task(olga).second.endswith(", lodging answered"), "the desk says whom the next act belongs to"
    deciding.ask(olga, alert_id=alert.pk, question="When?")
    assert Message.objects.filter(thread__topic=topic).count() == 3
    deciding.dismiss(olga, alert_id=alert.pk, dismissed_for="mended", reason="He left, the lodging says when.")
    with pytest.raises(Conflict):
        deciding.ask(olga, alert_id=alert.pk, question="And now?")


def _alert_task(officer):
    with translation.override("en"):
        return next(group.tasks[0] for group in task_groups(officer) if group.key == "alerts")


def test_messages_say_which_alert_each_conversation_is_about(world):
    """A lodging with three questions read its own name three times, and the officer's link led to the lodging."""
    first, second = make_alert(world.lodging, name="A"), make_alert(world.lodging, name="B", days=9)
    for alert in (first, second):
        deciding.ask(world.actor("olga"), alert_id=alert.pk, question="?")
    post_message(actor=world.actor("olga"), kind="lodging", subject_id=world.lodging.pk, body="Xin chào")
    with translation.override("en"):
        officer, lodging = ([str(row.label) for row in talks(world.actor(name)).rows] for name in ("olga", "alice"))
        assert officer == ["lodging", *[f"question from the police: {title_of(first.rule)}"] * 2]
    assert lodging == ["lodging", *["question from the police"] * 2], "which alert it is, is the office's to know"
    address = reverse("messaging:thread", args=["lodging", world.lodging.pk, inbox.topic_of(first.pk)])
    page = reverse("oversight:alert", args=[first.pk])
    assert f'href="{page}"' in world.client("olga").get(address).content.decode()
    assert page not in world.client("alice").get(address).content.decode()


def test_both_sides_read_which_guest_a_question_is_about(world):
    """The lodging learns it once it was asked, of its own guest alone; of an alert about a house there is nobody."""
    first, second = make_alert(world.lodging, name="HOFFMANN"), make_alert(world.lodging, name="KIM", days=9)
    deciding.ask(world.actor("olga"), alert_id=first.pk, question="?")
    ids = [str(first.pk), str(second.pk)]
    assert guests_asked_about(world.actor("olga"), ids) == dict(zip(ids, ["HOFFMANN", "KIM"], strict=True))
    assert guests_asked_about(world.actor("alice"), ids) == {str(first.pk): "HOFFMANN"}
    assert guests_asked_about(world.actor("charlie"), ids) == guests_asked_about(world.actor("pavel"), ids) == {}
    address = reverse("messaging:thread", args=["lodging", world.lodging.pk, inbox.topic_of(first.pk)])
    for name in ("olga", "alice"):
        client = world.client(name)
        assert "HOFFMANN" in client.get(address).content.decode()
        assert "HOFFMANN" in client.get(reverse("messaging:inbox")).content.decode()


def test_nobody_begins_a_question_by_an_address_and_none_breaks_the_inbox(world):
    """``alert-07`` broke the officers' inbox for good, and any number made a lodging's words an official question."""
    alert = make_alert(world.lodging)
    deciding.ask(world.actor("olga"), alert_id=alert.pk, question="?")
    for topic in (f"alert-0{alert.pk}", "alert-999", "report-1"):
        address = reverse("messaging:thread", args=["lodging", world.lodging.pk, topic])
        assert world.client("bob").post(address, {"body": "Tôi tự hỏi"}).status_code == 404
        assert world.client("olga").get(address).status_code == 200
        post_message(actor=world.actor("bob"), kind="lodging", subject_id=world.lodging.pk, topic=topic, body="!")
    assert len(talks(world.actor("olga")).rows) == 4
    thread_url = reverse("messaging:thread", args=["lodging", world.lodging.pk, inbox.topic_of(alert.pk)])
    assert world.client("bob").post(thread_url, {"body": "Khách đã đi."}).status_code == 302


@pytest.mark.parametrize("topic", ["alert-", "alert-x", "alert-" + "9" * 14, "report-0"])
def test_a_topic_typed_by_anybody_is_about_the_lodging(world, topic):
    address = reverse("messaging:thread", args=["lodging", world.lodging.pk, topic])
    assert world.client("olga").get(address).status_code == 200


def test_an_officers_page_of_the_stay_tells_of_it_and_the_lodgings_does_not(world):
    alert = make_alert(world.lodging)
    note = stay_notes(world.actor("olga"), [alert.stay_id])[alert.stay_id]
    assert "Tạm trú quá hạn" in note.text or "permitted" in note.text
    assert stay_notes(world.actor("alice"), [alert.stay_id]) == {}
    assert stay_notes(world.actor("pavel"), [alert.stay_id]) == {}


def test_whoever_assesses_a_dossier_reads_what_waits_about_its_person(world):
    dossier = make_dossier(make_cast(world), State.ACCEPTED)
    alert = make_alert(world.lodging)
    same = {"document_number": alert.stay.document_number, "birth_date": alert.stay.birth_date}
    Dossier.objects.filter(pk=dossier.pk).update(**same)
    page = world.client("selma").get(f"/office/dossiers/{dossier.number}/").content.decode()
    assert title_of(alert.rule) in page
    assert f'href="/office/alerts/{alert.pk}/"' in page
    deciding.dismiss(world.actor("olga"), alert_id=alert.pk, dismissed_for="data", reason="The date was mistyped.")
    assert title_of(alert.rule) not in world.client("selma").get(f"/office/dossiers/{dossier.number}/").content.decode()


def test_a_document_number_is_masked_until_an_officer_asks_for_it(world):
    alert = make_alert(world.lodging)
    stay, olga = alert.stay, world.client("olga")
    page = olga.get(f"/office/alerts/{alert.pk}/").content.decode()
    assert stay.document_number not in page and "Show number" in page
    url = f"/office/stays/{stay.pk}/number/"
    assert stay.document_number in olga.post(url).content.decode()
    look = Event.objects.get(act="looked", subject_type="stays.document")
    assert (look.subject_id, look.user_id) == (str(stay.pk), world.users["olga"].pk)
    assert world.client("pavel").post(url).status_code == 404 and world.client("alice").post(url).status_code == 404
