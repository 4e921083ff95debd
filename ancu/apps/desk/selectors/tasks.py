"""A person's tasks: under headings, filtered, and with the numbers of every filter."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from ancu.apps.desk.enums import (
    ASK_ICONS,
    ASKS,
    POSTPONE,
    POSTPONED_LABEL,
    SHOW_ICONS,
    SHOWS,
    TONES,
    Grouping,
    Show,
    Sorting,
)
from ancu.apps.desk.models import TaskFilter
from ancu.apps.desk.rules import last_postponed_day
from ancu.apps.desk.selectors.filters import DeskFilter, filter_of
from ancu.apps.desk.selectors.postponed import PostponedUntil
from ancu.apps.places.selectors import fold
from ancu.core import clock
from ancu.core.registry.task_groups import Task, TaskGroup, Words

IN_SECTION = 4  # tasks of one section, until the section is opened
LISTED = 60  # in an open section; each kind's page has the rest
SEARCHED = 200  # tasks of each kind that a filter by words looks through
PAGE = 50
A_WEEK = timedelta(days=6)


class DeskRow(NamedTuple):
    """One task with its group; ``fact`` distinguishes it from one beside it that reads alike.

    ``postponed`` says until when it is postponed. ``refusal`` is why it may not be, "" if it may; None where no task
    is postponed from.
    """

    task: Task
    group: TaskGroup
    title: str
    fact: str = ""
    postponed: PostponedUntil | None = None
    refusal: str | None = None

    @property
    def key(self) -> str:
        """What identifies the task among all of the actor's."""
        return f"{self.group.key} {self.task.key}"

    @property
    def acts(self) -> tuple[str, ...]:
        """The keys of the acts that it can share with other tasks."""
        return (*(self.task.acts if self.task.bulk else ()), *((POSTPONE,) if self.refusal == "" else ()))

    @property
    def last_postponed_day(self) -> date:
        """The last day until which it can be postponed."""
        return last_postponed_day(self.task)

    @property
    def second(self) -> str:
        """The second line after the act: where, where it stands, and what distinguishes it."""
        return ", ".join(filter(None, [str(self.task.second), self.fact]))

    @property
    def act(self) -> str:
        """What is asked of the person."""
        return str(self.task.act or self.group.act)

    @property
    def tone(self) -> str:
        """The tone of the task's chip, that of its section by day; a postponed one is quiet."""
        return TONES[Show.LATER if self.postponed else _day_of(self.task)]

    @property
    def days_late(self) -> int:
        """The days since the last day for the task."""
        return (clock.today() - self.task.due).days if self.task.due else 0

    @property
    def began_on(self) -> date | None:
        """The day on which what the task is about came up."""
        since = self.task.since
        return clock.local(since).date() if isinstance(since, datetime) else since

    @property
    def age(self) -> timedelta:
        """The time since what the task is about came up: to the minute, or in whole days."""
        since = self.task.since
        if isinstance(since, datetime):
            return clock.now() - since
        return clock.today() - since if since else timedelta(0)

    @property
    def is_this_week(self) -> bool:
        """Whether the task is due within a week, so that the weekday says when."""
        return self.task.due is not None and clock.today() < self.task.due <= clock.today() + A_WEEK


@dataclass(frozen=True, slots=True)
class DeskSection:
    """The tasks under one heading: those shown, and the numbers of all.

    ``alone`` is the filter that lists only these tasks; None if nothing else is listed.
    """

    key: str
    label: Words
    icon: str
    rows: Sequence[DeskRow]
    total: int
    late: int
    urgent: int
    alone: DeskFilter | None

    @property
    def is_cut(self) -> bool:
        """Whether more tasks match than are shown."""
        return self.total > len(self.rows)


class FilterCount(NamedTuple):
    """A saved filter with the number of its tasks; ``is_least`` if there may be more."""

    saved: TaskFilter
    number: int
    is_least: bool


def sections(groups: Sequence[TaskGroup], chosen: DeskFilter) -> list[DeskSection]:
    """Return the tasks that match the filter under its headings, without empty sections.

    A section shows ``IN_SECTION`` tasks, ``LISTED`` if a filter leaves no other one. Numbers without words are those
    of the groups, otherwise those of the matching tasks.
    """
    admitted = [group for group in groups if chosen.admits(group)]
    listed = [section for section in _SECTIONS[chosen.grouping or Grouping.ASK](admitted, chosen) if section.rows]
    most = LISTED if chosen.is_narrow and len(listed) == 1 else IN_SECTION
    return [replace(section, rows=distinguished(section.rows[:most])) for section in listed]


def _by_ask(groups: Sequence[TaskGroup], chosen: DeskFilter) -> Iterator[DeskSection]:
    """Yield a section for each thing that tasks ask."""
    for asks, label in ASKS.items():
        of_ask = [group for group in groups if group.asks == asks]
        yield _section(asks, label, ASK_ICONS[asks], of_ask, chosen, chosen.narrowed(asks=asks))


def _by_kind(groups: Sequence[TaskGroup], chosen: DeskFilter) -> Iterator[DeskSection]:
    """Yield a section for each kind of task."""
    for group in groups:
        yield _section(group.key, group.label, group.icon, [group], chosen, chosen.narrowed(group=group.key))


def _by_day(groups: Sequence[TaskGroup], chosen: DeskFilter) -> Iterator[DeskSection]:
    """Yield the sections of what is urgent or overdue, of what is due today, and of the rest."""
    if chosen.show == Show.POSTPONED:
        yield _section(chosen.show, POSTPONED_LABEL, SHOW_ICONS[Show.LATER], groups, chosen, chosen)
        return
    for show, label in SHOWS.items():
        if chosen.show in {"", show}:
            of_day = chosen.narrowed(show=show)
            yield _section(show, label, SHOW_ICONS[show], groups, of_day, of_day)


_SECTIONS: dict[str, Callable[[Sequence[TaskGroup], DeskFilter], Iterator[DeskSection]]] = {
    Grouping.ASK: _by_ask, Grouping.KIND: _by_kind, Grouping.DAY: _by_day,
}  # fmt: skip


def _section(
    key: str, label: Words, icon: str, groups: Sequence[TaskGroup], chosen: DeskFilter, alone: DeskFilter
) -> DeskSection:
    """Return a section with all matching tasks that are loaded; ``alone`` is the filter that lists only these."""
    rows = sorted((row for group in groups for row in _matching(group, chosen)), key=_ORDERS[chosen.sorting or "late"])
    return DeskSection(key, label, icon, rows, *_numbers(groups, rows, chosen), alone)


def _numbers(groups: Sequence[TaskGroup], rows: Sequence[DeskRow], chosen: DeskFilter) -> tuple[int, int, int]:
    """Return the numbers of all matching tasks, of overdue and of urgent ones; by words those of ``rows``."""
    if chosen.words:
        return len(rows), sum(row.task.is_late for row in rows), sum(row.task.grave for row in rows)
    total = sum(_number_of(group, chosen.show) for group in groups)
    if chosen.show in {Show.TODAY, Show.LATER}:
        return total, 0, 0
    return total, sum(group.late for group in groups), sum(group.urgent for group in groups)


def _number_of(group: TaskGroup, show: str) -> int:
    """Return how many of the group's tasks are shown."""
    numbers = {Show.URGENT: group.pressing, Show.TODAY: group.due_today, Show.LATER: group.later}
    return numbers.get(Show(show), group.total) if show else group.total


def _matching(group: TaskGroup, chosen: DeskFilter) -> list[DeskRow]:
    """Return the group's tasks that match the filter, as many as a page may need."""
    tasks = group.tasks
    if group.is_cut and group.more is not None and chosen.is_narrow:
        before = {Show.TODAY: group.late, Show.LATER: group.pressing + group.due_today}
        first = before.get(Show(chosen.show), 0) if chosen.show and not chosen.words else 0
        tasks = group.more(SEARCHED if chosen.words else LISTED, first)
    return [DeskRow(task, group, str(task.title)) for task in tasks if _fits(task, group, chosen)]


def _fits(task: Task, group: TaskGroup, chosen: DeskFilter) -> bool:
    """Whether a task of an admitted group matches the filter's day and words."""
    if chosen.show not in {"", Show.ALL, Show.POSTPONED, _day_of(task)}:
        return False
    if not chosen.words:
        return True
    text = fold(" ".join(map(str, (task.title, task.act or group.act, task.second, task.code, group.label))))
    return all(word in text for word in fold(chosen.words).split())


def _day_of(task: Task) -> Show:
    """Return which of the sections by day the task belongs to."""
    if task.is_pressing:
        return Show.URGENT
    return Show.TODAY if task.is_due_today else Show.LATER


def in_order(row: DeskRow) -> tuple[bool, bool, date]:
    """Return a row's sort key: urgent first, then by due day, then those without one.

    Equal rows keep the order of the apps and of their lists.
    """
    due = row.task.due
    return not row.task.grave, due is None, due or date.max


def _by_due_day(row: DeskRow) -> tuple[bool, date, bool]:
    """Return a row's sort key: by due day, urgent ones of a day first, then those without one."""
    due = row.task.due
    return due is None, due or date.max, not row.task.grave


_ORDERS: dict[str, Callable[[DeskRow], tuple[Any, ...]]] = {Sorting.LATE: in_order, Sorting.DUE: _by_due_day}


def distinguished(rows: Sequence[DeskRow]) -> list[DeskRow]:
    """Return the rows; those that read alike in both lines get the plainest fact that distinguishes them."""
    facts_by_words: dict[tuple[str, ...], list[tuple[Words, ...]]] = {}
    for row in rows:
        facts_by_words.setdefault(_words_of(row), []).append(row.task.facts)
    place_by_words = {words: _telling_place(facts) for words, facts in facts_by_words.items() if len(facts) > 1}
    return [_distinguished(row, place_by_words.get(_words_of(row))) for row in rows]


def _words_of(row: DeskRow) -> tuple[str, ...]:
    """Return what a row reads: its title, its act and its second line."""
    return row.title, row.act, str(row.task.second)


def _telling_place(facts: Sequence[tuple[Words, ...]]) -> int | None:
    """Return the place of the first fact that differs between all tasks, else of one that differs between some."""
    numbers = [len(set(map(str, values))) for values in zip(*facts, strict=False)]
    most = max(numbers, default=1)
    return numbers.index(most) if most > 1 else None


def _distinguished(row: DeskRow, place: int | None) -> DeskRow:
    """Return the row with the fact at ``place`` in its second line, if it has one."""
    return row if place is None else row._replace(fact=str(row.task.facts[place]))


def filter_counts(groups: Sequence[TaskGroup], saved: Iterable[TaskFilter]) -> list[FilterCount]:
    """Return the saved filters with the number of the tasks that each one's list shows."""
    return [_filter_count(groups, task_filter) for task_filter in saved]


def _filter_count(groups: Sequence[TaskGroup], saved: TaskFilter) -> FilterCount:
    """Return a saved filter with the number of its tasks."""
    chosen = filter_of(saved)
    admitted = [group for group in groups if chosen.admits(group)]
    if not chosen.words:
        return FilterCount(saved, sum(group.total for group in admitted), is_least=False)
    number = sum(len(_matching(group, chosen)) for group in admitted)
    return FilterCount(saved, number, is_least=any(group.total > SEARCHED for group in admitted))


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One page of a group's tasks."""

    group: TaskGroup
    rows: Sequence[DeskRow]
    number: int
    has_more: bool

    @property
    def first(self) -> int:
        """The number of the page's first task, counted from one."""
        return (self.number - 1) * PAGE + 1

    @property
    def last(self) -> int:
        """The number of the page's last task."""
        return self.first + len(self.rows) - 1


def task_page(group: TaskGroup, number: int) -> TaskPage | None:
    """Return the page ``number`` (from 1) of a group's tasks; None if it is not listed page by page."""
    if group.more is None:
        return None
    tasks = group.more(PAGE + 1, (number - 1) * PAGE)
    rows = [DeskRow(task, group, str(task.title)) for task in tasks[:PAGE]]
    return TaskPage(group, distinguished(rows), number, len(tasks) > PAGE)
