"""How a task says when it is due, and a number of tasks how large it is."""

from datetime import timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.desk.enums import TONES
from ancu.apps.desk.selectors.tasks import DeskRow
from ancu.core.registry.task_groups import MANY
from ancu.core.templatetags.ui import counted, day_short, weekday
from ancu.core.templatetags.ui import number as plain_number

register = template.Library()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@register.filter
def task_number(number: int) -> str:
    """Return a number of tasks as text; what is counted no further is "1.000+" (``task_groups.MANY``)."""
    return f"{plain_number(MANY)}+" if number > MANY else str(plain_number(number))


@register.filter
def tone(show: str) -> str:
    """Return the tone of numbers and chips of the tasks of a day (a value of ``Show``)."""
    return TONES[show]


@register.simple_tag
def due_chip(row: DeskRow, is_complete: bool = False) -> SafeString:
    """Return the chip of a task's day: days late, the age of an urgent one, today, a weekday within a week, a date.

    A task without a last day says since when it waits; if that is not known either, ``is_complete`` says so. The text
    begins small, because a time is no state.
    """
    text = _until_words(row) or _due_words(row) or (pgettext("task", "no due date") if is_complete else "")
    return format_html('<span class="chip chip-{} num">{}</span>', row.tone, text) if text else SafeString("")


def _until_words(row: DeskRow) -> str:
    """Return until when a task is postponed; "" if it is not, or if another officer has postponed it."""
    if row.postponed is None or row.postponed.who:
        return ""
    return pgettext("task", "until %(day)s") % {"day": day_short(row.postponed.until)}


def _due_words(row: DeskRow) -> str:
    """Return when a task is due, or how long it waits; "" if neither is known."""
    task = row.task
    if task.is_late:
        return counted("%(n)s day late", "%(n)s days late", row.days_late)
    if task.grave:
        return _urgent_words(row)
    if task.due is None:
        return _("since %(day)s") % {"day": day_short(row.began_on)} if row.began_on else ""
    if task.is_due_today:
        return _("today")
    return weekday(task.due) if row.is_this_week else day_short(task.due)


def _urgent_words(row: DeskRow) -> str:
    """Return the age of an urgent task, which screen readers call urgent; without an age the word alone."""
    urgent = pgettext("task", "urgent")
    if row.task.since is None:
        return urgent
    return format_html('<span class="visually-hidden">{}, </span>{}', urgent, _age(row))


def _age(row: DeskRow) -> str:
    """Return the age of a task as text: in minutes below an hour, in hours below a day, else in days."""
    age = row.age
    if age >= DAY or row.began_on == row.task.since:
        days = age // DAY
        return counted("waiting %(n)s day", "waiting %(n)s days", days) if days else _("today")
    if age >= HOUR:
        return counted("waiting %(n)s hour", "waiting %(n)s hours", age // HOUR)
    return counted("waiting %(n)s minute", "waiting %(n)s minutes", max(0, age // timedelta(minutes=1)))
