"""The rows of alerts, cell by cell, for ``{% each %}``."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.oversight.enums import AlertState
from ancu.apps.oversight.selectors.inbox import Row
from ancu.apps.oversight.templatetags.alerts import alert_state, severity
from ancu.apps.stays.templatetags.office import days_ago
from ancu.core.templatetags.ui import chip, counted, day
from ancu.core.web.http import url_builder

register = template.Library()


@register.filter
def alert_cells(rows: Iterable[Row], again: bool) -> Iterator[dict[str, Any]]:
    """What does not add up, where and since when, and where the alert stands; ``again``: also how often the lodging's
    guests were found undeclared, unless the page says so already."""
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
            "again": _again(row.again) if again and row.again else "",
            "stands": _stands(row),
            "grade": grade(alert.severity),
        }


def _again(times: int) -> SafeString:
    said = counted("undeclared guests at %(n)s inspection", "undeclared guests at %(n)s inspections", times)
    return chip(said, "bad")


def _stands(row: Row) -> SafeString:
    """Whether the lodging has answered, or what became of it; and whether the province has it."""
    told = SafeString("")
    if row.answered:
        told = chip(_("the lodging has answered"), "gold", "chat")
    elif row.alert.state != AlertState.OPEN:
        told = alert_state(row.alert)
    return told + chip(pgettext("alert", "referred"), "info") if row.alert.referred_at else told
