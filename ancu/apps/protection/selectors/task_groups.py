"""Tasks: copies to check and approve, breaches to notify and close."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.accounts.enums import Role
from ancu.apps.protection.enums import CopyState
from ancu.apps.protection.models import Breach, CopyRequest
from ancu.apps.protection.rules import breaches as breach_rules
from ancu.apps.protection.rules import copies as rules
from ancu.apps.protection.selectors import copies
from ancu.apps.protection.selectors.breaches import display_moment, open_breaches
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import Ask, Task, TaskGroup, listed_group, task_group


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return the actor's task groups: open breaches, and copies of personal data to check and approve."""
    return list(_visible_groups(actor))


def _visible_groups(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the task groups of breaches and of copies, each only for actors who handle these."""
    if breach_rules.keeps_breaches(actor):
        tasks = [_breach_task(breach) for breach in open_breaches()]
        traits: dict[str, Any] = {"asks": Ask.DECIDE, "act": _("Notify and close")}
        yield listed_group("breaches", _("Data breaches"), "warn", reverse("protection:breaches"), tasks, **traits)
    if rules.handles_copies(actor):
        kind = ("copies", _("Copies of personal data"), "file", reverse("protection:copies"))
        due = partial(_copies_to_handle, actor)
        yield task_group(*kind, _copies_to_handle(actor), _copy_task, due, asks=Ask.SIGN, names="copies")


@cached_query
def _copies_to_handle(actor: Actor, due_before: date | None = None) -> QuerySet[CopyRequest, object]:
    """Return (reference, state, due day) of requests for copies to check, by due day.

    An approving officer also gets prepared copies that another officer checked.
    """
    to_handle = Q(state=CopyState.TO_CHECK)
    if actor.role == Role.APPROVING_OFFICER:
        mine = Q(checked_by__in=actor.conflicting_user_ids) | Q(identified_by__in=actor.conflicting_user_ids)
        to_handle |= Q(state=CopyState.PREPARED) & ~mine
    waiting = copies.visible_to(actor).filter(to_handle).order_by("due_on", "id")
    waiting = waiting.filter(due_on__lt=due_before) if due_before else waiting
    return waiting.values_list("pk", "reference", "state", "full_name", "user__full_name", "due_on")


def _copy_task(pk: int, reference: str, state: str, guest: str, user: str | None, due_on: date) -> Task:
    """Return a task to check or approve a copy."""
    title = _("%(name)s asks for a copy of their data") % {"name": guest or user or reference}
    act = _("Approve as second person") if state == CopyState.PREPARED else _("Check and prepare")
    url, second = reverse("protection:copy", args=[reference]), CopyState(state).label
    return Task(title, url, second, due_on, act=act, facts=(reference,), code=reference, subject=pk)


def _breach_task(breach: Breach) -> Task:
    """Return a task about a breach: urgent with its deadline until the authority is notified, then to be closed."""
    title = _("Breach %(number)s") % {"number": breach}
    url = reverse("protection:breach", args=[breach.pk])
    if not breach_rules.is_running(breach):
        return Task(title, url, breach.get_state_display())
    deadline = breach_rules.deadline(breach)
    second = _("notify the authority by %(moment)s") % {"moment": display_moment(deadline)}
    return Task(title, url, second, clock.local(deadline).date(), grave=True)
