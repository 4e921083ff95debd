"""Rows of tasks as cells for ``{% each %}``."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.desk.selectors import DeskRow
from ancu.core.templatetags.ui import chip, day, day_short, icon

register = template.Library()


@register.filter
def task_cells(rows: Iterable[DeskRow]) -> Iterator[dict[str, Any]]:
    """The task, its group and due date."""
    for row in rows:
        task, kind = row.task, row.group.label
        yield {
            "address": task.url,
            "icon": icon(row.group.icon),
            "title": capfirst(str(task.title)),
            "second": f"{kind} · {task.second}" if task.second else kind,
            "until": _until(row),
        }


def _until(row: DeskRow) -> SafeString:
    """A chip for grave tasks unless overdue, and for due dates; none without a date."""
    due = row.task.due
    if row.late:
        return chip(_("late: was due %(day)s") % {"day": day(due)}, "bad")
    if row.task.grave:
        return chip(pgettext("task", "urgent"), "bad")
    return chip(_("due %(day)s") % {"day": day_short(due)}, "warn" if row.soon else "mute") if due else SafeString("")
