"""Rows of alerts as cells for ``{% each %}``."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.oversight.enums import AlertState
from ancu.apps.oversight.selectors.inbox import AlertRow
from ancu.apps.oversight.templatetags.alerts import alert_state, severity
from ancu.apps.stays.templatetags.office import days_ago
from ancu.core.templatetags.ui import chip, counted, day
from ancu.core.web.http import url_builder

register = template.Library()


@register.filter
def alert_cells(rows: Iterable[AlertRow], show_repeats: bool) -> Iterator[dict[str, Any]]:
    """Cells of each alert: content, place, day and state.

    ``show_repeats`` adds the number of visits with undeclared guests.
    """
    page, grade, ago = url_builder("oversight:alert"), cache(severity), cache(lambda days: days_ago(days).lower())
    for row in rows:
        alert = row.alert
        yield {
            "url": page(alert.pk),
            "title": row.title,
            "sentence": row.sentence,
            "lodging": alert.establishment.name,
            "place": alert.unit.full_name,
            "day": day(alert.raised_at),
            "ago": ago(row.days),
            "repeats": _repeat_chip(row.repeat_count) if show_repeats and row.repeat_count else "",
            "state": _state_chips(row),
            "grade": grade(alert.severity),
        }


def _repeat_chip(times: int) -> SafeString:
    text = counted("undeclared guests at %(n)s inspection", "undeclared guests at %(n)s inspections", times)
    return chip(text, "bad")


def _state_chips(row: AlertRow) -> SafeString:
    """Chips: whether the lodging has answered or the state, and whether it was referred."""
    chips = SafeString("")
    if row.answered:
        chips = chip(_("the lodging has answered"), "gold", "chat")
    elif row.alert.state != AlertState.OPEN:
        chips = alert_state(row.alert)
    return chips + chip(pgettext("alert", "referred"), "info") if row.alert.referred_at else chips
