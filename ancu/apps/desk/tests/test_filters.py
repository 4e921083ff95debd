"""Saved filters with their numbers, several tasks at once, what waits for others, what was done."""

from datetime import date, timedelta

import pytest

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.contact.tests.factories import make_report
from ancu.apps.desk import selectors, services
from ancu.apps.desk.models import TaskFilter
from ancu.apps.desk.selectors import tasks as desk_tasks
from ancu.apps.desk.selectors.filters import DeskFilter
from ancu.apps.desk.selectors.tasks import IN_SECTION
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.listening.enums import PetitionOutcome, PetitionState
from ancu.apps.listening.models import Petition
from ancu.apps.listening.services import handling
from ancu.apps.listening.tests.factories import make_petition
from ancu.apps.oversight.models import PlannedVisit
from ancu.apps.oversight.tests.factories import make_alert, make_plan
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Conflict
from ancu.core.registry.task_groups import MAX_LISTED, Ask
from ancu.core.security.privacy import Keep

pytestmark = pytest.mark.django_db


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def draft(world, petition):
    """Olga's answer, which waits for another officer."""
    words = {"outcome": PetitionOutcome.DONE, "text": "Đã kiểm tra và nhắc nhở cơ sở."}
    handling.submit_draft(actor=world.actor("olga"), number=petition.number, **words)


def rows_of(world, who, **chosen):
    return selectors.desk(world.actor(who), DeskFilter(**chosen)).rows


# --- filters and their numbers ----------------------------------------------------------------------------


def test_every_chip_counts_what_its_list_shows(world):
    petitions = [make_petition(world) for _number in range(MAX_LISTED + 6)]
    today = clock.today()
    late, due = [petition.pk for petition in petitions[:4]], [petition.pk for petition in petitions[4:9]]
    Petition.objects.filter(pk__in=late).update(due_on=today - timedelta(days=2))
    Petition.objects.filter(pk__in=due).update(due_on=today)
    make_alert(world.lodging)
    page = selectors.desk(world.actor("olga"))
    urgent = sum(row.task.grave for row in rows_of(world, "olga", asks="decide"))
    assert (page.late, page.due_today, page.pressing) == (4, 5, 4 + urgent)
    assert len(rows_of(world, "olga", show="urgent")) == page.pressing
    assert [row.task.is_due_today for row in rows_of(world, "olga", show="today")] == [True] * 5
    assert {row.group.asks for row in rows_of(world, "olga", asks="answer")} == {Ask.ANSWER}
    assert len(rows_of(world, "olga", asks="answer")) == MAX_LISTED + 6


def test_a_saved_filter_shows_its_number_and_its_tasks(world):
    make_petition(world, title="Đèn đường hỏng")
    make_petition(world, title="Chậm trả kết quả")
    client = world.client("olga")
    answer = client.post("/desk/filters/", {"name": "Đèn", "words": "den duong"}, follow=True)
    assert "The filter “Đèn” is saved." in text(answer)
    desk = answer.context["desk"]
    assert [(count.saved.name, count.number) for count in desk.filters] == [("Đèn", 1)]
    assert [row.title for row in desk.rows] == ["Đèn đường hỏng"] and desk.matching == 1 and desk.total == 2
    assert world.client("quynh").get("/desk/").context["desk"].filters == []
    saved = TaskFilter.objects.get()
    assert world.client("quynh").post(f"/desk/filters/{saved.pk}/delete/").status_code == 404
    assert client.post(f"/desk/filters/{saved.pk}/delete/").status_code == 302
    assert not TaskFilter.objects.exists()


def test_a_filter_that_lets_everything_through_is_not_saved(world):
    answer = world.client("olga").post("/desk/filters/", {"name": "Tất cả"})
    assert answer.status_code == 422 and "Choose what is asked, a kind, or words." in answer.content.decode()


def test_filters_are_few(world, monkeypatch):
    monkeypatch.setattr(services, "MAX_FILTERS", 1)
    olga = world.actor("olga")
    for _times in range(2):
        services.save_filter(actor=olga, name="a", ask="decide", group="", words="")
    with pytest.raises(Conflict):
        services.save_filter(actor=olga, name="b", ask="decide", group="", words="")


def test_two_titles_that_read_alike_get_what_distinguishes_them(world):
    first, second = make_petition(world, title="Đèn đường hỏng"), make_petition(world, title="Đèn đường hỏng")
    Petition.objects.filter(pk=second.pk).update(received_at=first.received_at - timedelta(days=3))
    rows = rows_of(world, "olga")
    assert [row.title for row in rows] == ["Đèn đường hỏng"] * 2, "a title is never changed"
    assert len({row.second for row in rows}) == 2


@pytest.mark.parametrize("grouping", ["ask", "kind", "day"])
@pytest.mark.parametrize("sorting", ["late", "due"])
def test_tasks_are_listed_once_under_whatever_headings(world, grouping, sorting, monkeypatch):
    monkeypatch.setattr(desk_tasks, "IN_SECTION", 8)
    petitions = [make_petition(world, title=f"Việc {number}") for number in range(6)]
    for days, petition in zip((-2, 0, 0, 5, 9, 30), petitions, strict=True):
        Petition.objects.filter(pk=petition.pk).update(due_on=clock.today() + timedelta(days=days))
    make_alert(world.lodging)
    page = selectors.desk(world.actor("olga"), DeskFilter(grouping=grouping, sorting=sorting))
    urls = [row.task.url for row in page.rows]
    assert len(urls) == len(set(urls)) == page.total == 7
    assert sum(section.total for section in page.sections) == page.total
    if grouping == "day":
        numbers = {section.key: section.total for section in page.sections}
        assert numbers == {"urgent": page.pressing, "today": 2, "later": 7 - 2 - page.pressing}
    if sorting == "due":
        days = [[row.task.due or date.max for row in section.rows] for section in page.sections]
        assert days == [sorted(of_section) for of_section in days]


def test_each_heading_leads_to_its_tasks_alone(world):
    for number in range(IN_SECTION + 3):
        petition = make_petition(world, title=f"Việc {number}")
        Petition.objects.filter(pk=petition.pk).update(due_on=clock.today() + timedelta(days=number))
    make_alert(world.lodging)
    client = world.client("olga")
    for grouping in ("ask", "kind", "day"):
        for section in client.get(f"/desk/?by={grouping}").context["desk"].sections:
            alone = client.get(f"/desk/{section.alone.address}").context["desk"]
            assert [part.total for part in alone.sections] == [section.total] == [len(alone.rows)]
            assert alone.grouping == grouping


def test_a_saved_filter_keeps_its_headings_and_the_address_may_change_them(world):
    make_petition(world)
    client = world.client("olga")
    client.post("/desk/filters/", {"name": "Theo ngày", "ask": "answer", "grouping": "day", "sorting": "due"})
    saved = TaskFilter.objects.get()
    page = client.get(f"/desk/?saved={saved.pk}").context["desk"]
    assert (page.grouping, page.sorting, page.chosen.asks) == ("day", "due", "answer")
    page = client.get(f"/desk/?saved={saved.pk}&by=kind").context["desk"]
    assert (page.grouping, page.sorting, page.chosen.saved) == ("kind", "due", saved.pk)
    assert client.get("/desk/?by=nonsense&sort=x&saved=0").status_code == 200


def test_filters_that_were_saved_long_ago_are_deleted(world):
    values = {"ask": "", "group": "", "words": "nguyen van a"}
    for name in ("old", "renewed"):
        services.save_filter(actor=world.actor("olga"), name=name, **values)
    over = clock.today() - timedelta(days=Keep.SAVED_WORDS.value + 1)
    TaskFilter.objects.update(saved_on=over)
    services.save_filter(actor=world.actor("olga"), name="renewed", **values)
    assert services.redact(system("test")) == 1
    assert TaskFilter.objects.get().name == "renewed" and services.redact(system("test")) == 0


# --- several at once --------------------------------------------------------------------------------------


def test_answers_are_signed_together_and_a_changed_one_is_left(world):
    petitions = [make_petition(world, title=f"Việc {number}") for number in range(3)]
    for petition in petitions:
        draft(world, petition)
    client = world.client("quynh")
    values = [f"sign-answers:{row.task.bulk}" for row in rows_of(world, "quynh", asks="sign")]
    assert len(values) == 3
    handling.send_back(actor=world.actor("quynh"), number=petitions[0].number, reason="Xin sửa.")
    draft(world, petitions[0])
    page = text(client.post("/desk/several/", {"act": "sign-answers", "task": values}, follow=True))
    assert "You have signed 2 answers." in page and "has changed" in page
    states = set(Petition.objects.exclude(pk=petitions[0].pk).values_list("state", flat=True))
    assert states == {PetitionState.ANSWERED}
    assert Petition.objects.get(pk=petitions[0].pk).state == PetitionState.DRAFTED


def test_who_wrote_an_answer_does_not_sign_it(world):
    petition = make_petition(world)
    draft(world, petition)
    latest = petition.answers.get()
    outcome = world.client("olga").post(
        "/desk/several/", {"act": "sign-answers", "task": f"sign-answers:{petition.number}:{latest.pk}"}
    )
    assert outcome.status_code == 302
    petition.refresh_from_db()
    assert petition.state == PetitionState.DRAFTED


def test_answers_are_returned_together_with_a_reason(world):
    petitions = [make_petition(world, title=f"Việc {number}") for number in range(2)]
    for petition in petitions:
        draft(world, petition)
    client, rows = world.client("quynh"), rows_of(world, "quynh", asks="sign")
    body = {"act": "return-answers", "task": [f"sign-answers,return-answers:{row.task.bulk}" for row in rows]}
    without_reason = client.post("/desk/several/", body, follow=True)
    assert [message.level_tag for message in without_reason.context["messages"]] == ["error"]
    assert set(Petition.objects.values_list("state", flat=True)) == {PetitionState.DRAFTED}
    page = text(client.post("/desk/several/", body | {"return-answers-choice": "Nêu rõ căn cứ."}, follow=True))
    assert "You have returned 2 answers." in page
    assert set(Petition.objects.values_list("state", flat=True)) == {PetitionState.ASSIGNED}
    draft(world, petitions[0])
    repeated = client.post("/desk/several/", body | {"return-answers-choice": "Nêu rõ căn cứ."}, follow=True)
    assert "has changed" in text(repeated), "a later draft was not read"


def test_free_dossiers_are_taken_together(world):
    make_cast(world)
    numbers = [make_dossier(world).number for _number in range(2)]
    Dossier.objects.update(assigned_to=None)
    tasks = [f"take-dossiers:{row.task.bulk}" for row in rows_of(world, "ines")]
    page = text(world.client("ines").post("/desk/several/", {"act": "take-dossiers", "task": tasks}, follow=True))
    assert "2 dossiers are assigned to you." in page
    assigned = Dossier.objects.filter(number__in=numbers, assigned_to=world.users["ines"])
    assert assigned.count() == 2
    assert {row.task.acts for row in rows_of(world, "ines")} == {("assign-dossiers",)}


def test_petitions_are_assigned_together(world):
    petitions = [make_petition(world, title=f"Việc {number}") for number in range(2)]
    Petition.objects.update(unit=None, state=PetitionState.RECEIVED)
    client, unit = world.client("quynh"), world.commune_agency
    tasks = [f"assign-petitions:{petition.number}" for petition in petitions]
    body = {"act": "assign-petitions", "task": tasks, "back": "/desk/?ask=decide"}
    page = client.post("/desk/several/", body, follow=True)
    assert page.redirect_chain[0][0] == "/desk/?ask=decide" and "Choose an option." in text(page)
    assert not Petition.objects.exclude(unit=None).exists()
    assert unit.name in text(client.get("/desk/several/assign-petitions/"))
    page = text(client.post("/desk/several/", body | {"assign-petitions-choice": unit.pk}, follow=True))
    assert "2 petitions have their responsible unit." in page
    assert set(Petition.objects.values_list("unit", "state")) == {(unit.pk, PetitionState.ASSIGNED)}


def test_where_nothing_happened_nothing_is_said_to_be_done(world):
    petition = make_petition(world)
    body = {"act": "assign-petitions", "task": f"assign-petitions:{petition.number}"}
    page = world.client("olga").post(
        "/desk/several/", body | {"assign-petitions-choice": world.commune_agency.pk}, follow=True
    )
    assert [message.level_tag for message in page.context["messages"]] == ["error"]


def test_dossiers_go_to_a_colleague_together(world):
    make_cast(world)
    numbers = [make_dossier(world).number for _number in range(2)]
    selma = world.users["selma"]
    body = {"act": "assign-dossiers", "task": [f"take-dossiers,assign-dossiers:{number}" for number in numbers]}
    page = world.client("ines").post("/desk/several/", body | {"assign-dossiers-choice": selma.pk}, follow=True)
    assert "2 dossiers have their officer." in text(page)
    assert set(Dossier.objects.filter(number__in=numbers).values_list("assigned_to", flat=True)) == {selma.pk}


def test_reports_are_assigned_by_the_head_of_unit_alone(world):
    report = make_report(world)
    make_cast(world)
    member = make_member(make_user("Otto"), world.provincial_agency, Role.AREA_OFFICER)
    body = {"act": "assign-reports", "task": f"assign-reports:{report.pk}", "assign-reports-choice": member.user_id}
    world.client("olga").post("/desk/several/", body)
    report.refresh_from_db()
    assert report.assigned_to is None
    assert "assign-reports" in {act for row in rows_of(world, "dora") for act in row.task.acts}
    assert "1 report has its officer." in text(world.client("dora").post("/desk/several/", body, follow=True))
    report.refresh_from_db()
    assert report.assigned_to == member.user


def test_inspections_are_postponed_together(world):
    plans = [make_plan(world) for _number in range(2)]
    tasks, client = [f"postpone-visits:{plan.pk}" for plan in plans], world.client("olga")
    body, later = {"act": "postpone-visits", "task": tasks}, clock.today() + timedelta(days=3)
    past = {"postpone-visits-choice": f"{clock.today() - timedelta(days=1):%d/%m/%Y}"}
    assert "This date has passed." in text(client.post("/desk/several/", body | past, follow=True))
    page = client.post("/desk/several/", body | {"postpone-visits-choice": f"{later:%d/%m/%Y}"}, follow=True)
    assert "2 inspections are moved to another day." in text(page)
    assert set(PlannedVisit.objects.values_list("day", flat=True)) == {later}


def test_only_an_act_with_a_choice_has_a_field(world):
    client = world.client("olga")
    for key in ("sign-answers", "nothing"):
        assert client.get(f"/desk/several/{key}/").status_code == 404
    for key in ("postpone-visits", "return-answers"):
        assert f'name="{key}-choice"' in text(client.get(f"/desk/several/{key}/"))


# --- the whole department ---------------------------------------------------------------------------------


def test_the_department_shows_what_colleagues_have_to_do(world):
    make_cast(world)
    assigned, assessed = make_dossier(world).number, make_dossier(world, State.ASSESSED).number
    Dossier.objects.filter(number=assigned).update(assigned_to=world.users["selma"])
    assert assigned not in [row.task.code for row in rows_of(world, "ines")]
    page = world.client("ines").get("/desk/department/").context["desk"]
    seconds = {row.task.code: row.task.second for row in page.rows}
    assert set(seconds) == {assigned, assessed} and world.users["selma"].full_name in seconds[assigned]
    look = Event.objects.filter(act="looked", subject_type="desk.department").latest("id")
    assert sorted(look.details["dossiers"]) == sorted(row.task.subject for row in page.rows)
    listed = text(world.client("ines").get("/desk/department/dossiers/"))
    assert 'href="/desk/department/"' in listed


def test_the_department_shows_inspections_of_colleagues(world):
    make_plan(world)
    mate = make_member(make_user("Otto"), world.commune_agency, Role.AREA_OFFICER)
    assert not selectors.desk(actor_for(mate.user)).rows
    [row] = selectors.desk(actor_for(mate.user), of_department=True).rows
    assert "Olga" in row.task.second and row.task.acts == ("postpone-visits",)
    assert world.client("alice").get("/desk/department/").status_code == 404


def test_an_act_that_nobody_offers_is_none(world):
    page = text(world.client("olga").post("/desk/several/", {"act": "nothing", "task": "nothing:1"}, follow=True))
    assert "Select at least one task." in page


# --- what waits for others, and what was done -------------------------------------------------------------


def test_what_the_officer_began_waits_for_others(world):
    petition = make_petition(world, title="Đèn đường hỏng")
    draft(world, petition)
    assert "Answer to “Đèn đường hỏng”" in text(world.client("olga").get("/desk/waiting/"))
    make_cast(world)
    assessed = make_dossier(world, State.ASSESSED)
    assert assessed.full_name in text(world.client("selma").get("/desk/waiting/"))
    assert "Nothing of yours waits for others" in text(world.client("pavel").get("/desk/waiting/"))
    assert world.client("alice").get("/desk/waiting/").status_code == 404


def test_todays_acts_are_listed_without_looks_and_settings(world):
    petition = make_petition(world)
    world.client("olga").get(f"/office/petitions/{petition.number}/")
    world.client("olga").post("/desk/filters/", {"name": "Đèn", "words": "den duong"})
    assert "Nothing done yet today" in text(world.client("olga").get("/desk/done/"))
    draft(world, petition)
    page = world.client("olga").get("/desk/done/")
    assert [act.act for act in page.context["acts"]] == ["listening.drafted"]
    assert Event.objects.filter(act="looked", subject_type="desk.tasks").exists(), "a list of one's own acts"
    assert not Event.objects.filter(act="looked", subject_type="audit.list").exists(), "nobody else's activity"
