"""Template filters for officers: lateness in words, articles, figures, standings."""

from functools import lru_cache
from typing import Any, cast

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ancu.apps.stays.enums import STANDINGS
from ancu.apps.stays.models import Stay
from ancu.apps.stays.rules import standing_of
from ancu.apps.stays.selectors.guests import ListedStay
from ancu.core import clock
from ancu.core.templatetags.ui import chip, counted, days_late, number
from ancu.core.web.language import reader_language
from ancu.engines.rulebook import article_of

register = template.Library()


@register.filter
def late_by(minutes: int) -> str:
    """Return how late a declaration was, in words: minutes below an hour, hours below two days, then days."""
    if minutes < 60:
        return counted("%(n)s minute late", "%(n)s minutes late", minutes)
    hours = minutes // 60
    if hours < 48:
        return counted("%(n)s hour late", "%(n)s hours late", hours)
    return days_late(hours // 24)


@register.filter
def days_ago(days: int) -> str:
    """Return "today" or the number of days ago as text."""
    if days <= 0:
        return _("today")
    return counted("%(n)s day ago", "%(n)s days ago", days)


@register.simple_tag
def figure(value: int | None) -> str | SafeString:
    """Return a number as HTML; for a hidden number, a sign that it is not shown because it is small."""
    if value is not None:
        return number(value)
    return format_html(
        '<abbr class="hidden-figure" title="{}">·&thinsp;·</abbr><span class="visually-hidden">{}</span>',
        _("not shown: few people"), _("not shown"),
    )  # fmt: skip


@register.simple_tag
def filter_field(field: BoundField) -> SafeString:
    """Return the HTML of a filter's field; that of a field without a value is cached by its choices."""
    if field.errors or field.value():
        return field.as_field_group()
    offered = tuple(getattr(field.field.widget, "choices", ()))
    return _empty_field_html(cast(Any, type(field.form)), field.name, offered, get_language())


@lru_cache(maxsize=64)
def _empty_field_html(kind: Any, name: str, offered: tuple[Any, ...], _language: str | None) -> SafeString:
    """Return the HTML of the filter form's field ``name`` without a value; ``offered`` are its choices. Cached."""
    form = kind()
    if offered:
        form.fields[name].widget.choices = offered
    drawn: SafeString = form[name].as_field_group()
    return drawn


@register.simple_tag
def declared(minutes_late: int) -> SafeString:
    """Return how late a declaration was as a chip; "On time" as plain text, so that late ones stand out."""
    if minutes_late:
        return chip(late_by(minutes_late), "warn")
    return format_html('<span class="muted nowrap">{}</span>', _("On time"))


@register.filter
def article(limit_id: str) -> str:
    """Return the article of law of the declaration limit that a stay was judged by, in the reader's language."""
    return article_of(limit_id, reader_language())


@register.filter
def standing(stay: Stay | ListedStay) -> dict[str, Any]:
    """Return the stay's state today as a dict: its name (such as overdue), text and colour."""
    name = standing_of(stay, clock.today())
    text, tone = STANDINGS[name]
    return {"name": name, "text": text, "tone": tone}


@register.filter
def percent(share: float) -> str:
    """Return a share from 0 to 1 as per cent with one decimal, as the reader's language writes it."""
    return number(100 * share, 1)
