"""How many tasks the actor has of each kind, and on the other tabs of the task page: the numbers of the navigation.

Counting costs what the task page costs. So the numbers are cached for a minute, the task page stores its own anew, and
a page that finds none asks for them after it is drawn (``task-counts``). The numbers of the other tabs are counted only
for pages that draw these tabs.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.core.cache import caches

from ancu.apps.audit.selectors import number_of_acts_today
from ancu.apps.desk.selectors.postponed import PostponedUntil, TaskKey, own_groups
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.registry.task_groups import (
    TaskGroup,
    department_groups,
    may_see_department,
    waiting_groups,
)

CACHE = caches["tasks"]
SECONDS = 60


class DeskCounts(NamedTuple):
    """The numbers of all tasks and of those of high severity by the key of their group, and the pressing groups.

    ``pressing`` are the keys of the groups with a task that is urgent, overdue or due today. ``tabs`` are the numbers
    of the other tabs by the name of their address; they count until ``tabs_until``, a time in seconds.
    """

    totals: dict[str, int]
    highs: dict[str, int]
    pressing: frozenset[str] = frozenset()
    tabs: dict[str, int] = {}
    tabs_until: float = 0

    @property
    def total(self) -> int:
        """The number of all tasks."""
        return sum(self.totals.values())

    @property
    def has_tabs(self) -> bool:
        """Whether the numbers of the other tabs are those of the last minute."""
        return self.tabs_until > clock.now().timestamp()

    def of(self, keys: Iterable[str]) -> int:
        """Return the number of the tasks of these groups."""
        return sum(self.totals.get(key, 0) for key in keys)

    def high(self, keys: Iterable[str]) -> int:
        """Return the number of the tasks of high severity of these groups."""
        return sum(self.highs.get(key, 0) for key in keys)

    def is_pressing(self, keys: Iterable[str]) -> bool:
        """Whether a task of these groups is urgent, overdue or due today."""
        return not self.pressing.isdisjoint(keys)


def cached_counts(actor: Actor) -> DeskCounts | None:
    """Return the actor's numbers of the last minute; None if nothing is cached."""
    stored = CACHE.get(_key(actor))
    return DeskCounts(*stored) if stored else None


def counts_of(groups: Sequence[TaskGroup]) -> DeskCounts:
    """Return the numbers of task groups."""
    return DeskCounts(
        {group.key: group.total for group in groups},
        {group.key: group.high for group in groups if group.high},
        frozenset(group.key for group in groups if group.pressing or group.due_today),
    )


class CountedGroups(NamedTuple):
    """Task groups with their numbers, and the groups of the tasks that the actor has postponed (``OwnGroups``)."""

    groups: list[TaskGroup]
    counts: DeskCounts
    postponed: Sequence[TaskGroup] = ()
    until_by_task: Mapping[TaskKey, PostponedUntil] = {}


def counted_groups(actor: Actor) -> CountedGroups:
    """Return the actor's task groups and their numbers, with those of the other tabs as far as they are cached.

    The same numbers are not written again within a minute.
    """
    (groups, postponed, until_by_task), cached = own_groups(actor), cached_counts(actor)
    counts = counts_of(groups)
    if cached is not None:
        counts = counts._replace(tabs=cached.tabs, tabs_until=cached.tabs_until)
    if cached != counts:
        CACHE.set(_key(actor), tuple(counts), SECONDS)
    return CountedGroups(groups, counts, postponed, until_by_task)


def counted_tabs(actor: Actor) -> DeskCounts:
    """Return the actor's numbers with those of the other tabs; those of the last minute are not counted anew."""
    counts = cached_counts(actor) or counted_groups(actor).counts
    if counts.has_tabs:
        return counts
    counts = counts._replace(tabs=_tab_numbers(actor), tabs_until=clock.now().timestamp() + SECONDS)
    CACHE.set(_key(actor), tuple(counts), SECONDS)
    return counts


def _tab_numbers(actor: Actor) -> dict[str, int]:
    """Return how much each other tab lists, by what the tabs' own pages ask."""
    numbers = {
        "desk:waiting": sum(group.total for group in waiting_groups(actor)),
        "desk:done": number_of_acts_today(actor),
    }
    if may_see_department(actor):
        numbers["desk:department"] = sum(group.total for group in department_groups(actor))
    return numbers


def _key(actor: Actor) -> str:
    """Return the cache key of what the actor sees today: another membership or delegation has other tasks."""
    return f"{actor.user_id}:{actor.membership_id}:{actor.stands_for or 0}:{clock.today():%Y%m%d}"
