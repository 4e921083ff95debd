"""The task page, what the actor represents, and the results of a search."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Delegation
from ancu.apps.accounts.selectors import delegations
from ancu.apps.desk.enums import GROUPINGS, POSTPONE, SORTINGS, Grouping, Show, Sorting
from ancu.apps.desk.models import TaskFilter
from ancu.apps.desk.rules import may_postpone_tasks, refusal_to_postpone
from ancu.apps.desk.selectors import filters, tasks
from ancu.apps.desk.selectors.counts import CountedGroups, DeskCounts, counted_groups, counts_of
from ancu.apps.desk.selectors.filters import DeskFilter
from ancu.apps.desk.selectors.postponed import is_postponed, postponed_in_agency
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.errors import require
from ancu.core.registry.search import SearchQuery, SearchResults, parse_query, search_all
from ancu.core.registry.task_groups import (
    MANY,
    BulkAct,
    Task,
    TaskGroup,
    bulk_act,
    department_groups,
    may_see_department,
    waiting_groups,
)


class AbsentColleague(NamedTuple):
    """An absent colleague the actor represents."""

    membership_id: int
    name: str
    role: str
    organisation: str
    until: date

    @property
    def role_name(self) -> str:
        """The name of the colleague's role."""
        return str(Role(self.role).label)


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The tasks that match the filter, under its headings, and the numbers of all tasks (``task_groups``, ``counts``).

    ``of_department`` says whether they are those of the actor's whole agency, ``postponed`` is the number of tasks
    that the actor has postponed.
    """

    sections: Sequence[tasks.DeskSection]
    task_groups: Sequence[TaskGroup]
    counts: DeskCounts
    filters: Sequence[tasks.FilterCount]
    chosen: DeskFilter
    of_department: bool
    stands_in: Sequence[AbsentColleague]
    postponed: int = 0

    @property
    def rows(self) -> list[tasks.DeskRow]:
        """All rows shown."""
        return [row for section in self.sections for row in section.rows]

    @property
    def total(self) -> int:
        """The number of all tasks."""
        return sum(group.total for group in self.task_groups)

    @property
    def late(self) -> int:
        """The number of overdue tasks, whether they are shown or not."""
        return sum(group.late for group in self.task_groups)

    @property
    def urgent(self) -> int:
        """The number of urgent tasks."""
        return sum(group.urgent for group in self.task_groups)

    @property
    def pressing(self) -> int:
        """The number of tasks that are urgent or overdue."""
        return sum(group.pressing for group in self.task_groups)

    @property
    def due_today(self) -> int:
        """The number of tasks that are due today."""
        return sum(group.due_today for group in self.task_groups)

    @property
    def grouping(self) -> str:
        """By what the tasks are grouped: a value of ``Grouping``."""
        return self.chosen.grouping or Grouping.ASK

    @property
    def grouping_name(self) -> str:
        """The name of the grouping."""
        return str(GROUPINGS[self.grouping])

    @property
    def sorting(self) -> str:
        """The order of the tasks under a heading: a value of ``Sorting``."""
        return self.chosen.sorting or Sorting.LATE

    @property
    def sorting_name(self) -> str:
        """The name of the order."""
        return str(SORTINGS[self.sorting])

    @property
    def matching(self) -> int:
        """The number of tasks that match the filter."""
        return sum(section.total for section in self.sections)

    @property
    def is_cut(self) -> bool:
        """Whether some matching tasks are listed only by opening a section or a kind."""
        return any(section.is_cut for section in self.sections)

    @property
    def may_narrow(self) -> bool:
        """Whether a section can be opened alone: it is not the only one that a filter leaves."""
        return len(self.sections) > 1 or not self.chosen.is_narrow

    @property
    def kinds(self) -> list[TaskGroup]:
        """The groups with more tasks than the only open section lists: their own pages have them all."""
        if self.may_narrow or not self.is_cut:
            return []
        return [group for group in self.task_groups if self.chosen.admits(group) and group.is_cut]

    @property
    def shows_postponed(self) -> bool:
        """Whether the tasks are those that the actor has postponed: each is taken back by itself."""
        return self.chosen.show == Show.POSTPONED

    @property
    def bulk_acts(self) -> list[BulkAct]:
        """The acts that several of the shown tasks can share, last to postpone them."""
        keys = dict.fromkeys(key for row in self.rows for key in row.acts)
        return [act for key in sorted(keys, key=lambda key: key == POSTPONE) if (act := bulk_act(key))]


def desk(
    actor: Actor, chosen: DeskFilter = filters.NO_FILTER, *, of_department: bool = False
) -> DeskPage:  # fmt: skip
    """Return the actor's tasks that match the filter, and the colleagues whom the actor represents.

    Urgent tasks come first, then by due date, then those without a due date. ``of_department``: those of the whole
    agency; 404 outside agencies, 403 for officers who may open no list of their colleagues' tasks.
    """
    counted = _groups(actor, of_department=of_department)
    groups = [each_stretch_once(group) for group in counted.groups]
    saved = filters.own_filters(actor)
    chosen = filters.resolved(chosen, saved)
    numbers = tasks.filter_counts(groups, saved)
    colleagues = [] if of_department else _represented(actor)
    listed = tasks.sections(counted.postponed if chosen.show == Show.POSTPONED else groups, chosen)
    sections = [replace(section, rows=_with_days(actor, section.rows, counted, of_department)) for section in listed]
    postponed = sum(group.total for group in counted.postponed)
    return DeskPage(sections, groups, counted.counts, numbers, chosen, of_department, colleagues, postponed)


def _with_days(
    actor: Actor, rows: Sequence[tasks.DeskRow], counted: CountedGroups, of_department: bool
) -> list[tasks.DeskRow]:
    """Return the rows with the days until which they are postponed, and why they may not be; nobody else's may."""
    may = may_postpone_tasks(actor) and not of_department

    def with_day(row: tasks.DeskRow) -> tasks.DeskRow:
        """Return the row with its day, or with why it may not be postponed."""
        if is_postponed(row.task, row.group, counted.until_by_task):
            return row._replace(postponed=counted.until_by_task[row.group.key, row.task.key])
        return row._replace(refusal=refusal_to_postpone(row.task, row.group)) if may else row

    return [with_day(row) for row in rows]


def _groups(actor: Actor, *, of_department: bool) -> CountedGroups:
    """Return the actor's task groups, or those of the whole agency, with their numbers."""
    if not of_department:
        return counted_groups(actor)
    require_agency(actor)
    require(may_see_department(actor))
    groups = department_groups(actor)
    return CountedGroups(groups, counts_of(groups), until_by_task=postponed_in_agency(actor))


def each_stretch_once(group: TaskGroup) -> TaskGroup:
    """Return the group with a ``more`` that reads each stretch once: a list and the numbers of filters share it."""
    return replace(group, more=cache(group.more)) if group.more else group


def task_of(group: TaskGroup, key: str) -> Task | None:
    """Return the task with this key among the first ``MANY`` of the group; None if it is not there."""
    listed = next((task for task in group.tasks if task.key == key), None)
    if listed is not None or group.more is None or not group.is_cut:
        return listed
    return next((task for task in group.more(MANY, 0) if task.key == key), None)


def require_agency(actor: Actor) -> None:
    """Raise 404 for everybody who works for no agency."""
    if not actor.is_agency:
        raise Http404


def waiting(actor: Actor) -> list[tasks.DeskSection]:
    """Return what the actor began and others must go on with, by what it asks of them."""
    return tasks.sections(waiting_groups(actor), filters.EVERYTHING)


def get_filter(actor: Actor, pk: int) -> TaskFilter:
    """Return one of the actor's saved filters of the task page, or raise 404."""
    return get_object_or_404(filters.filters_of(actor), pk=pk)


def task_page(actor: Actor, key: str, number: int, *, of_department: bool = False) -> tasks.TaskPage | None:
    """Return the page ``number`` (from 1) of the tasks of the group ``key``; ``of_department`` as in ``desk``.

    None if the actor has no such group, or it is not listed page by page.
    """
    groups = _groups(actor, of_department=of_department).groups
    group = next((group for group in groups if group.key == key), None)
    return tasks.task_page(group, number) if group else None


def _represented(actor: Actor) -> list[AbsentColleague]:
    """Return the absent colleagues whom the actor represents today; none while the actor acts for a colleague.

    Without any delegation (``actor.ties``) nothing is asked.
    """
    if not actor.is_agency or actor.stands_for is not None or not actor.ties:
        return []
    return [AbsentColleague(*row) for row in _handed_over(actor).rows()]


@cached_query
def _handed_over(actor: Actor) -> QuerySet[Delegation, Any]:
    """Return the memberships delegated to the actor whose delegation has begun, as tuples.

    Each has membership id, colleague's name, role, agency's name and last day (``AbsentColleague``).
    """
    mine = delegations(actor).filter(delegate__user_id=actor.user_id or 0, starts_on__lte=clock.today())
    return mine.values_list(
        "membership", "membership__user__full_name", "membership__role", "membership__organisation__name", "ends_on"
    )


@dataclass(frozen=True, slots=True)
class Search:
    query: SearchQuery
    groups: Sequence[SearchResults]

    @property
    def number(self) -> int:
        """The number of hits shown, of all groups; a group may have more."""
        return sum(len(group.hits) for group in self.groups)


def search(actor: Actor, text: str) -> Search:
    """Return all visible matches by group; empty for a text that is too short."""
    query = parse_query(text)
    return Search(query, search_all(actor, query))
