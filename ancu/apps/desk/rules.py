"""Predicates: which tasks an officer may postpone, and until when."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.registry.task_groups import Task, TaskGroup
from ancu.core.templatetags.ui import day_short

MOST_DAYS = 30  # ahead, for tasks without a last day


def may_postpone_tasks(actor: Actor) -> bool:
    """Whether the actor may postpone own tasks: officers may."""
    return actor.is_agency and actor.user_id is not None


def last_postponed_day(task: Task) -> date:
    """Return the last day until which the task can be postponed: never beyond its own last day."""
    most = clock.today() + timedelta(days=MOST_DAYS)
    return min(task.due, most) if task.due else most


def refusal_to_postpone(task: Task, group: TaskGroup, until: date | None = None) -> str:
    """Return why the task may not be postponed until this day, or until any day (None); "" if it may.

    An urgent or overdue task never, nor one that is due today.
    """
    if task.grave:
        return _("An urgent task cannot be postponed.")
    if task.is_late:
        return _("An overdue task cannot be postponed.")
    if task.is_due_today:
        return _("A task that is due today cannot be postponed.")
    if not group.has_pages:
        return _("This task stands for several and cannot be postponed.")
    return _refusal_of_day(task, until) if until else ""


def _refusal_of_day(task: Task, until: date) -> str:
    """Return why the task may not be postponed until this day; "" if it may."""
    if until <= clock.today():
        return _("Choose a day after today.")
    if task.due and until > task.due:
        return _("“%(task)s” is due on %(day)s: postpone it to that day at most.") % {
            "task": task.title, "day": day_short(task.due),
        }  # fmt: skip
    if until > last_postponed_day(task):
        return _("A task can be postponed by %(days)s days at most.") % {"days": MOST_DAYS}
    return ""
