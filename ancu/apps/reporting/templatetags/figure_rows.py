"""The rows of tables of figures, cell by cell, for ``{% each %}``. What is the same in many rows is worded once."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.reporting.enums import PeriodKind
from ancu.apps.reporting.rules import values
from ancu.apps.reporting.rules.periods import alike_words, months_text
from ancu.apps.reporting.rules.reading import earlier_words, rounded_words
from ancu.apps.reporting.selectors.board import CommonMonths, Line
from ancu.apps.reporting.selectors.published import Shown
from ancu.core.documents.comparisons import Change
from ancu.core.templatetags.ui import change_mark, chip, extent_words, number
from ancu.core.web.http import url_builder
from ancu.core.web.language import localized

register = template.Library()
Cells = dict[str, Any]
NOTHING = SafeString("")


@register.filter
def indicator_cells(lines: Iterable[Line], kind: str) -> Iterator[Cells]:
    """One indicator a row: its words and its figures. Before a year is a year ago, which is not said twice."""
    address, invented = url_builder("reporting:indicator"), pgettext("figure", "invented")
    figures, once = Figures(), {"year_ago": NOTHING} if kind == PeriodKind.YEAR else {}
    for line in lines:
        one = line.indicator
        measure = localized(one, "measure")
        yield {
            "address": address(one.code),
            "title": localized(one, "title"),
            "second": " · ".join(filter(None, (measure, invented if line.demo else "", _extent(line), _rounded(line)))),
            **figures.cells(line),
            **once,
        }


@register.filter
def unit_cells(lines: Sequence[Line], kind: str) -> Iterator[Cells]:
    """One unit a row, all of one indicator. Before a year is a year ago, which is not said twice."""
    address, figures = url_builder("reporting:history", lines[0].indicator.code), Figures()
    once = {"year_ago": NOTHING} if kind == PeriodKind.YEAR else {}
    for line in lines:
        unit = line.unit
        if unit is None:
            continue
        name = escape(unit.full_name)
        linked = name if line.is_rounded else format_html('<a href="{}" data-open>{}</a>', address(unit.pk), name)
        yield {
            "name": linked,
            "second": " · ".join(filter(None, (_former(unit), _extent(line), _rounded(line)))),
            **figures.cells(line),
            **once,
        }


def _former(unit: AdministrativeUnit) -> str:
    """Units of one name are told apart by the day the former one ended."""
    return _("former unit, until %(day)s") % {"day": f"{unit.valid_until:%d/%m/%Y}"} if unit.valid_until else ""


def _extent(line: Line) -> str:
    return extent_words(line.extent) if line.extent else ""


def _rounded(line: Line) -> str:
    return rounded_words(line.is_published) if line.is_rounded else ""


class Figures:
    """The cells both tables have: the value, and what it is compared with."""

    def __init__(self) -> None:
        self.outlier, self.so_far = chip(_("stands out: ask"), "warn"), _("%(number)s so far")
        self.few = format_html('<span class="muted">{}</span>', _("not shown: few or none"))

    def cells(self, line: Line) -> Cells:
        return {
            "outlier": self.outlier if line.outlier else NOTHING,
            "value": self._value(line),
            "before": self._beside(line, "before", line.before, line.change, line.before_months),
            "year_ago": self._beside(line, "last_year", line.last_year, line.change_year, line.last_year_months),
            "plan": NOTHING if line.plan is None else format_html("<span>{}</span>", self._plan(line)),
        }

    def _value(self, line: Line) -> str:
        if line.value is not None:
            return number(line.value, line.places)
        return self.few if line.is_rounded else "–"

    def _beside(
        self, line: Line, column: str, earlier: Decimal | None, change: Change | None, months: CommonMonths | None
    ) -> SafeString:
        """An earlier value, how far this one is from it, and whether that is good; over how many months if not all.

        It says whether it is rounded where the line says otherwise of its own figure.
        """
        if earlier is None:
            return format_html('<span class="muted">{}</span>', alike_words(0, None)) if months else NOTHING
        mark = _mark(line, change)
        note = earlier_words(line.published, column)
        if months:
            now = values.value_of(line.indicator, months.now)
            note = alike_words(months.number, None if now is None else number(now, line.places))
        second = format_html('<span class="second">{}</span>', note) if note else NOTHING
        return format_html("<span>{} {}{}</span>", number(earlier, line.places), mark, second)

    def _plan(self, line: Line) -> SafeString:
        """The plan and what of it is there, with its months; where that is not the value beside it, both numbers."""
        planned = number(line.plan, line.places)
        if line.indicator.has_base:
            return format_html("{} {}", planned, _mark(line, line.to_plan))
        if line.reached is None:
            return SafeString(planned)
        until = f"({months_text(line.plan_span)})" if line.plan_span else ""
        share = f"{number(line.reached, 1)} %"
        parts = [planned, format_html('<span class="nowrap">{}</span> <span class="nowrap">{}</span>', share, until)]
        if line.so_far != line.value:
            parts.insert(1, self.so_far % {"number": number(line.so_far, line.places)})
        return format_html_join(" · ", "{}", ((part,) for part in parts))


def _mark(line: Line, change: Change | None) -> SafeString:
    return change_mark(change, values.is_better(line.indicator, change.amount) if change else None)


@register.filter
def result_cells(lines: Iterable[Shown], year: int) -> Iterator[Cells]:
    """One published indicator a card."""
    address, pending = url_builder("reporting:public-indicator", year), chip(_("a small revision is known"), "mute")
    hidden = format_html('<span class="muted">{}</span>', _("not shown"))
    none, before = SafeString('<span class="muted">–</span>'), _("the same months a year before: %(value)s")
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
