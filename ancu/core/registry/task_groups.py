"""What waits for a person: each app offers its own (``core.registry.hooks``, ``waits``), and one list holds them all.

``waits(actor) → list[Pile]``. An app asks its own predicates and selectors, gives at most ``SHOWN`` tasks of each kind
in a number of queries that does not grow with them, and says how many there are in all and how many are late. The desk
opens every kind to its last task, so that a number and the list behind it are of one query. What an app asks is worded
once for each actor (``core.db.cached_queries``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise

from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import Question
from ancu.core.registry.hooks import offered

SHOWN = 12  # of one kind; its own page has the rest
MANY = 1000  # beyond this a count says "more than"
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Task:
    """One thing somebody must do. ``due`` is the last day for it; ``grave`` ones come first, whatever their day."""

    title: Words
    url: str
    second: Words = ""
    due: date | None = None
    grave: bool = False

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < clock.today()


Slice = Callable[[int, int], Sequence[Task]]  # of how many, from which on


@dataclass(frozen=True, slots=True)
class Pile:
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
        """Whether the desk opens this kind to its last task. (A template would call ``more``.)"""
        return self.more is not None


def pile(
    key: str, label: Words, icon: str, url: str, asked: Question, task: Callable[..., Task],
    late: Question | None = None,
) -> Pile:  # fmt: skip
    """Of what is asked for in order the first ``SHOWN``, each row given to ``task``. All are counted only when there
    are more, and never beyond ``MANY``; of those, ``late`` are the ones whose day is past."""

    def more(size: int, first: int) -> list[Task]:
        return [task(*row) for row in asked.rows(size, first)]

    tasks = more(SHOWN + 1, 0)
    if len(tasks) <= SHOWN:
        return listed(key, label, icon, url, tasks)
    overdue = late.number(MANY + 1) if late else 0
    return Pile(key, label, icon, url, asked.number(MANY + 1), overdue, tasks[:SHOWN], more)


def listed(key: str, label: Words, icon: str, url: str, tasks: Sequence[Task]) -> Pile:
    """Tasks that are all at hand."""

    def more(size: int, first: int) -> Sequence[Task]:
        return tasks[first : first + size]

    return Pile(key, label, icon, url, len(tasks), sum(task.is_late for task in tasks), tasks[:SHOWN], more)


def summed(key: str, icon: str, label: Words, total: int, task: Task) -> Pile:
    """So many things that one task tells of together; its address lists them."""
    return Pile(key, label, icon, task.url, total, 0, [task] if total else [])


def piles(actor: Actor) -> list[Pile]:
    """What waits for the actor in every app; kinds of which nothing waits are left out."""
    return [pile for ask in offered("waits") for pile in ask(actor) if pile.total]
