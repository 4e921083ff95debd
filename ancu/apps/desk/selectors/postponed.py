"""Which tasks an officer has postponed: they leave the officer's own list until their day."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet

from ancu.apps.desk.models import PostponedTask
from ancu.apps.desk.rules import may_postpone_tasks, refusal_to_postpone
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import MANY, MAX_LISTED, Task, TaskGroup, listed_group, task_groups

TaskKey = tuple[str, str]  # of its group, and its own


class PostponedUntil(NamedTuple):
    """Until when a task is postponed, its stage at that time, and who has postponed it."""

    stage: str
    until: date
    who: str = ""


class OwnGroups(NamedTuple):
    """The actor's task groups without postponed tasks, those of the postponed ones, and until when they are."""

    groups: list[TaskGroup]
    postponed: list[TaskGroup]
    until_by_task: Mapping[TaskKey, PostponedUntil]


def postponed_by(actor: Actor) -> QuerySet[PostponedTask]:
    """Return what the actor has postponed in the present organisation."""
    own = PostponedTask.objects.filter(user_id=actor.user_id or 0)
    return own.filter(organisation_id=actor.organisation_id) if actor.organisation_id else own.none()


def own_groups(actor: Actor) -> OwnGroups:
    """Return the actor's task groups, those with postponed tasks apart."""
    groups = task_groups(actor)
    rows = _own_rows(actor).rows() if may_postpone_tasks(actor) else []
    if not rows:
        return OwnGroups(groups, [], {})
    until_by_task = {(group, task): PostponedUntil(*rest) for group, task, *rest in rows}
    parted = [_parted(group, until_by_task) for group in groups]
    return OwnGroups(
        [group for group, _hidden in parted if group.total],
        [_postponed_group(group, hidden) for group, hidden in parted if hidden],
        until_by_task,
    )


def postponed_in_agency(actor: Actor) -> Mapping[TaskKey, PostponedUntil]:
    """Return until when the officers of the actor's agency have postponed tasks, with the officer's name."""
    return {(group, task): PostponedUntil(*rest) for group, task, *rest in _agency_rows(actor).rows()}


def is_postponed(task: Task, group: TaskGroup, until_by_task: Mapping[TaskKey, PostponedUntil]) -> bool:
    """Whether the task is postponed and may still be: nothing about it has changed, and it does not press."""
    row = until_by_task.get((group.key, task.key))
    return row is not None and row.stage == task.stage and not refusal_to_postpone(task, group, row.until)


@cached_query
def _own_rows(actor: Actor) -> QuerySet[PostponedTask, Any]:
    """Return (group, task, stage, until) of the tasks that the actor has postponed beyond today."""
    return postponed_by(actor).filter(until__gt=clock.today()).values_list("group", "task", "stage", "until")


@cached_query
def _agency_rows(actor: Actor) -> QuerySet[PostponedTask, Any]:
    """Return (group, task, stage, until, officer) of the tasks that the agency's officers have postponed."""
    rows = PostponedTask.objects.filter(organisation_id=actor.organisation_id or 0, until__gt=clock.today())
    return rows.order_by("-until", "-pk").values_list("group", "task", "stage", "until", "user__full_name")


def _parted(
    group: TaskGroup, until_by_task: Mapping[TaskKey, PostponedUntil]
) -> tuple[TaskGroup, Sequence[Task]]:  # fmt: skip
    """Return the group without its postponed tasks, and these; only the first ``MANY`` are looked through."""
    if group.more is None or not any(key == group.key for key, _task in until_by_task):
        return group, []
    tasks = group.more(MANY, 0) if group.is_cut else group.tasks
    hidden: list[Task] = []
    visible: list[Task] = []
    for task in tasks:
        (hidden if is_postponed(task, group, until_by_task) else visible).append(task)
    more, is_complete = group.more, len(tasks) >= group.total

    def visible_more(size: int, first: int) -> Sequence[Task]:
        """Return ``size`` of the visible tasks, from number ``first`` (0) on."""
        rows = visible[first : first + size]
        if is_complete or len(rows) == size:
            return rows
        return [*rows, *more(size - len(rows), max(first, len(visible)) + len(hidden))]

    total = group.total if group.total > MANY else group.total - len(hidden)
    return replace(group, tasks=visible[:MAX_LISTED], total=total, more=visible_more), hidden


def _postponed_group(group: TaskGroup, hidden: Sequence[Task]) -> TaskGroup:
    """Return the group of the postponed tasks of a group."""
    traits: dict[str, Any] = {
        "asks": group.asks, "act": group.act, "names": group.names, "has_preview": group.has_preview
    }  # fmt: skip
    return listed_group(group.key, group.label, group.icon, group.url, hidden, **traits)
