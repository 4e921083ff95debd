"""Severity and state of alerts as chips, a rule's words, and durations."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ancu.apps.oversight.enums import AlertState, NoticeState, Severity
from ancu.apps.oversight.models import Alert, Notice
from ancu.apps.oversight.selectors.page import AlertPage
from ancu.apps.oversight.selectors.words import localized_text
from ancu.core.templatetags.ui import chip, counted

register = template.Library()
DATE = re.compile(r"\b\d{2}/\d{2}/\d{4}\b")

SEVERITY = {Severity.HIGH: "bad", Severity.MEDIUM: "warn", Severity.LOW: "info"}
STATE = {
    AlertState.OPEN: "gold",
    AlertState.LODGING_ASKED: "info",
    AlertState.CONFIRMED: "bad",
    AlertState.DISMISSED: "mute",
    AlertState.CLOSED: "mute",
}


NOTICE = {NoticeState.PROPOSED: "gold", NoticeState.APPROVED: "ok", NoticeState.ENDED: "mute"}


@register.simple_tag
def severity(grade: int) -> SafeString:
    """Return the severity of an alert as a small mark and its word."""
    level = Severity(grade)
    return format_html('<span class="severity severity-{}">{}</span>', SEVERITY[level], capfirst(str(level.label)))


@register.simple_tag
def severity_chip(grade: int) -> SafeString:
    """Return the severity of an alert as a coloured label that says what it is of: "High severity"."""
    level = Severity(grade)
    return chip(_("%(level)s severity") % {"level": level.label}, SEVERITY[level])


@register.simple_tag
def sentence_with_links(page: AlertPage) -> SafeString:
    """Return the sentence of an alert's page: its dates in bold, the lodging as a link if it lies in the area."""
    sentence, name = str(escape(page.sentence)), str(escape(page.alert.establishment.name))
    sentence = DATE.sub(r'<b class="num nowrap">\g<0></b>', sentence)
    if page.lodging_is_here:
        address = reverse("lodging:detail", args=[page.alert.establishment_id])
        sentence = sentence.replace(name, f'<a href="{address}">{name}</a>', 1)
    return mark_safe(sentence)  # noqa: S308 - both texts are escaped above


@register.simple_tag
def alert_chip(grade: int, title: str, times: int) -> SafeString:
    """Return the rule's title as a coloured label, followed by "× number" of its alerts if there are several.

    The colour is that of the most severe alert.
    """
    return chip(f"{title} × {times}" if times > 1 else title, SEVERITY[Severity(grade)])


@register.simple_tag
def alert_state(alert: Alert) -> SafeString:
    """Return an alert's state as a coloured label."""
    return chip(alert.get_state_display(), STATE[AlertState(alert.state)])


@register.simple_tag
def notice_state(notice: Notice) -> SafeString:
    """Return a notice's state as a coloured label."""
    return chip(notice.get_state_display(), NOTICE[NoticeState(notice.state)])


@register.filter
def localized(rule: Any, name: str) -> str:
    """Return the text ``name`` (title, sentence, false or article) of the alert rule in the user's language."""
    return localized_text(rule, name)


@register.filter
def at(words: Sequence[str], place: int) -> str:
    """Return the word at index ``place`` of the sequence, for templates."""
    return words[place]


@register.filter
def span(time: timedelta) -> str:
    """Return a duration as text: in hours if below two days, otherwise in full days."""
    hours = round(time.total_seconds() / 3600)
    if hours < 48:
        return counted("%(n)s hour", "%(n)s hours", hours)
    return counted("%(n)s day", "%(n)s days", hours // 24)
