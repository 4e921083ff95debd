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
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import Task, TaskGroup, task_group
from ancu.core.templatetags.ui import counted


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return the actor's reporting tasks: figures to approve, and own figures that were sent back."""
    return list(_visible_groups(actor))


def _visible_groups(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the groups of tasks that the actor's role has."""
    if access.may_approve(actor):
        page = reverse("reporting:approvals")
        yield task_group(
            "figures",
            _("Figures to approve"),
            "check",
            page,
            _proposed(actor),
            partial(_task, page),
            _proposed(actor, late=True),
        )
    if access.may_enter(actor):
        sheet = reverse("reporting:sheet")
        sent_back, late = _sent_back(actor), _sent_back(actor, late=True)
        yield task_group(
            "figures-back", _("Figures returned to you"), "edit", sheet, sent_back, partial(_task, sheet), late
        )


@cached_query
def _proposed(actor: Actor, late: bool = False) -> QuerySet[Figure, Any]:
    """Return the sheets with figures to approve, except figures the actor entered; ``late``: only overdue ones."""
    figures = visible_to(actor).filter(state=FigureState.PROPOSED).exclude(entered_by__in=actor.conflicting_user_ids)
    return _by_sheet(figures, late=late)


@cached_query
def _sent_back(actor: Actor, late: bool = False) -> QuerySet[Figure, Any]:
    """Return the sheets with refused figures of the actor that nobody has replaced; ``late``: only overdue ones."""
    later = Figure.objects.filter(
        period=OuterRef("period"), indicator=OuterRef("indicator"), unit=OuterRef("unit"), number__gt=OuterRef("number")
    )
    return _by_sheet(
        visible_to(actor).filter(~Exists(later), state=FigureState.REFUSED, entered_by__in=actor.own_user_ids),
        late=late,
    )


def _by_sheet(figures: QuerySet[Figure], *, late: bool) -> QuerySet[Figure, Any]:
    """Group figures into one row for each unit and month, the oldest first.

    ``late``: only months whose report is overdue.
    """
    if late:
        figures = figures.filter(period__last_day__lt=overdue_before(clock.today()))
    sheets = figures.order_by().values_list("unit", "unit__full_name", "period__kind", "period__first_day")
    return sheets.annotate(Count("pk")).order_by("period__first_day", "unit")


def _task(page: str, unit: int, name: str, kind: str, first_day: date, number: int) -> Task:
    """Return a task for a unit's sheet; it is due when the month's report is due."""
    month = span(kind, first_day)
    text = counted("%(n)s figure", "%(n)s figures", number)
    return Task(f"{name}, {month.first_day:%m/%Y}", f"{page}?unit={unit}&period={month.key}", text, month.due_on)
