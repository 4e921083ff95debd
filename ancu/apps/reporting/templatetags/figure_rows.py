"""The rows of tables of figures, cell by cell, for ``{% each %}``. What is the same in many rows is worded once."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.reporting.enums import PeriodKind
from ancu.apps.reporting.rules import values
from ancu.apps.reporting.selectors.board import Line
from ancu.apps.reporting.selectors.published import Shown
from ancu.core.http import addresses
from ancu.core.language import words
from ancu.core.templatetags.ui import chip, number

register = template.Library()
Cells = dict[str, Any]
NOTHING = SafeString("")
TONES = {None: "", True: " tone-ok", False: " tone-bad"}


@register.filter
def indicator_cells(lines: Iterable[Line], kind: str) -> Iterator[Cells]:
    """One indicator a row: its words and its figures. Before a year is a year ago, which is not said twice."""
    address, invented = addresses("reporting:indicator"), pgettext("figure", "invented")
    figures, once = Figures(), {"year_ago": NOTHING} if kind == PeriodKind.YEAR else {}
    for line in lines:
        one = line.indicator
        measure = words(one, "measure")
        yield {
            "address": address(one.code),
            "title": words(one, "title"),
            "second": f"{measure} · {invented}" if line.demo else measure,
            **figures.cells(line),
            **once,
        }


@register.filter
def unit_cells(lines: Iterable[Line], code: str) -> Iterator[Cells]:
    """One unit a row, all of one indicator."""
    address, figures = addresses("reporting:history", code), Figures()
    for line in lines:
        unit = line.unit
        yield {"address": address(unit.pk), "name": unit.full_name, **figures.cells(line)} if unit else {}


class Figures:
    """The cells both tables have: the value, and what it is compared with."""

    def __init__(self) -> None:
        self.outlier, self.points = chip(_("stands out: ask"), "warn"), pgettext("change", "points")

    def cells(self, line: Line) -> Cells:
        return {
            "outlier": self.outlier if line.outlier else NOTHING,
            "value": "–" if line.value is None else number(line.value, line.places),
            "before": self._beside(line, line.before),
            "year_ago": self._beside(line, line.last_year),
            "plan": NOTHING if line.plan is None else SafeString(f"<span>{_plan(line)}</span>"),
        }

    def _beside(self, line: Line, earlier: Decimal | None) -> SafeString:
        """An earlier value, how far this one is from it, and whether that is good."""
        if earlier is None:
            return NOTHING
        return SafeString(f"<span>{number(earlier, line.places)} {self._change(line, earlier)}</span>")

    def _change(self, line: Line, earlier: Decimal) -> str:
        one = line.indicator
        change = values.change(one, line.value, earlier)
        if not change:
            return ""
        tone = TONES[values.is_better(one, change)]
        arrow, measure = ("▲ +" if change > 0 else "▼ "), self.points if one.has_base else "%"
        return f'<span class="num{tone}">{arrow}{number(change, 1)} {measure}</span>'


def _plan(line: Line) -> str:
    planned = number(line.plan, line.places)
    return planned if line.reached is None else f"{planned} · {number(line.reached, 1)} %"


@register.filter
def result_cells(lines: Iterable[Shown], year: int) -> Iterator[Cells]:
    """One published indicator a card."""
    address, pending = addresses("reporting:public-indicator", year), chip(_("a small revision is known"), "mute")
    hidden = format_html('<span class="muted">{}</span>', _("not shown"))
    none, before = SafeString('<span class="muted">–</span>'), _("a year before: %(value)s")
    for one in lines:
        total, last_year = one.told["total"], one.last_year
        nothing = hidden if one.told["total_hidden"] else none
        said = "" if last_year is None else f" · {before % {'value': number(last_year, one.places)}}"
        yield {
            "address": address(one.code),
            "title": one.title,
            "total": nothing if total is None else number(total, one.places),
            "second": f"{one.measure}{said}",
            "pending": pending if one.told["pending"] else NOTHING,
        }
