"""An officer sets own tasks aside until a day: what may be postponed, and who sees it."""

from datetime import date, timedelta
from typing import Any

import pytest

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.contact.tests.factories import make_report
from ancu.apps.desk import rules, selectors, services
from ancu.apps.desk.models import PostponedTask
from ancu.apps.desk.selectors.counts import counted_groups, counted_tabs
from ancu.apps.desk.selectors.filters import DeskFilter
from ancu.apps.listening.models import Petition
from ancu.apps.listening.tests.factories import make_petition
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Forbidden
from ancu.core.registry.task_groups import MAX_LISTED, Task, TaskGroup, listed_group

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
POSTPONED = DeskFilter(show="postponed")


def petition_due(world: Any, days: int, **fields: Any) -> Petition:
    """A petition to Olga's unit that is due so many days from today."""
    petition = make_petition(world, **fields)
    Petition.objects.filter(pk=petition.pk).update(due_on=clock.today() + days * DAY)
    return petition


def boxes(world: Any, who: str = "olga", **chosen: Any) -> list[str]:
    """What the selected tasks of the list send."""
    rows = selectors.desk(world.actor(who), DeskFilter(**chosen)).rows
    return [f"{','.join(row.acts)}:{row.task.bulk} {row.key}" for row in rows]


def keys(world: Any, who: str = "olga") -> list[str]:
    return [row.key for row in selectors.desk(world.actor(who)).rows]


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def postpone(world: Any, tasks: list[str], until: date, who: str = "olga") -> str:
    body = {"act": f"postpone-tasks:{until.isoformat()}", "task": tasks}
    return text(world.client(who).post("/desk/several/", body, follow=True))


def test_a_postponed_task_leaves_every_number_of_the_officers_list(world: Any) -> None:
    for _number in range(2):
        petition_due(world, 9)
    olga = world.actor("olga")
    assert counted_groups(olga).counts.total == 2
    assert "1 task is postponed." in postpone(world, boxes(world)[:1], clock.today() + 2 * DAY)
    page = selectors.desk(olga)
    assert (page.total, len(page.rows), page.postponed, page.counts.total) == (1, 1, 1, 1)
    assert counted_groups(olga).counts.total == 1 and "desk.postponed" in Event.objects.values_list("act", flat=True)
    listed = selectors.desk(olga, POSTPONED)
    assert len(listed.rows) == 1 and listed.rows[0].key not in keys(world)
    page_text = text(world.client("olga").get("/desk/?show=postponed"))
    assert f"until {clock.today() + 2 * DAY:%d/%m}" in page_text and "Take back" in page_text


def test_it_is_taken_back_at_once_or_returns_on_its_day(world: Any, monkeypatch: Any) -> None:
    petition_due(world, 9)
    (box,), client = boxes(world), world.client("olga")
    key = box.partition(" ")[2]
    postpone(world, [box], clock.today() + 2 * DAY)
    assert "show=postponed" in text(client.get("/desk/"))
    page = text(client.post("/desk/resume/", {"key": key}, follow=True))
    assert "The task is on your list again." in page and "show=postponed" not in page and keys(world) == [key]
    assert Event.objects.filter(act="desk.resumed").count() == 1
    postpone(world, [box], clock.today() + 2 * DAY)
    later = clock.today() + 2 * DAY
    monkeypatch.setattr(clock, "today", lambda: later)
    assert keys(world) == [key]
    assert services.redact(system("test")) == 1 and not PostponedTask.objects.exists()


def test_only_the_officers_own_list_changes(world: Any) -> None:
    petition = petition_due(world, 9)
    Petition.objects.filter(pk=petition.pk).update(unit=world.provincial_agency)
    before = keys(world, "quynh")
    otto = actor_for(make_member(make_user("Otto"), world.provincial_agency, Role.APPROVING_OFFICER).user)
    postpone(world, boxes(world, "quynh"), clock.today() + 2 * DAY, "quynh")
    assert keys(world, "quynh") == []
    assert [row.key for row in selectors.desk(otto).rows] == before
    department = text(world.client("quynh").get("/desk/department/"))
    assert f"postponed by Quynh until {clock.today() + 2 * DAY:%d/%m}" in department
    assert counted_tabs(world.actor("quynh")).tabs["desk:department"] == 1


def test_what_is_urgent_overdue_or_due_today_stays_and_the_reason_is_said(world: Any) -> None:
    make_report(world)
    petition_due(world, -1)
    petition_due(world, 0)
    assert "postpone-tasks" not in {act for row in selectors.desk(world.actor("olga")).rows for act in row.acts}
    page = postpone(world, [f"postpone-tasks: {key}" for key in keys(world)], clock.today() + DAY)
    for reason in ("An urgent task cannot", "An overdue task cannot", "A task that is due today cannot"):
        assert reason in page
    assert not PostponedTask.objects.exists()


def test_nothing_is_postponed_beyond_its_last_day_or_to_the_past(world: Any) -> None:
    petition_due(world, 3)
    assert "postpone it to that day at most" in postpone(world, boxes(world), clock.today() + 4 * DAY)
    assert "Choose a day after today." in postpone(world, boxes(world), clock.today())
    assert "1 task is postponed." in postpone(world, boxes(world), clock.today() + 3 * DAY)
    group = TaskGroup("g", "G", "warn", "/", 1, more=lambda _size, _first: [])
    most = clock.today() + rules.MOST_DAYS * DAY
    assert rules.refusal_to_postpone(Task("A", "/a/"), group, most) == ""
    assert "by 30 days at most" in rules.refusal_to_postpone(Task("A", "/a/"), group, most + DAY)
    assert "stands for several" in rules.refusal_to_postpone(Task("A", "/a/"), TaskGroup("g", "G", "warn", "/", 1))


def test_it_returns_when_something_new_happens_or_its_last_day_comes(world: Any) -> None:
    petition = petition_due(world, 9)
    before = keys(world)
    postpone(world, boxes(world), clock.today() + 5 * DAY)
    assert keys(world) == []
    Petition.objects.filter(pk=petition.pk).update(reopened=1)
    assert keys(world) == before
    Petition.objects.filter(pk=petition.pk).update(reopened=0, due_on=clock.today())
    assert keys(world) == before


def test_a_long_list_goes_on_behind_a_postponed_task(world: Any) -> None:
    for _number in range(MAX_LISTED + 4):
        petition_due(world, 9)
    postpone(world, boxes(world)[:2], clock.today() + DAY)
    (group,) = counted_groups(world.actor("olga")).groups
    assert (group.total, len(group.tasks)) == (MAX_LISTED + 2, MAX_LISTED)
    assert group.more is not None and len({task.key for task in group.more(50, 0)}) == MAX_LISTED + 2


def test_a_day_can_be_chosen_and_a_lodging_postpones_nothing(world: Any) -> None:
    petition_due(world, 9)
    client = world.client("olga")
    assert 'name="postpone-tasks-choice"' in text(client.get("/desk/several/postpone-tasks/"))
    body = {"act": "postpone-tasks", "task": boxes(world), "postpone-tasks-choice": f"{clock.today() + DAY:%d/%m/%Y}"}
    assert "1 task is postponed." in text(client.post("/desk/several/", body, follow=True))
    with pytest.raises(Forbidden):
        services.postpone_tasks(actor=world.actor("alice"), keys=["a b"], until=clock.today() + DAY)
    assert world.client("alice").post("/desk/resume/", {"key": "a b"}).status_code == 404


def test_the_days_of_one_press_are_working_days_each_once(monkeypatch: Any) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 12, 2))  # a Wednesday: three working days on is Monday
    assert [day for day, _words in services.days_to_postpone_to()] == ["2026-12-03", "2026-12-07"]
    monkeypatch.setattr(clock, "today", lambda: date(2026, 12, 1))
    assert [day for day, _words in services.days_to_postpone_to()] == ["2026-12-02", "2026-12-04", "2026-12-07"]


def test_tasks_on_one_page_are_told_apart_by_their_number() -> None:
    tasks = [Task("A", "/pledges/", code="QT-1"), Task("A", "/pledges/", code="QT-2")]
    assert len({task.key for task in tasks}) == 2
    assert listed_group("pledges", "P", "warn", "/", tasks).total == 2
