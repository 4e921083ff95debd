"""The tasks of a person: each app registers its task groups in ``TASK_GROUPS``, and one list shows them all.

A provider asks its own predicates and selectors. It returns at most ``MAX_LISTED`` tasks of each kind, in a number of
queries that does not grow with them, and the counts of all tasks, of overdue and of urgent ones. The task page pages
through each kind to its last task, so that a number and the list behind it come from one query. A provider's queries
are compiled once for each actor (``core.db.cached_queries``).
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.functional import Promise

from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import CachedQuery, count_each, rows_of_each
from ancu.core.registry import Hook

MAX_LISTED = 12  # of one kind; its own page has the rest
MANY = 1000  # beyond this a count says "more than"
Words = str | Promise
TASK_GROUPS: Hook[Callable[[Actor], "Sequence[TaskGroup]"]] = Hook()
WAITING_GROUPS: Hook[Callable[[Actor], "Sequence[TaskGroup]"]] = Hook()  # what the actor began and others go on with
DEPARTMENT_GROUPS: Hook["DepartmentGroups"] = Hook()
BULK_ACTS: Hook["BulkAct"] = Hook()


class Ask(StrEnum):
    """What a task asks of the person; the task page groups tasks by it, in this order."""

    DECIDE = "decide"
    ANSWER = "answer"
    LOOK = "look"
    SIGN = "sign"


class BulkAct(NamedTuple):
    """An act on several tasks at once, one after the other: ``do(actor, value, choice)`` with each task's ``bulk``.

    ``do`` raises what the act on the task's own page raises. ``label`` names the act and its objects, ``question`` is
    asked before, ``done`` returns the sentence for a number of tasks. ``hotkey`` opens the question. ``choices``
    returns to whom or what the tasks may go, as value and name; ``asks_day`` and ``asks_reason`` say that a day is
    chosen or a reason written instead. ``days`` returns days that one press chooses, as value and words. ``button``
    has the act's names for a single task, for two, and for ``{n}``; without it, the label is the name.
    """

    key: str
    label: Words
    question: Words
    done: Callable[[int], str]
    do: Callable[[Actor, str, str], Any]
    hotkey: str = "s"
    icon: str = "check"
    choices: Callable[[Actor], Sequence[tuple[str, str]]] | None = None
    asks_day: bool = False
    asks_reason: bool = False
    days: Callable[[], Sequence[tuple[str, str]]] | None = None
    button: tuple[Words, ...] = ()

    @property
    def has_choice(self) -> bool:
        """Whether something must be chosen or written before the act."""
        return self.choices is not None or self.asks_day or self.asks_reason


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a person.

    ``title`` says who or what, and what is wrong or wanted; ``second`` where, and where it stands. ``act`` is what is
    asked, if not that of its group. ``due`` is its last day; ``grave`` tasks come first, whatever their day.
    ``since`` is the day or moment at which what it is about came up: its age, where it has no last day.
    ``facts`` distinguish it from another with the same title, the plainest first. ``code`` is its number, by which it
    can be searched.
    ``subject`` is the id of the record whose person it names, for the audit; ``bulk`` its value for the bulk ``acts``,
    the keys of which it names. ``stage`` is a code of where it stands: a postponed task returns when it changes.
    """

    title: Words
    url: str
    second: Words = ""
    due: date | None = None
    grave: bool = False
    act: Words = ""
    since: date | datetime | None = None
    facts: tuple[Words, ...] = ()
    code: str = ""
    subject: Hashable = None
    bulk: str = ""
    acts: tuple[str, ...] = ()
    stage: str = ""

    @property
    def key(self) -> str:
        """What identifies the task in its group: the address of its page, and its number where a page has several."""
        return f"{self.url} {self.code}".rstrip()

    @property
    def is_late(self) -> bool:
        """Whether the last day for the task is past."""
        return self.due is not None and self.due < clock.today()

    @property
    def is_pressing(self) -> bool:
        """Whether the task is urgent or overdue."""
        return self.grave or self.is_late

    @property
    def is_due_today(self) -> bool:
        """Whether today is the last day for the task."""
        return self.due == clock.today()


Rows = Sequence[tuple[Any, ...]]
Slice = Callable[[int, int], Sequence[Task]]  # of how many, from which on


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Tasks of one kind: the first of them, how many there are, and how many of all are late or urgent.

    ``pressing`` counts those that are either, and they come first; ``due_today`` those due today that are not urgent,
    which come next. ``high`` counts those of high severity, for the navigation.

    ``key`` names the kind in the desk's address, ``url`` is the app's own page. ``more`` gives any stretch of the
    tasks; without it the one task stands for all, and ``url`` lists exactly ``total`` things. ``asks`` and ``act`` say
    what is asked of the person. ``names`` is what the subjects of its tasks are ids of, for the audit, or empty if no
    person is named. ``has_preview`` says whether a task's page fits beside the list.
    """

    key: str
    label: Words
    icon: str
    url: str
    total: int
    late: int = 0
    tasks: Sequence[Task] = field(default=())
    more: Slice | None = None
    urgent: int = 0
    pressing: int = 0
    due_today: int = 0
    asks: Ask = Ask.LOOK
    act: Words = ""
    names: str = ""
    has_preview: bool = True
    high: int = 0

    @property
    def has_pages(self) -> bool:
        """Whether the task page can list all tasks of the group; otherwise the link leads to the app's own page.

        Templates use this property, because they would call ``more`` itself.
        """
        return self.more is not None

    @property
    def later(self) -> int:
        """The number of tasks that are neither urgent nor overdue nor due today."""
        return self.total - self.pressing - self.due_today

    @property
    def is_cut(self) -> bool:
        """Whether there are more tasks than are listed."""
        return self.more is not None and self.total > len(self.tasks)


def first_of_each(*queries: CachedQuery) -> list[Rows]:
    """Return for each query the rows that ``task_group`` needs at first, by one statement (``rows_of_each``)."""
    return [*rows_of_each(queries, MAX_LISTED + 1)]


def task_group(
    key: str, label: Words, icon: str, url: str, query: CachedQuery, task: Callable[..., Task],
    due_before: Callable[[date], CachedQuery] | None = None, *, first_rows: Rows | None = None, **traits: Any,
) -> TaskGroup:  # fmt: skip
    """Return the task group of a query: its first tasks, how many there are and how many are late or due today.

    ``task`` makes a Task of a row's values, ``due_before`` returns the query for those that are due before a day.
    Numbers are counted only if not all are listed, by one statement, and only up to ``MANY``. ``first_rows`` are those
    of the query if several were asked together (``first_of_each``), ``traits`` further fields of the group.
    """

    def more(size: int, first: int) -> list[Task]:
        """Return ``size`` of the group's tasks, from number ``first`` (0) on."""
        return [task(*row) for row in query.rows(size, first)]

    tasks = more(MAX_LISTED + 1, 0) if first_rows is None else [task(*row) for row in first_rows]
    if len(tasks) <= MAX_LISTED:
        return listed_group(key, label, icon, url, tasks, **traits)
    today = clock.today()
    by_day = [due_before(today), due_before(today + timedelta(days=1))] if due_before else []
    total, *due = count_each([query, *by_day], MANY + 1)
    overdue, until_today = due or (0, 0)
    urgent = total if all(task.grave for task in tasks) else sum(task.grave for task in tasks)
    numbers: dict[str, Any] = {
        "urgent": urgent, "pressing": max(urgent, overdue), "due_today": until_today - overdue
    }  # fmt: skip
    return TaskGroup(key, label, icon, url, total, overdue, tasks[:MAX_LISTED], more, **numbers, **traits)


def listed_group(key: str, label: Words, icon: str, url: str, tasks: Sequence[Task], **traits: Any) -> TaskGroup:
    """Return the group of tasks that are all loaded already; ``traits`` as for ``task_group``."""

    def more(size: int, first: int) -> Sequence[Task]:
        """Return ``size`` of the group's tasks, from number ``first`` (0) on."""
        return tasks[first : first + size]

    late = sum(task.is_late for task in tasks)
    numbers: dict[str, Any] = {
        "urgent": sum(task.grave for task in tasks),
        "pressing": sum(task.is_pressing for task in tasks),
        "due_today": sum(task.is_due_today and not task.grave for task in tasks),
    }
    return TaskGroup(key, label, icon, url, len(tasks), late, tasks[:MAX_LISTED], more, **numbers, **traits)


def summary_group(key: str, icon: str, label: Words, total: int, task: Task, **traits: Any) -> TaskGroup:
    """Return a group with the single task ``task``, which stands for ``total`` things.

    Without any it has no task. ``traits`` as for ``task_group``.
    """
    tasks, urgent = [task] if total else [], total if task.grave else 0
    traits |= {"urgent": urgent, "pressing": urgent, "has_preview": False}
    return TaskGroup(key, label, icon, task.url, total, 0, tasks, **traits)


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return the actor's task groups of every app, without empty ones."""
    return [group for provider in TASK_GROUPS for group in provider(actor) if group.total]


def waiting_groups(actor: Actor) -> list[TaskGroup]:
    """Return what the actor began and others must go on with, without empty groups."""
    return [group for provider in WAITING_GROUPS for group in provider(actor) if group.total]


class DepartmentGroups(NamedTuple):
    """The tasks of all colleagues that an app adds to those of the actor, or puts in their place under the same key.

    ``may`` is the predicate of the page that lists them.
    """

    may: Callable[[Actor], bool]
    groups: Callable[[Actor], Sequence[TaskGroup]]


def may_see_department(actor: Actor) -> bool:
    """Whether the actor may read the tasks of colleagues: officers who may open some list of them."""
    return actor.is_agency and any(department.may(actor) for department in DEPARTMENT_GROUPS)


def department_groups(actor: Actor) -> list[TaskGroup]:
    """Return the task groups of the actor's whole agency, without empty ones: the actor's and those of colleagues."""
    groups = {group.key: group for group in task_groups(actor)}
    for department in DEPARTMENT_GROUPS:
        if department.may(actor):
            groups |= {group.key: group for group in department.groups(actor)}
    return [group for group in groups.values() if group.total]


def bulk_act(key: str) -> BulkAct | None:
    """Return the bulk act of this key; None if no app has registered one."""
    return next((act for act in BULK_ACTS if act.key == key), None)
