"""Oversight's tasks for an actor: alerts, visits, results to decide, and notices without names."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.oversight import rules
from ancu.apps.oversight.enums import WAITING, NoticeState, Severity
from ancu.apps.oversight.models import Alert, Inspection, Notice, PlannedVisit
from ancu.apps.oversight.selectors import inbox, inspections, notices, planning, visible_to
from ancu.apps.oversight.selectors.words import title_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import MAX_LISTED, Task, TaskGroup, task_group
from ancu.core.templatetags.ui import day


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return the actor's tasks: alerts, visits, results to decide, and notices to approve, without names."""
    return list(_visible_groups(actor)) if rules.reads_alerts(actor) and actor.role in OFFICE_DECIDERS else []


def _visible_groups(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the groups of tasks that the actor's rights allow."""
    yield _alert_group(actor)
    kind = ("visits", _("Your inspections"), "pin", reverse("oversight:inspections"))
    yield task_group(*kind, _own_visits(actor), _visit_task, _own_visits(actor, late=True))
    kind = ("results", _("Inspections without a result"), "pin", reverse("oversight:inspections"))
    yield task_group(*kind, _undecided_results(actor), _result_task)
    if rules.reads_notices(actor):
        yield task_group(
            "notices",
            _("Lookout notices to approve"),
            "shield",
            reverse("oversight:notices"),
            _notices_to_approve(actor),
            _notice_task,
        )


def _alert_group(actor: Actor) -> TaskGroup:
    """Return the group of the waiting alerts' tasks, the most severe first, with their number in all."""

    def more(size: int, first: int) -> list[Task]:
        """Return the tasks of at most ``size`` waiting alerts, after skipping the ``first`` most severe."""
        return [_alert_task(*row) for row in _waiting_alerts(actor).rows(size, first)]

    worst = more(MAX_LISTED, 0)
    total = max(inbox.counts(actor).total, len(worst))
    return TaskGroup("alerts", _("Alerts"), "warn", reverse("oversight:inbox"), total, 0, worst, more)


@cached_query
def _waiting_alerts(actor: Actor) -> QuerySet[Alert, Any]:
    """Return (id, rule, severity, lodging's name) of the waiting alerts, the most severe first."""
    alerts = visible_to(actor).filter(state__in=sorted(WAITING)).order_by("-severity", "-id")
    return alerts.values_list("pk", "rule", "severity", "establishment__name")


@cached_query
def _own_visits(actor: Actor, late: bool = False) -> QuerySet[PlannedVisit, Any]:
    """Return (id, lodging's name, day) of open visits planned for the actor; ``late``: only past ones."""
    visits = planning.open_visits(actor).filter(officer__in=actor.own_user_ids)
    visits = visits.filter(day__lt=clock.today()) if late else visits
    return visits.values_list("pk", "establishment__name", "day")


@cached_query
def _undecided_results(actor: Actor) -> QuerySet[Inspection, Any]:
    """Return (id, lodging's name, beginning) of the actor's inspections whose result must still be decided."""
    mine = inspections.undecided(actor).filter(officer__in=actor.own_user_ids)
    return mine.values_list("pk", "establishment__name", "began_at")


@cached_query
def _notices_to_approve(actor: Actor) -> QuerySet[Notice, Any]:
    """Return the ids, as tuples, of the proposed notices that the actor may approve, the oldest first."""
    proposed = notices.visible_to(actor).filter(state=NoticeState.PROPOSED)
    return proposed.exclude(proposed_by_id__in=actor.conflicting_user_ids).order_by("id").values_list("pk")


def _alert_task(pk: int, rule: str, severity: int, place: str) -> Task:
    """Return a task for an alert; urgent for high severity."""
    return Task(title_of(rule), reverse("oversight:alert", args=[pk]), place, grave=severity >= Severity.HIGH)


def _visit_task(pk: int, place: str, due: date) -> Task:
    """Return a task for a planned visit."""
    return Task(place, reverse("oversight:planned", args=[pk]), _("Inspection"), due)


def _result_task(pk: int, place: str, began_at: datetime) -> Task:
    """Return a task to decide the result of an inspection."""
    return Task(place, reverse("oversight:inspection", args=[pk]), day(clock.local(began_at).date()))


def _notice_task(pk: int) -> Task:
    """Return a task to approve a notice."""
    return Task(_("Lookout notice no. %(number)s") % {"number": pk}, reverse("oversight:notice", args=[pk]))
