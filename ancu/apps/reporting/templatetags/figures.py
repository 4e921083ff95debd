"""The figures of a board's line, and what they are compared with."""

from decimal import Decimal

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.reporting.rules import values
from ancu.apps.reporting.rules.periods import common_months_text, months_text
from ancu.apps.reporting.rules.reading import earlier_words, rounded_words
from ancu.apps.reporting.selectors.board_lines import BoardLine
from ancu.core.documents.comparisons import Change
from ancu.core.templatetags.ui import change_mark, extent_words, number
from ancu.core.web.language import localized

register = template.Library()
NOTHING = SafeString("")


@register.simple_tag
def indicator_notes(line: BoardLine) -> str:
    """Return notes on an indicator's line: unit of measure, "invented" for demo data, months covered, rounding."""
    invented = pgettext("figure", "invented") if line.demo else ""
    return " · ".join(filter(None, (localized(line.indicator, "measure"), invented, _extent(line), _rounded(line))))


@register.simple_tag
def unit_notes(line: BoardLine) -> str:
    """Return notes on a unit's line: the last day of a former unit, the days covered, rounding."""
    former = _former(line.unit) if line.unit else ""
    return " · ".join(filter(None, (former, _extent(line), _rounded(line))))


def _former(unit: AdministrativeUnit) -> str:
    """Return "former unit, until" with the unit's last day; "" for a unit that exists today."""
    return _("former unit, until %(day)s") % {"day": f"{unit.valid_until:%d/%m/%Y}"} if unit.valid_until else ""


def _extent(line: BoardLine) -> str:
    """Return how many months or days of the period the line covers, as text; "" if it covers all."""
    return extent_words(line.extent) if line.extent else ""


def _rounded(line: BoardLine) -> str:
    """Return the note "rounded" or "as published" on a line; "" if it is exact."""
    return rounded_words(line.is_published) if line.is_rounded else ""


@register.simple_tag
def figure_value(line: BoardLine) -> str:
    """Return the period's figure as text; if hidden a note that it counts few, if missing a dash."""
    if line.value is not None:
        return number(line.value, line.places)
    return format_html('<span class="muted">{}</span>', _("not shown: few or none")) if line.is_rounded else "–"


@register.simple_tag
def earlier_value(line: BoardLine, column: str) -> SafeString:
    """Return the HTML of the earlier figure (``before`` or ``last_year``) with the change since, and a note.

    The note says how many months are compared if not all, or the precision if it differs from the line's own. Empty
    without an earlier figure.
    """
    earlier = line.before if column == "before" else line.last_year
    months = line.before_months if column == "before" else line.last_year_months
    if earlier is None:
        return format_html('<span class="muted">{}</span>', common_months_text(0, None)) if months else NOTHING
    mark = _change_html(line, line.change if column == "before" else line.change_year)
    note = earlier_words(line.published, column)
    if months:
        now = values.value_of(line.indicator, months.now)
        note = common_months_text(months.number, None if now is None else number(now, line.places))
    second = format_html('<span class="second">{}</span>', note) if note else NOTHING
    return format_html("<span>{} {}{}</span>", number(earlier, line.places), mark, second)


@register.simple_tag
def plan_value(line: BoardLine) -> SafeString:
    """Return the HTML of the year's plan with the percentage reached; empty without a plan."""
    return NOTHING if line.plan is None else format_html("<span>{}</span>", _plan_html(line, line.plan))


def _plan_html(line: BoardLine, plan: Decimal) -> SafeString:
    """Return the HTML of the plan with the percentage reached and its months; of a share the distance to it."""
    planned = number(plan, line.places)
    if line.indicator.has_base:
        return format_html("{} {}", planned, _change_html(line, line.to_plan))
    if line.reached is None:
        return SafeString(planned)
    until = f"({months_text(line.plan_span)})" if line.plan_span else ""
    share = f"{number(line.reached, 1)} %"
    parts = [planned, format_html('<span class="nowrap">{}</span> <span class="nowrap">{}</span>', share, until)]
    if line.so_far != line.value:
        parts.insert(1, _("%(number)s so far") % {"number": number(line.so_far, line.places)})
    return format_html_join(" · ", "{}", ((part,) for part in parts))


def _change_html(line: BoardLine, change: Change | None) -> SafeString:
    """Return the HTML of a change, coloured by whether it is an improvement; empty for None."""
    return change_mark(change, values.is_better(line.indicator.direction, change.amount) if change else None)
