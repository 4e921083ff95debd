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


def waits(actor: Actor) -> list[TaskGroup]:
    return list(_waits(actor)) if rules.reads_alerts(actor) and actor.role in OFFICE_DECIDERS else []


def _waits(actor: Actor) -> Iterator[TaskGroup]:
    yield _alerts(actor)
    kind = ("visits", _("Your inspections"), "pin", reverse("oversight:inspections"))
    yield task_group(*kind, _visits(actor), _visit, _visits(actor, late=True))
    kind = ("results", _("Inspections without a result"), "pin", reverse("oversight:inspections"))
    yield task_group(*kind, _undecided(actor), _result)
    if rules.reads_notices(actor):
        yield task_group(
            "notices",
            _("Lookout notices to approve"),
            "shield",
            reverse("oversight:notices"),
            _proposed(actor),
            _notice,
        )


def _alerts(actor: Actor) -> TaskGroup:
    """Most severe alerts first. The total comes from a maintained counter."""

    def more(size: int, first: int) -> list[Task]:
        return [_alert(*row) for row in _worst(actor).rows(size, first)]

    worst = more(MAX_LISTED, 0)
    total = max(inbox.counts(actor).total, len(worst))
    return TaskGroup("alerts", _("Alerts"), "warn", reverse("oversight:inbox"), total, 0, worst, more)


@cached_query
def _worst(actor: Actor) -> QuerySet[Alert, Any]:
    alerts = visible_to(actor).filter(state__in=sorted(WAITING)).order_by("-severity", "-id")
    return alerts.values_list("pk", "rule", "severity", "establishment__name")


@cached_query
def _visits(actor: Actor, late: bool = False) -> QuerySet[PlannedVisit, Any]:
    visits = planning.open_visits(actor).filter(officer__in=actor.own_user_ids)
    visits = visits.filter(day__lt=clock.today()) if late else visits
    return visits.values_list("pk", "establishment__name", "day")


@cached_query
def _undecided(actor: Actor) -> QuerySet[Inspection, Any]:
    mine = inspections.undecided(actor).filter(officer__in=actor.own_user_ids)
    return mine.values_list("pk", "establishment__name", "began_at")


@cached_query
def _proposed(actor: Actor) -> QuerySet[Notice, Any]:
    proposed = notices.visible_to(actor).filter(state=NoticeState.PROPOSED)
    return proposed.exclude(proposed_by_id__in=actor.conflicting_user_ids).order_by("id").values_list("pk")


def _alert(pk: int, rule: str, severity: int, place: str) -> Task:
    return Task(title_of(rule), reverse("oversight:alert", args=[pk]), place, grave=severity >= Severity.HIGH)


def _visit(pk: int, place: str, due: date) -> Task:
    return Task(place, reverse("oversight:planned", args=[pk]), _("Inspection"), due)


def _result(pk: int, place: str, began_at: datetime) -> Task:
    return Task(place, reverse("oversight:inspection", args=[pk]), day(clock.local(began_at).date()))


def _notice(pk: int) -> Task:
    return Task(_("Lookout notice no. %(number)s") % {"number": pk}, reverse("oversight:notice", args=[pk]))
