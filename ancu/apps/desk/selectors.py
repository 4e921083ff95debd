"""All that waits for a person in one order, and what one search finds."""

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
    """One task with the kind it is of. ``tone``: bad when late, warn when due soon or grave."""

    task: Task
    group: TaskGroup
    late: bool
    soon: bool


class Absent(NamedTuple):
    """A colleague on leave whose desk the actor keeps."""

    membership_id: int
    name: str
    role: str
    organisation: str
    until: date

    @property
    def role_name(self) -> str:
        return str(Role(self.role).label)


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The most urgent tasks of all kinds (``rows``), and each kind with its count (``task_groups``)."""

    rows: Sequence[DeskRow]
    task_groups: Sequence[TaskGroup]
    stands_in: Sequence[Absent]

    @property
    def total(self) -> int:
        return sum(group.total for group in self.task_groups)

    @property
    def late(self) -> int:
        """Number of overdue tasks, shown or not."""
        return sum(group.late for group in self.task_groups)

    @property
    def is_cut(self) -> bool:
        """Whether some tasks are listed only on the page of their kind."""
        return any(group.total > len(group.tasks) and group.more for group in self.task_groups) or len(self.rows) < sum(
            len(group.tasks) for group in self.task_groups
        )


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One page of the tasks of one kind."""

    group: TaskGroup
    rows: Sequence[DeskRow]
    number: int
    has_more: bool

    @property
    def first(self) -> int:
        return (self.number - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def desk(actor: Actor) -> DeskPage:
    """What waits for the actor: grave things, then by the day they are due, then what has no day."""
    today = clock.today()
    groups = task_groups(actor)
    rows = [_row(task, group, today) for group in groups for task in group.tasks]
    return DeskPage(sorted(rows, key=_order)[:LISTED], groups, _stands_in(actor))


def task_page(actor: Actor, key: str, number: int) -> TaskPage | None:
    """One page of the tasks of a kind; None when the actor has no task of it."""
    group = next((group for group in task_groups(actor) if group.key == key and group.more), None)
    if group is None or group.more is None:
        return None
    tasks = group.more(PAGE + 1, (number - 1) * PAGE)
    today = clock.today()
    return TaskPage(group, [_row(task, group, today) for task in tasks[:PAGE]], number, len(tasks) > PAGE)


def _row(task: Task, group: TaskGroup, today: date) -> DeskRow:
    return DeskRow(task, group, task.is_late, task.due is not None and today <= task.due <= today + SOON)


def _order(row: DeskRow) -> tuple[bool, bool, date]:
    """Sorting keeps the order of the apps and of each one's own list where nothing else decides."""
    due = row.task.due
    return not row.task.grave, due is None, due or date.max


def _stands_in(actor: Actor) -> list[Absent]:
    """Colleagues on leave whose desk the actor keeps today, unless he sits at it."""
    if not actor.is_agency or actor.stands_for is not None:
        return []
    return [Absent(*row) for row in _handed_over(actor).rows()]


@cached_query
def _handed_over(actor: Actor) -> QuerySet[Delegation, Any]:
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
        return sum(len(group.hits) for group in self.groups)


def search(actor: Actor, text: str) -> Search:
    """Everything the actor may see that fits, kind by kind; nothing for what is too short to mean something."""
    query = parse_query(text)
    return Search(query, search_all(actor, query))
