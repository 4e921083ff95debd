"""One list of all tasks, whatever app they are of, by what they ask, in a number of queries that does not grow."""

from datetime import timedelta

import pytest
from django.core import mail

from ancu.apps.accounts.models import User
from ancu.apps.audit.models import Event
from ancu.apps.contact.tests.factories import make_broadcast, make_report
from ancu.apps.desk import selectors, services
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.listening.tests.factories import answer, make_petition
from ancu.apps.messaging.enums import EmailTiming
from ancu.apps.messaging.models import Notification
from ancu.apps.messaging.selectors.in_app import WAITING
from ancu.apps.messaging.services import in_app, post_message
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.tests.factories import make_alert, make_plan
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.registry.task_groups import Ask

pytestmark = pytest.mark.django_db
GUEST = "HOFFMANN JÖRG"


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def make_overdue(world, name=GUEST):
    arrived, gone = (clock.today() - timedelta(days=days) for days in (4, 2))
    return make_stay(world.lodging, name, arrived_on=arrived, expected_departure=gone)


def titles(world, who):
    return [row.title for row in selectors.desk(world.actor(who)).rows]


def codes(world, who):
    return [row.task.code for row in selectors.desk(world.actor(who)).rows]


def test_an_officer_lands_on_what_waits_in_every_app_the_most_urgent_first(world):
    make_alert(world.lodging, name=GUEST)
    report, plan = make_report(world), make_plan(world)
    petition = make_petition(world, name="Bùi Thị Hoa")
    post_message(actor=world.actor("bob"), kind="lodging", subject_id=world.lodging.pk, body="Xin hỏi")
    olga = world.client("olga")
    assert olga.get("/")["location"] == "/desk/"
    page = text(olga.get("/desk/"))
    desk_page = selectors.desk(world.actor("olga"))
    kinds = {str(group.label) for group in desk_page.task_groups}
    assert kinds == {
        "Messages",
        "Petitions to answer",
        "Urgent reports of lodgings",
        "Alerts",
        "Your inspections",
    }
    by_ask = {section.key: [row.task.url for row in section.rows] for section in desk_page.sections}
    alert = Alert.objects.get()
    assert by_ask == {
        Ask.DECIDE: [f"/office/alerts/{alert.pk}/"],
        Ask.ANSWER: [f"/reports/{report.pk}/", f"/office/petitions/{petition.number}/", "/messages/?unread=on"],
        Ask.LOOK: [f"/office/inspections/planned/{plan.pk}/"],
    }
    assert f"{GUEST}: overstayed by" in page and petition.title in page
    for named in ("Bùi Thị Hoa", "hộ chiếu có dấu hiệu", f">{petition.number}"):
        assert named not in page
    look = Event.objects.filter(act="looked", subject_type="desk.tasks").latest("id")
    assert (look.details["alerts"], look.details["petitions"]) == ([alert.pk], [petition.pk])


def test_what_is_late_is_said_and_comes_before_what_is_not(world):
    late, soon = make_petition(world), make_petition(world)
    type(late).objects.filter(pk=late.pk).update(due_on=clock.today() - timedelta(days=3))
    type(late).objects.filter(pk=soon.pk).update(due_on=clock.today())
    assert codes(world, "olga") == [late.number, soon.number]
    page = text(world.client("olga").get("/desk/"))
    assert "<b>2</b>" in page and "1 overdue" in page and "3 days late" in page and "Today" in page


@pytest.mark.parametrize("who", ["olga", "quynh", "alice"])
def test_the_list_asks_as_often_for_three_of_each_as_for_one(world, who, expect_queries):
    client = world.client(who)
    for times in (1, 2):
        for number in range(times):
            make_report(world)
            make_petition(world)
            make_plan(world)
            make_broadcast(world)
            make_overdue(world, f"GUEST {times}{number}")
            make_alert(world.lodging, name=f"OVERSTAYER {times}{number}")
        client.get("/desk/")  # fills the caches of the process
        with expect_queries(who):
            text(client.get("/desk/"))


def test_each_role_at_the_office_gets_what_is_his_to_do(world):
    make_cast(world)
    received = make_dossier(world).number
    assessed = make_dossier(world, State.ASSESSED).number
    for who, expected in (("ines", [received]), ("selma", []), ("dora", [assessed]), ("olga", []), ("pavel", [])):
        assert codes(world, who) == expected, who


def test_who_has_nothing_to_do_is_told_what_he_could(world):
    page = text(world.client("pavel").get("/desk/"))
    assert "No tasks" in page and 'href="/find/"' in page


def test_a_petitioner_is_asked_whether_it_is_settled(world):
    mia = make_cast(world).actor("mia")
    petition = make_petition(world, actor=mia, title="Đèn đường hỏng")
    assert titles(world, "mia") == []
    answer(world, petition)
    assert titles(world, "mia") == ["Đèn đường hỏng"]
    strip = text(world.client("mia").get("/desk/strip/"))
    assert "Đèn đường hỏng" in strip and "<html" not in strip
    assert text(world.client("alice").get("/desk/strip/")).strip() == ""


def test_the_strip_leaves_out_what_its_page_is_about(world):
    make_overdue(world)
    broadcast = make_broadcast(world)
    page = text(world.client("bob").get("/desk/strip/", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="/stays/today/"))
    assert broadcast.title in page and "should have left" not in page
    assert "1 guest should have left" in text(world.client("bob").get("/desk/strip/"))


def test_a_guest_of_another_commune_is_nobodys_task(world):
    make_alert(world.other_lodging)
    assert titles(world, "olga") == [] and titles(world, "pavel") != []


# --- the day's letter -----------------------------------------------------------------------------------


def test_the_days_letter_says_how_much_and_never_what(world, django_capture_on_commit_callbacks):
    alice, olga = world.actor("alice"), world.actor("olga")
    in_app.save_preferences(actor=alice, choices={"messaging": (EmailTiming.DAILY, True)})
    in_app.save_preferences(actor=olga, choices={WAITING: (EmailTiming.DAILY, False)})
    User.objects.filter(pk__in=[alice.user_id, olga.user_id]).update(language="en")
    post_message(actor=olga, kind="lodging", subject_id=world.lodging.pk, body="Bí mật về phòng 204")
    make_petition(world, title="Chuyện riêng của bà Hoa")
    assert not Notification.objects.filter(user_id=alice.user_id).exists()
    assert services.send_digests() == 2
    letters = {letter.user_id: letter for letter in Notification.objects.filter(key__startswith="digest:")}
    assert "Messages: 1" in letters[alice.user_id].body and "You have 1 task waiting." in letters[olga.user_id].body
    for letter in letters.values():
        text = letter.title + letter.body
        assert not [word for word in ("204", "Bí mật", "Chuyện", "Hoa", "Mai Châu Lodge") if word in text]
    services.send_digests()
    assert Notification.objects.filter(key__startswith="digest:").count() == 2
    assert mail.outbox == []  # written by the job, with the day's key


def test_nobody_is_written_to_who_has_nothing_new(world):
    in_app.save_preferences(actor=world.actor("pavel"), choices={WAITING: (EmailTiming.DAILY, False)})
    assert services.send_digests() == 0
