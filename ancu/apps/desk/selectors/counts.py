"""How many tasks the actor has of each kind: the numbers of the navigation.

Counting costs what the task page costs. So the numbers are cached for a minute, the task page stores them anew, and a
page that finds none asks for them after it is drawn (``desk:counts``).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.core.cache import caches

from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.registry.task_groups import TaskGroup, task_groups

CACHE = caches["tasks"]
SECONDS = 60


class DeskCounts(NamedTuple):
    """The numbers of all tasks and of urgent ones, by the key of their group."""

    totals: dict[str, int]
    urgents: dict[str, int]

    @property
    def total(self) -> int:
        """The number of all tasks."""
        return sum(self.totals.values())

    def of(self, keys: Iterable[str]) -> int:
        """Return the number of the tasks of these groups."""
        return sum(self.totals.get(key, 0) for key in keys)

    def urgent(self, keys: Iterable[str]) -> int:
        """Return the number of the urgent tasks of these groups."""
        return sum(self.urgents.get(key, 0) for key in keys)


def cached_counts(actor: Actor) -> DeskCounts | None:
    """Return the actor's numbers of the last minute; None if nothing is cached."""
    stored = CACHE.get(_key(actor))
    return DeskCounts(*stored) if stored else None


def counts_of(groups: Sequence[TaskGroup]) -> DeskCounts:
    """Return the numbers of task groups."""
    return DeskCounts(
        {group.key: group.total for group in groups}, {group.key: group.urgent for group in groups if group.urgent}
    )


def store_counts(actor: Actor, groups: Sequence[TaskGroup]) -> None:
    """Cache the numbers of the actor's task groups; the same numbers are not written again within a minute."""
    counts = counts_of(groups)
    if cached_counts(actor) != counts:
        CACHE.set(_key(actor), tuple(counts), SECONDS)


def counted_groups(actor: Actor) -> list[TaskGroup]:
    """Return the actor's task groups; their numbers are cached."""
    groups = task_groups(actor)
    store_counts(actor, groups)
    return groups


def _key(actor: Actor) -> str:
    """Return the cache key of what the actor sees today: another membership or delegation has other tasks."""
    return f"{actor.user_id}:{actor.membership_id}:{actor.stands_for or 0}:{clock.today():%Y%m%d}"
