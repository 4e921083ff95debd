"""The tasks of a person: each app registers its task groups in ``TASK_GROUPS``, and one list shows them all.

A provider asks its own predicates and selectors. It returns at most ``MAX_LISTED`` tasks of each kind, in a number of
queries that does not grow with them, and the counts of all tasks and of overdue ones. The home page pages through each
kind to its last task, so that a number and the list behind it come from one query. A provider's queries are compiled
once for each actor (``core.db.cached_queries``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise

from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import CachedQuery
from ancu.core.registry import Hook

MAX_LISTED = 12  # of one kind; its own page has the rest
MANY = 1000  # beyond this a count says "more than"
Words = str | Promise
TASK_GROUPS: Hook[Callable[[Actor], "Sequence[TaskGroup]"]] = Hook()


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a person. ``due`` is its last day; ``grave`` tasks come first, whatever their day."""

    title: Words
    url: str
    second: Words = ""
    due: date | None = None
    grave: bool = False

    @property
    def is_late(self) -> bool:
        """Whether the last day for the task is past."""
        return self.due is not None and self.due < clock.today()


Slice = Callable[[int, int], Sequence[Task]]  # of how many, from which on


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Tasks of one kind: the first of them, how many there are and how many of all are late.

    ``key`` names the kind in the desk's address, ``url`` is the app's own page. ``more`` gives any stretch of the
    tasks; without it the one task stands for all, and ``url`` lists exactly ``total`` things.
    """

    key: str
    label: Words
    icon: str
    url: str
    total: int
    late: int = 0
    tasks: Sequence[Task] = field(default=())
    more: Slice | None = None

    @property
    def has_pages(self) -> bool:
        """Whether the task page can list all tasks of the group; otherwise the link leads to the app's own page.

        Templates use this property, because they would call ``more`` itself.
        """
        return self.more is not None


def task_group(
    key: str, label: Words, icon: str, url: str, query: CachedQuery, task: Callable[..., Task],
    late: CachedQuery | None = None,
) -> TaskGroup:  # fmt: skip
    """Return the task group of a query: its first tasks, how many there are and how many are late.

    ``task`` makes a Task of a row's values, ``late`` is the query for overdue ones. Numbers are counted only if not
    all are listed, and only up to ``MANY``.
    """

    def more(size: int, first: int) -> list[Task]:
        """Return ``size`` of the group's tasks, from number ``first`` (0) on."""
        return [task(*row) for row in query.rows(size, first)]

    tasks = more(MAX_LISTED + 1, 0)
    if len(tasks) <= MAX_LISTED:
        return listed_group(key, label, icon, url, tasks)
    overdue = late.number(MANY + 1) if late else 0
    return TaskGroup(key, label, icon, url, query.number(MANY + 1), overdue, tasks[:MAX_LISTED], more)


def listed_group(key: str, label: Words, icon: str, url: str, tasks: Sequence[Task]) -> TaskGroup:
    """Return the group of tasks that are all loaded already."""

    def more(size: int, first: int) -> Sequence[Task]:
        """Return ``size`` of the group's tasks, from number ``first`` (0) on."""
        return tasks[first : first + size]

    return TaskGroup(key, label, icon, url, len(tasks), sum(task.is_late for task in tasks), tasks[:MAX_LISTED], more)


def summary_group(key: str, icon: str, label: Words, total: int, task: Task) -> TaskGroup:
    """Return a group with the single task ``task``, which stands for ``total`` things.

    Without any it has no task.
    """
    return TaskGroup(key, label, icon, task.url, total, 0, [task] if total else [])


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return the actor's task groups of every app, without empty ones."""
    return [group for provider in TASK_GROUPS for group in provider(actor) if group.total]
