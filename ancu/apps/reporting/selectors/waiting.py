"""What of figures waits: those to approve, unit by unit and month by month, and those that came back."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.reporting.enums import State
from ancu.apps.reporting.models import Figure
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.rules.periods import span
from ancu.apps.reporting.selectors.figures import visible_to
from ancu.core.actor import Actor
from ancu.core.templatetags.ui import counted
from ancu.core.waiting import Pile, Task, pile

SHEET = ("unit", "unit__full_name", "period__kind", "period__first_day")


def waits(actor: Actor) -> list[Pile]:
    return list(_piles(actor))


def _piles(actor: Actor) -> Iterator[Pile]:
    page = reverse("reporting:approvals")
    if access.may_approve(actor):
        proposed = visible_to(actor).filter(state=State.PROPOSED).exclude(entered_by__in=actor.one_hand)
        yield pile(_("Figures to approve"), "check", page, _by_sheet(proposed), lambda row: _task(row, page))
    if access.may_enter(actor):
        later = Figure.objects.filter(
            period=OuterRef("period"), indicator=OuterRef("indicator"), unit=OuterRef("unit"),
            number__gt=OuterRef("number"),
        )  # fmt: skip
        back = visible_to(actor).filter(~Exists(later), state=State.REFUSED, entered_by__in=actor.hands)
        sheet = reverse("reporting:sheet")
        yield pile(_("Figures sent back to you"), "edit", sheet, _by_sheet(back), lambda row: _task(row, sheet))


def _by_sheet(found: QuerySet[Figure]) -> QuerySet[Any]:
    """One row for each unit and month; the oldest month first."""
    rows: QuerySet[Any] = found.order_by().values(*SHEET).annotate(n=Count("pk"))
    return rows.order_by("period__first_day", "unit")


def _task(row: dict[str, Any], page: str) -> Task:
    """Due with the report of the month."""
    month = span(row["period__kind"], row["period__first_day"])
    said = counted("%(n)s figure", "%(n)s figures", row["n"])
    title = f"{row['unit__full_name']}, {month.first_day:%m/%Y}"
    return Task(title, f"{page}?unit={row['unit']}&period={month.key}", said, month.due_on)
