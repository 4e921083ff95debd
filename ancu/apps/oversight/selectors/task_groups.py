"""Oversight's tasks for an actor: alerts, visits, results to decide, and notices to approve."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast, Left
from django.template.defaultfilters import truncatechars
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.lodging.models import Establishment
from ancu.apps.oversight import rules
from ancu.apps.oversight.enums import WAITING, AlertState, NoticeState, Severity
from ancu.apps.oversight.models import Alert, Inspection, Notice, PlannedVisit
from ancu.apps.oversight.selectors import inbox, inspections, notices, planning, visible_to
from ancu.apps.oversight.selectors.short_titles import ABOUT_LODGINGS, short_title
from ancu.apps.places.models import name_in_sentence
from ancu.apps.stays.models import Stay
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import MAX_LISTED, Ask, Rows, Task, TaskGroup, first_of_each, task_group
from ancu.core.templatetags.ui import day_short

POSTPONE = "postpone-visits"  # act on several visits: services.several
REASON = 60  # characters of the reason for a visit, in its second line
TO_LOOK_INTO = ("notice_match", "silent", "too_many_guests")  # rules of which somebody is seen or called first


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return the actor's tasks: alerts, visits, results to decide, and notices to approve."""
    return list(_visible_groups(actor)) if rules.reads_alerts(actor) and actor.role in OFFICE_DECIDERS else []


def _visible_groups(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the groups of tasks that the actor's rights allow."""
    counts = inbox.counts(actor)
    to_decide, to_look_into = first_of_each(_waiting_alerts(actor, False), _waiting_alerts(actor, True))
    yield _alert_group(actor, counts, to_decide, look=False)
    yield _alert_group(actor, counts, to_look_into, look=True)
    kind = ("visits", _("Your inspections"), "pin", reverse("oversight:inspections"))
    yield task_group(*kind, _visits(actor, False), _visit_task, partial(_visits, actor, False), **_visit_traits())
    kind = ("results", _("Inspections without a result"), "pin", reverse("oversight:inspections"))
    results, to_approve = _undecided_results(actor), _notices_to_approve(actor)
    may_approve = rules.reads_notices(actor)
    undecided, proposed = first_of_each(results, to_approve) if may_approve else (None, None)
    traits: dict[str, Any] = {"asks": Ask.DECIDE, "act": _("Decide the result")}
    yield task_group(*kind, results, _result_task, first_rows=undecided, **traits)
    if may_approve:
        kind = ("notices", _("Lookout notices to approve"), "shield", reverse("oversight:notices"))
        act = _("Approve as second person")
        yield task_group(*kind, to_approve, _notice_task, first_rows=proposed, asks=Ask.SIGN, act=act)


def department_groups(actor: Actor) -> list[TaskGroup]:
    """Return the inspections that colleagues have planned or must decide, and the notices that the actor proposed."""
    visits = ("visits", _("Planned inspections"), "pin", reverse("oversight:inspections"))
    results = ("results", _("Inspections without a result"), "pin", reverse("oversight:inspections"))
    return [
        task_group(
            *visits, _visits(actor, True), _department_visit, partial(_visits, actor, True), **_visit_traits()
        ),
        task_group(
            *results, _undecided_results(actor, True), _result_task, asks=Ask.DECIDE, act=_("Decide the result")
        ),
        *waiting_groups(actor),
    ]  # fmt: skip


def _visit_traits() -> dict[str, Any]:
    """Return what visits ask; their page is a checklist that works without a connection and needs its whole width."""
    return {"asks": Ask.LOOK, "act": _("Carry out the inspection"), "has_preview": False}


def waiting_groups(actor: Actor) -> list[TaskGroup]:
    """Return the notices that the actor has proposed and a second person has not approved yet."""
    if not rules.reads_notices(actor):
        return []
    kind = ("notices-proposed", _("Notices you have proposed"), "shield", reverse("oversight:notices"))
    return [task_group(*kind, _proposed(actor), _notice_task, asks=Ask.SIGN, act=_("A second person approves"))]


@cached_query
def _proposed(actor: Actor) -> QuerySet[Notice, Any]:
    """Return the notices that the actor has proposed, as tuples for ``_notice_task``."""
    own = notices.visible_to(actor).filter(state=NoticeState.PROPOSED, proposed_by_id__in=actor.own_user_ids)
    return own.order_by("id").values_list("pk", "number", "issued_by", "proposed_at")


def _alert_group(actor: Actor, counts: inbox.AlertCounts, rows: Rows, *, look: bool) -> TaskGroup:
    """Return the group of the waiting alerts' tasks, the most severe first, with their number in all.

    ``rows`` are the first of them. ``look``: of the rules in ``TO_LOOK_INTO``, about which somebody is called or met
    first; else of the others.
    """

    def more(size: int, first: int) -> list[Task]:
        """Return the tasks of at most ``size`` waiting alerts, after skipping the ``first`` most severe."""
        return _alert_tasks(_waiting_alerts(actor, look).rows(size, first))

    total, high, late = (
        sum(number for rule, number in numbers.items() if (rule in TO_LOOK_INTO) is look)
        for numbers in (counts.by_rule, counts.high_by_rule, counts.late_by_rule)
    )
    is_working_day = rules.decide_by(clock.today(), Severity.HIGH) == clock.today()
    worst = _alert_tasks(rows[:MAX_LISTED])
    key, asks = ("alerts-look", Ask.LOOK) if look else ("alerts", Ask.DECIDE)
    label = _("Alerts to look into") if look else _("Alerts")
    return TaskGroup(
        key, label, "warn", reverse("oversight:inbox"), max(total, len(worst)), late, worst, more, pressing=late,
        due_today=high - late if is_working_day else 0, asks=asks, act=_("Conclude the alert"), names="alerts",
        high=high,
    )  # fmt: skip


@cached_query
def _waiting_alerts(actor: Actor, look: bool) -> QuerySet[Alert, Any]:
    """Return the waiting alerts as tuples for ``_alert_task``, the most severe and then the oldest first.

    ``look`` as in the group.
    """
    alerts = visible_to(actor).filter(state__in=sorted(WAITING)).order_by("-severity", "raised_at", "id")
    alerts = alerts.filter(rule__in=TO_LOOK_INTO) if look else alerts.exclude(rule__in=TO_LOOK_INTO)
    return alerts.annotate(facts=Cast("evidence", TextField())).values_list(
        "pk", "establishment_id", "state", "rule", "severity", "facts", "gone_at", "raised_at",
        "establishment__name", "unit__full_name", "stay__full_name", "stay__departed_on",
    )  # fmt: skip


@cached_query
def _visits(actor: Actor, of_all: bool, due_before: date | None = None) -> QuerySet[PlannedVisit, Any]:
    """Return (id, lodging, unit, day, reason, officer) of the open visits of the actor, or of all in the area.

    A reason is cut (``REASON``).
    """
    visits = planning.open_visits(actor)
    visits = visits if of_all else visits.filter(officer__in=actor.own_user_ids)
    visits = visits.filter(day__lt=due_before) if due_before else visits
    columns = ("pk", "establishment__name", "establishment__unit__full_name", "day")
    return visits.values_list(*columns, Left("reason", REASON), "officer__full_name")


@cached_query
def _undecided_results(actor: Actor, of_all: bool = False) -> QuerySet[Inspection, Any]:
    """Return (id, lodging, unit, beginning) of the inspections without a result: the actor's, or all of the area."""
    undecided = inspections.undecided(actor)
    undecided = undecided if of_all else undecided.filter(officer__in=actor.own_user_ids)
    return undecided.values_list("pk", "establishment__name", "establishment__unit__full_name", "began_at")


@cached_query
def _notices_to_approve(actor: Actor) -> QuerySet[Notice, Any]:
    """Return (id, number, issuer, time) of the proposed notices that the actor may approve, the oldest first."""
    proposed = notices.visible_to(actor).filter(state=NoticeState.PROPOSED)
    others = proposed.exclude(proposed_by_id__in=actor.conflicting_user_ids).order_by("id")
    return others.values_list("pk", "number", "issued_by", "proposed_at")


def _alert_tasks(rows: Rows) -> list[Task]:
    """Return the tasks of these rows of ``_waiting_alerts``."""
    answered = inbox.answered_of(row[:3] for row in rows)
    return [
        _alert_task(pk, _standing(state, pk in answered), f"{state}{'!' * (pk in answered)}", *rest)
        for pk, _lodging, state, *rest in rows
    ]


def _standing(state: str, has_answered: bool) -> str:
    """Say how far the lodging was asked."""
    if state != AlertState.LODGING_ASKED:
        return pgettext("alert", "no question sent yet")
    return pgettext("alert", "lodging answered") if has_answered else pgettext("alert", "question sent")


def _alert_task(
    pk: int, standing: str, stage: str, rule: str, severity: int, facts: str, gone_at: datetime | None,
    raised_at: datetime, place: str, unit: str, guest: str | None, departed_on: date | None,
) -> Task:  # fmt: skip
    """Return a task for an alert; a high one is due on its first day."""
    stay = Stay(full_name=guest, departed_on=departed_on) if guest else None
    alert = Alert(rule=rule, evidence=json.loads(facts), gone_at=gone_at, establishment=Establishment(name=place))
    alert.stay = stay
    where = [name_in_sentence(unit), standing]
    where = where if rule in ABOUT_LODGINGS else [place, *where]
    return Task(
        short_title(alert), reverse("oversight:alert", args=[pk]), ", ".join(where),
        rules.decide_by(clock.local(raised_at).date(), severity), act=_act_of(rule), since=raised_at,
        facts=(place, day_short(raised_at)), subject=pk, stage=stage,
    )  # fmt: skip


def _act_of(rule: str) -> str:
    """Return what an alert of this rule asks for; empty for its group's act."""
    return {
        "notice_match": _("See whether it is the same person"),
        "silent": _("Call, or plan an inspection"),
        "too_many_guests": _("Call, or plan an inspection"),
    }.get(rule, "")


def _visit_task(pk: int, place: str, unit: str, due: date, reason: str, _officer: str) -> Task:
    """Return a task for a planned visit, which can be moved to another day with others."""
    title = _("Inspection of %(place)s") % {"place": place}
    where = " · ".join(filter(None, [name_in_sentence(unit), truncatechars(reason.rstrip("."), REASON - 1)]))
    return Task(title, reverse("oversight:planned", args=[pk]), where, due, bulk=str(pk), acts=(POSTPONE,))


def _department_visit(*row: Any) -> Task:
    """Return a task for a visit that is planned for any officer, with the officer's name."""
    task, officer = _visit_task(*row), row[-1]
    return replace(task, second=f"{task.second}, {officer}")


def _result_task(pk: int, place: str, unit: str, began_at: datetime) -> Task:
    """Return a task to decide the result of an inspection."""
    title = _("Inspection of %(place)s on %(day)s: undeclared guests, no result")
    words = {"place": place, "day": day_short(clock.local(began_at).date())}
    return Task(title % words, reverse("oversight:inspection", args=[pk]), name_in_sentence(unit), since=began_at)


def _notice_task(pk: int, number: str, issued_by: str, proposed_at: datetime) -> Task:
    """Return a task to approve a notice."""
    second = _("proposed on %(day)s") % {"day": day_short(clock.local(proposed_at).date())}
    title = _("Lookout notice %(number)s of %(issuer)s") % {"number": number, "issuer": issued_by}
    return Task(title, reverse("oversight:notice", args=[pk]), second, since=proposed_at)
