"""A person's tasks in one order, and the results of a search."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Delegation
from ancu.apps.accounts.selectors import delegations
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.search import SearchQuery, SearchResults, parse_query, search_all
from ancu.core.registry.task_groups import Task, TaskGroup, task_groups

LISTED = 60
PAGE = 50
SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One task with its group. ``tone``: bad if overdue, warn if due soon or grave."""

    task: Task
    group: TaskGroup
    late: bool
    soon: bool


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
    """The most urgent tasks (``rows``), and each group with its count (``task_groups``)."""

    rows: Sequence[DeskRow]
    task_groups: Sequence[TaskGroup]
    stands_in: Sequence[AbsentColleague]

    @property
    def total(self) -> int:
        """The number of all tasks."""
        return sum(group.total for group in self.task_groups)

    @property
    def late(self) -> int:
        """The number of overdue tasks, whether they are shown or not."""
        return sum(group.late for group in self.task_groups)

    @property
    def is_cut(self) -> bool:
        """Whether some tasks are listed only on their group's page."""
        return any(group.total > len(group.tasks) and group.more for group in self.task_groups) or len(self.rows) < sum(
            len(group.tasks) for group in self.task_groups
        )


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


def desk(actor: Actor) -> DeskPage:
    """Return the actor's tasks: urgent ones first, then by due date, then those without a due date.

    At most ``LISTED`` are in its rows; the colleagues whom the actor represents are with them.
    """
    today = clock.today()
    groups = task_groups(actor)
    rows = [_row(task, group, today) for group in groups for task in group.tasks]
    return DeskPage(sorted(rows, key=_order)[:LISTED], groups, _represented(actor))


def task_page(actor: Actor, key: str, number: int) -> TaskPage | None:
    """Return the page ``number`` (from 1) of the tasks of the group ``key``.

    None if the actor has no such group, or it is not listed page by page.
    """
    group = next((group for group in task_groups(actor) if group.key == key and group.more), None)
    if group is None or group.more is None:
        return None
    tasks = group.more(PAGE + 1, (number - 1) * PAGE)
    today = clock.today()
    return TaskPage(group, [_row(task, group, today) for task in tasks[:PAGE]], number, len(tasks) > PAGE)


def _row(task: Task, group: TaskGroup, today: date) -> DeskRow:
    """Return a task as a row of the desk: whether it is overdue or due soon."""
    return DeskRow(task, group, task.is_late, task.due is not None and today <= task.due <= today + SOON)


def _order(row: DeskRow) -> tuple[bool, bool, date]:
    """Return a row's sort key: urgent first, then by due day, then those without one.

    Equal rows keep the order of the apps and of their lists.
    """
    due = row.task.due
    return not row.task.grave, due is None, due or date.max


def _represented(actor: Actor) -> list[AbsentColleague]:
    """Return the absent colleagues whom the actor represents today; none while the actor acts for a colleague."""
    if not actor.is_agency or actor.stands_for is not None:
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
        """The number of all hits."""
        return sum(len(group.hits) for group in self.groups)


def search(actor: Actor, text: str) -> Search:
    """Return all visible matches by group; empty for a text that is too short."""
    query = parse_query(text)
    return Search(query, search_all(actor, query))
