"""Reporting tasks: figures to approve and figures sent back."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.reporting.enums import FigureState
from ancu.apps.reporting.models import Figure
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.rules.periods import overdue_before, span
from ancu.apps.reporting.selectors.figures import visible_to
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import Ask, Task, TaskGroup, task_group
from ancu.core.templatetags.ui import counted, day_short


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return the actor's reporting tasks: figures to approve, and own figures that were sent back."""
    return list(_visible_groups(actor))


def _visible_groups(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the groups of tasks that the actor's role has: figures to approve, and own figures sent back."""
    if access.may_approve(actor):
        page = reverse("reporting:approvals")
        kind, task = ("figures", _("Figures to approve"), "check", page), partial(_task, page)
        traits: dict[str, Any] = {"asks": Ask.SIGN, "act": _("Approve as second person")}
        yield task_group(*kind, _proposed(actor), task, partial(_proposed, actor), **traits)
    if access.may_enter(actor):
        sheet = reverse("reporting:sheet")
        kind, task = ("figures-back", _("Figures returned to you"), "edit", sheet), partial(_task, sheet)
        traits = {"asks": Ask.ANSWER, "act": _("Correct and send again")}
        yield task_group(*kind, _sent_back(actor), task, partial(_sent_back, actor), **traits)


def waiting_groups(actor: Actor) -> list[TaskGroup]:
    """Return the figures that the actor has entered and nobody has approved yet."""
    if not access.may_enter(actor):
        return []
    page = reverse("reporting:approvals")
    kind = ("figures-entered", _("Figures you have entered"), "check", page)
    traits: dict[str, Any] = {"asks": Ask.SIGN, "act": _("A second person approves")}
    return [task_group(*kind, _entered(actor), partial(_task, page), **traits)]


@cached_query
def _entered(actor: Actor) -> QuerySet[Figure, Any]:
    """Return the sheets with figures that the actor has entered and nobody has approved yet."""
    own = visible_to(actor).filter(state=FigureState.PROPOSED, entered_by__in=actor.own_user_ids)
    return _by_sheet(own)


@cached_query
def _proposed(actor: Actor, due_before: date | None = None) -> QuerySet[Figure, Any]:
    """Return the sheets with pending figures that another officer entered.

    A sheet is (unit id, unit's name, kind of period, first day, number of figures).
    """
    figures = visible_to(actor).filter(state=FigureState.PROPOSED).exclude(entered_by__in=actor.conflicting_user_ids)
    return _by_sheet(figures, due_before)


@cached_query
def _sent_back(actor: Actor, due_before: date | None = None) -> QuerySet[Figure, Any]:
    """Return the sheets with refused figures of the actor that nobody has replaced.

    Sheets are tuples as in ``_proposed``.
    """
    later = Figure.objects.filter(
        period=OuterRef("period"), indicator=OuterRef("indicator"), unit=OuterRef("unit"), number__gt=OuterRef("number")
    )
    return _by_sheet(
        visible_to(actor).filter(~Exists(later), state=FigureState.REFUSED, entered_by__in=actor.own_user_ids),
        due_before,
    )


def _by_sheet(figures: QuerySet[Figure], due_before: date | None = None) -> QuerySet[Figure, Any]:
    """Return (unit id, name, kind of period, first day, number of figures) for each unit and month, oldest first.

    ``due_before`` selects the months whose report is due before a day.
    """
    if due_before:
        figures = figures.filter(period__last_day__lt=overdue_before(due_before))
    sheets = figures.order_by().values_list("unit", "unit__full_name", "period__kind", "period__first_day")
    return sheets.annotate(Count("pk")).order_by("period__first_day", "unit")


def _task(page: str, unit: int, name: str, kind: str, first_day: date, number: int) -> Task:
    """Return the task for a unit's figures of a month, due when the month's report is due.

    ``page`` is the address that the task leads to, ``number`` how many figures there are.
    """
    month = span(kind, first_day)
    title = counted(
        "%(n)s figure of %(month)s, %(unit)s", "%(n)s figures of %(month)s, %(unit)s", number,
        month=f"{month.first_day:%m/%Y}", unit=name,
    )  # fmt: skip
    due = _("report due on %(day)s") % {"day": day_short(month.due_on)}
    return Task(title, f"{page}?unit={unit}&period={month.key}", due, month.due_on)
