"""What four more apps put on the desk, each by its own predicates."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from ancu.apps.community.models import LedgerEntry
from ancu.apps.community.services import choosing, confirming
from ancu.apps.community.tests.factories import ProgrammeBook, make_account, make_pledge, make_selection
from ancu.apps.desk import selectors
from ancu.apps.desk.selectors.tasks import IN_SECTION
from ancu.apps.listening.models import Petition
from ancu.apps.listening.tests.factories import make_petition
from ancu.apps.messaging.selectors import task_groups as messages
from ancu.apps.messaging.services import post_message
from ancu.apps.relay.tests.factories import make_forwarding
from ancu.apps.reporting.rules.periods import span
from ancu.apps.reporting.selectors import task_groups as figures
from ancu.apps.reporting.services import deciding
from ancu.apps.reporting.tests.factories import ReportingOffice, staff
from ancu.apps.stays.selectors import tasks as stays
from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.surveys.selectors import task_groups as surveys
from ancu.apps.travellers.tests.factories import make_pair
from ancu.core import clock
from ancu.core.actor import PUBLIC
from ancu.core.registry.task_groups import MAX_LISTED
from ancu.core.templatetags.ui import day_short
from ancu.core.testing import texts as screen_texts

pytestmark = pytest.mark.django_db
JANUARY = span("month", date(2026, 1, 1))


def task_groups_of(world, who):
    """By its label: how many wait, and what the first of them say."""
    with override("en"):
        groups = selectors.desk(world.actor(who)).task_groups
        return {str(group.label): (group.total, [str(task.title) for task in group.tasks]) for group in groups}


def test_figures_wait_for_another_hand_unit_by_unit_and_come_back_to_their_own(world):
    office = ReportingOffice(staff(world), JANUARY)
    first, _second = office.propose(part=12), office.propose("drug_cases", 3)
    assert task_groups_of(world, "dora")["Figures to approve"] == (1, ["2 figures of 01/2026, Xã Mai Hạ"])
    assert "Figures to approve" not in task_groups_of(world, "olga") and "Figures to approve" not in task_groups_of(
        world, "anh"
    )
    [row] = [group for group in selectors.desk(world.actor("dora")).rows if "Mai Hạ" in group.task.title]
    assert row.task.due == date(2026, 2, 15)
    narrowed = world.client("dora").get(row.task.url).content.decode()
    assert "All waiting for approval" in narrowed and "Criminal cases cleared" in narrowed
    elsewhere = row.task.url.replace(f"unit={office.unit_id}", f"unit={world.units.elsewhere.pk}")
    assert "Criminal cases cleared" not in world.client("dora").get(elsewhere).content.decode()
    deciding.refuse(actor=world.actor("dora"), ids=[first.pk], reason="Xin xem lại.")
    assert task_groups_of(world, "olga")["Figures returned to you"] == (1, ["1 figure of 01/2026, Xã Mai Hạ"])
    office.propose(part=11, reason="đã xem lại")
    assert "Figures returned to you" not in task_groups_of(world, "olga")


def test_a_pair_waits_for_whoever_decides_about_it(world):
    make_pair(world.lodging)
    assert task_groups_of(world, "olga")["One person, or two?"][0] == 1
    assert "One person, or two?" not in task_groups_of(world, "pavel"), "another commune's"
    with override("en"):
        [row] = selectors.desk(world.actor("olga")).rows
    assert "HOFFMANN" in row.title and "one or two people?" in row.title and row.act == "Join or keep apart"


def test_the_portal_was_not_told(world, settings):
    stay = make_stay(world.lodging, "HOFFMANN JÖRG")
    make_forwarding(stay)
    assert "Not forwarded to the national portal" not in task_groups_of(world, "olga"), "nothing is forwarded here"
    settings.PORTAL_RELAY = True
    portal_title = f"{world.lodging.name}: arrival of {day_short(stay.arrived_on)} is not in the national portal"
    assert task_groups_of(world, "olga")["Not forwarded to the national portal"] == (1, [portal_title])
    assert "Not forwarded to the national portal" not in task_groups_of(world, "pavel")


def test_help_asks_for_second_words_and_for_what_is_late(world):
    staff(world)
    book = ProgrammeBook(world)
    book.give(book.of("vnd", 1000))
    handed = book.hand_over(book.of("vnd", 10))
    make_account(book)
    selection = make_selection(book, {"poor": 1})
    candidate = selection.candidates.get()
    choosing.propose(
        actor=book.actor, programme_id=book.programme.pk, selection_id=selection.pk, chosen={candidate.pk}, reasons={}
    )
    pledge = make_pledge(book)
    type(pledge).objects.update(made_on=clock.today() - timedelta(days=9), due_on=clock.today() - timedelta(days=2))
    mine, second = task_groups_of(world, "quynh"), task_groups_of(world, "dora")
    assert "Choices of recipients to approve" not in mine and "Accounts to compare" not in mine
    assert second["Choices of recipients to approve"] == (1, [f"{selection.name}, {book.programme.name}"])
    assert second["Accounts to compare"] == (1, [f"Bank account of {book.programme.name}"])
    for groups in (mine, second):
        assert groups[screen_texts.HANDOVERS_WITHOUT_A_CONFIRMATION][0] == 1
        assert groups["Pledges that are overdue"] == (1, [f"{book.programme.name}: a pledge has not arrived"])
    confirming.confirm_as_recipient(actor=PUBLIC, entry=handed, agrees=False, words="Thiếu", key=handed.key)
    first = selectors.desk(world.actor("quynh")).rows[0].task
    assert first.grave and first.code == handed.number
    assert screen_texts.HANDOVERS_WITHOUT_A_CONFIRMATION not in task_groups_of(world, "quynh")
    page = world.client("quynh").get("/desk/").content.decode()
    assert "Mùa Thị Dở" not in page and "Sông Đà" not in page
    assert LedgerEntry.objects.filter(kind="handover").count() == 1 and "Accounts to compare" not in task_groups_of(
        world, "olga"
    )


def test_what_is_not_right_stands_out_of_many_handings_over(world):
    staff(world)
    book = ProgrammeBook(world)
    book.give(book.of("vnd", 1000))
    handed = [book.hand_over(book.of("vnd", 1)) for _number in range(MAX_LISTED + 2)]
    confirming.confirm_as_recipient(actor=PUBLIC, entry=handed[-1], agrees=False, words="Thiếu", key=handed[-1].key)
    groups = task_groups_of(world, "quynh")
    assert groups["A recipient says that something is wrong"][0] == 1
    assert groups[screen_texts.HANDOVERS_WITHOUT_A_CONFIRMATION][0] == MAX_LISTED + 1
    desk = selectors.desk(world.actor("quynh"))
    codes = {group.key: [task.code for task in group.tasks] for group in desk.task_groups}
    assert codes["disputed"] == [handed[-1].number]
    assert codes["unconfirmed"] == [handover.number for handover in handed[:MAX_LISTED]]


@pytest.mark.parametrize(("language", "number_text"), [("vi", "12.345"), ("en", "12,345")])
def test_how_many_wait_is_written_as_the_language_groups_it(world, monkeypatch, language, number_text):
    olga, many = world.actor("olga"), 12_345
    monkeypatch.setattr(messages, "unread_count", lambda actor: many)
    with override(language):
        texts = [
            messages.task_groups(olga)[0].tasks[0].title,
            figures._task("/", 1, "Xã Mai Hạ", "month", JANUARY.first_day, many).title,
            stays._overdue_task("Mai Châu Lodge", many, JANUARY.last_day).title,
            surveys._doubtful_places(many),
        ]
    for text in texts:
        assert f"{number_text} " in str(text), text


# --- numbers and the lists behind them ------------------------------------------------------------------


def task_titles(world, who, key):
    """Codes, or titles, of all tasks of a kind, read page by page from the desk's link."""
    client, titles, url = world.client(who), [], f"/desk/{key}/"
    while url:
        page = client.get(url)
        titles += [row.task.code or str(row.task.title) for row in page.context["kind"].rows]
        url = page.context["next_url"] and f"/desk/{key}/{page.context['next_url']}"
    return titles


def test_what_is_cut_says_so_and_its_kind_opens_all(world):
    petitions = [make_petition(world) for _number in range(MAX_LISTED + 3)]
    late_ids = [petition.pk for petition in petitions[: MAX_LISTED + 1]]
    Petition.objects.filter(pk__in=late_ids).update(due_on=clock.today() - timedelta(days=1))
    desk = selectors.desk(world.actor("olga"))
    assert (len(desk.rows), desk.total, desk.late, desk.is_cut) == (IN_SECTION, MAX_LISTED + 3, MAX_LISTED + 1, True)
    page = world.client("olga").get("/desk/").content.decode()
    assert f"<b>{MAX_LISTED + 3}</b>" in page and f"{MAX_LISTED + 1} overdue" in page
    assert f"Show all {MAX_LISTED + 3}" in page and 'href="/desk/?ask=answer"' in page
    assert len(world.client("olga").get("/desk/?ask=answer").context["desk"].rows) == MAX_LISTED + 3
    assert sorted(task_titles(world, "olga", "petitions")) == sorted(petition.number for petition in petitions)


def test_the_page_with_filters_is_not_promised_to_list_as_many(world):
    make_petition(world)
    [group] = selectors.desk(world.actor("olga")).task_groups
    page = world.client("olga").get(f"/desk/{group.key}/").content.decode()
    words = "It also lists tasks that others must do and tasks that are done."
    assert words in page and page.index("1 task.") < page.index("data-rows") < page.index(words)
    assert page.index(words) < page.index(f'<a href="{group.url}">Go to that page</a>')


def test_a_kind_goes_on_to_its_last_task(world, monkeypatch):
    monkeypatch.setattr(selectors.tasks, "PAGE", 4)
    numbers = sorted(make_petition(world).number for _number in range(9))
    assert sorted(task_titles(world, "olga", "petitions")) == numbers
    assert world.client("olga").get("/desk/petitions/?page=9").status_code == 302
    assert world.client("olga").get("/desk/nothing/").status_code == 302
    assert world.client("pavel").get("/desk/petitions/").status_code == 302, "nothing of it waits for him"


def test_every_number_of_the_desk_is_the_length_of_the_list_it_opens(world):
    staff(world)
    make_pair(world.lodging)
    for _number in range(MAX_LISTED + 2):
        make_petition(world)
    office = ReportingOffice(world, JANUARY)
    office.propose(part=12)
    make_forwarding(make_stay(world.lodging))
    book = ProgrammeBook(world)
    book.give(book.of("vnd", 1000))
    for _number in range(MAX_LISTED + 1):
        book.hand_over(book.of("vnd", 1))
    checked_kinds = set()
    for who in ("olga", "quynh", "dora"):
        for group in selectors.desk(world.actor(who)).task_groups:
            if group.more:
                checked_kinds.add(group.key)
                assert len(task_titles(world, who, group.key)) == group.total, (who, group.key)
                assert group.late == sum(task.is_late for task in group.more(1000, 0)), (who, group.key)
    assert {"petitions", "pairs", "unconfirmed", "figures"} <= checked_kinds


def test_the_number_of_conversations_is_the_length_of_the_list_it_opens(world):
    for topic in ("rooms", "visas"):
        post_message(
            actor=world.actor("alice"), kind="lodging", subject_id=world.lodging.pk, body="Xin hỏi", topic=topic
        )
    post_message(
        actor=world.actor("olga"), kind="lodging", subject_id=world.lodging.pk, body="Trả lời", topic="answered"
    )
    [group] = [
        task_pile for task_pile in selectors.desk(world.actor("olga")).task_groups if task_pile.key == "messages"
    ]
    assert len(world.client("olga").get(group.url).context["page"].rows) == group.total == 2
    assert len(world.client("olga").get("/messages/").context["page"].rows) == 3
