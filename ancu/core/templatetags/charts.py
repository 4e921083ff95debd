"""Template tags of charts (``ancu.core.charts``), and what a chart takes from the reader's language."""

from datetime import date
from decimal import Decimal

from django import template
from django.utils.dates import MONTHS_3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.core.charts import SUPPRESSED, ChartFigure, ChartValue, Delta, ValueFormat
from ancu.core.charts.figures import Drawing
from ancu.core.documents.comparisons import Change, Measure
from ancu.core.templatetags.ui import number
from ancu.core.web.language import reader_language

register = template.Library()
UNKNOWN = "–"


@register.inclusion_tag("charts/figure.html")
def chart(figure: ChartFigure, level: int = 3) -> dict[str, object]:
    """Show a chart with its title, definition, table and files; ``level`` is that of its heading."""
    return {"chart": figure, "level": level}


@register.inclusion_tag("charts/menu.html")
def chart_menu(figure: ChartFigure) -> dict[str, object]:
    """Show the menu beside a chart's title, for a page that draws the chart in a card of its own."""
    return {"chart": figure}


@register.simple_tag
def drawing(drawing: Drawing, key: str) -> SafeString:
    """Show a drawing alone, such as a spark line in a tile; ``key`` is unique on the page."""
    return mark_safe(drawing.html(key))  # noqa: S308 -- ``ancu.core.charts`` escapes every text


@register.simple_tag
def delta(change: Delta | None) -> SafeString:
    """Show a change as an arrow and a number; nothing without one."""
    return mark_safe(change.html()) if change else SafeString("")  # noqa: S308 -- likewise


@register.simple_tag
def shown_value(value: ChartValue, places: int = 0, unit: str = "") -> SafeString:
    """Show a value: the number, a dash while it is unknown, or a quiet hatched note if it is suppressed."""
    text = value_text(value, places, unit)
    if value is not SUPPRESSED:
        return format_html("{}", text)
    return format_html('<span class="suppressed"><span>{}</span></span>', text)


def value_text(value: ChartValue, places: int = 0, unit: str = "") -> str:
    """Return a value as text: the number with its unit, a dash if it is unknown, or that it is not shown."""
    if value is SUPPRESSED:
        return pgettext("chart", "not shown")
    if value is None:
        return UNKNOWN
    text = number(value, places)
    return f"{text}\N{NO-BREAK SPACE}{unit}" if unit else text


def value_format(places: int = 0, unit: str = "") -> ValueFormat:
    """Return a function that writes a chart's values; whole numbers of an axis have no decimal places."""

    def text(value: ChartValue) -> str:
        """Return the value with as many places as it needs, at most ``places``."""
        is_integer = isinstance(value, int | float | Decimal) and value == int(value)
        return value_text(value, 0 if is_integer else places, unit)

    return text


def short_month(first: date) -> str:
    """Return a month as it stands under an axis: Th 3 in Vietnamese, Mar in English."""
    return (
        f"Th\N{NO-BREAK SPACE}{first.month}" if reader_language() == "vi" else str(MONTHS_3[first.month]).capitalize()
    )


def delta_of(change: Change | None, *, is_better: bool | None = None, note: str = "") -> Delta | None:
    """Return a change for display; None without one, or if nothing has changed."""
    if change is None or not change.amount:
        return None
    places = 0 if change.amount == int(change.amount) else 1
    units = {Measure.PERCENT: "%", Measure.POINTS: pgettext("change", "points"), Measure.NUMBER: ""}
    is_up = change.amount > 0
    words = _("more:") if is_up else _("less:")
    return Delta(value_text(abs(change.amount), places, units[change.measure]), is_up, words, is_better, note)


def is_target_met(share: float, target: float, direction: str) -> bool:
    """Whether a share is at least its target, or at most its target if less of it is better (``direction``)."""
    return share >= target if direction == "up" else share <= target


def share_target_note(share: float, target: float, direction: str) -> str:
    """Return the target of a share, and whether the share meets it."""
    values = {"share": value_format(1, "%")(round(target, 1))}
    if is_target_met(share, target, direction):
        return pgettext("share", "target %(share)s: met") % values
    return pgettext("share", "target %(share)s: not met") % values


def count_delta(amount: int | None) -> Delta | None:
    """Return a change between two counts for display, as neither better nor worse; None without one."""
    return None if amount is None else delta_of(Change(Decimal(amount), Measure.NUMBER))


@register.simple_tag
def count_change(amount: int | None) -> SafeString:
    """Show a change between two counts as an arrow and a number; nothing without one."""
    return delta(count_delta(amount))
