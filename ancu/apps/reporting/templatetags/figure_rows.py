"""Rows of figure tables as cells for ``{% each %}``. Repeated texts are rendered once."""

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
from ancu.apps.reporting.rules.periods import common_months_text, months_text
from ancu.apps.reporting.rules.reading import earlier_words, rounded_words
from ancu.apps.reporting.selectors.board import BoardLine, CommonMonths
from ancu.apps.reporting.selectors.published import ReleasedIndicator
from ancu.core.documents.comparisons import Change
from ancu.core.templatetags.ui import change_mark, chip, extent_words, number
from ancu.core.web.http import url_builder
from ancu.core.web.language import localized

register = template.Library()
Cells = dict[str, Any]
NOTHING = SafeString("")


@register.filter
def indicator_cells(lines: Iterable[BoardLine], kind: str) -> Iterator[Cells]:
    """One indicator per row. For a year, the period before equals the year before and is omitted."""
    address, invented = url_builder("reporting:indicator"), pgettext("figure", "invented")
    figures, once = FigureCells(), {"year_ago": NOTHING} if kind == PeriodKind.YEAR else {}
    for line in lines:
        indicator = line.indicator
        measure = localized(indicator, "measure")
        yield {
            "address": address(indicator.code),
            "title": localized(indicator, "title"),
            "second": " · ".join(filter(None, (measure, invented if line.demo else "", _extent(line), _rounded(line)))),
            **figures.cells(line),
            **once,
        }


@register.filter
def unit_cells(lines: Sequence[BoardLine], kind: str) -> Iterator[Cells]:
    """One unit per row, for one indicator. For a year, the period before equals the year before and is omitted."""
    address, figures = url_builder("reporting:history", lines[0].indicator.code), FigureCells()
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
    """The last day of a former unit, to distinguish units of one name."""
    return _("former unit, until %(day)s") % {"day": f"{unit.valid_until:%d/%m/%Y}"} if unit.valid_until else ""


def _extent(line: BoardLine) -> str:
    return extent_words(line.extent) if line.extent else ""


def _rounded(line: BoardLine) -> str:
    return rounded_words(line.is_published) if line.is_rounded else ""


class FigureCells:
    """The cells common to both tables: the value and its comparisons."""

    def __init__(self) -> None:
        self.outlier, self.so_far = chip(_("stands out: ask"), "warn"), _("%(number)s so far")
        self.few = format_html('<span class="muted">{}</span>', _("not shown: few or none"))

    def cells(self, line: BoardLine) -> Cells:
        return {
            "outlier": self.outlier if line.outlier else NOTHING,
            "value": self._value(line),
            "before": self._beside(line, "before", line.before, line.change, line.before_months),
            "year_ago": self._beside(line, "last_year", line.last_year, line.change_year, line.last_year_months),
            "plan": NOTHING if line.plan is None else format_html("<span>{}</span>", self._plan(line)),
        }

    def _value(self, line: BoardLine) -> str:
        if line.value is not None:
            return number(line.value, line.places)
        return self.few if line.is_rounded else "–"

    def _beside(
        self, line: BoardLine, column: str, earlier: Decimal | None, change: Change | None, months: CommonMonths | None
    ) -> SafeString:
        """An earlier value with the change, its evaluation, and the number of months compared if not all.

        Notes the precision if it differs from the line's own.
        """
        if earlier is None:
            return format_html('<span class="muted">{}</span>', common_months_text(0, None)) if months else NOTHING
        mark = _mark(line, change)
        note = earlier_words(line.published, column)
        if months:
            now = values.value_of(line.indicator, months.now)
            note = common_months_text(months.number, None if now is None else number(now, line.places))
        second = format_html('<span class="second">{}</span>', note) if note else NOTHING
        return format_html("<span>{} {}{}</span>", number(earlier, line.places), mark, second)

    def _plan(self, line: BoardLine) -> SafeString:
        """The plan and the share reached with its months; both numbers if the sum differs from the value."""
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


def _mark(line: BoardLine, change: Change | None) -> SafeString:
    return change_mark(change, values.is_better(line.indicator, change.amount) if change else None)


@register.filter
def result_cells(lines: Iterable[ReleasedIndicator], year: int) -> Iterator[Cells]:
    """One published indicator per card."""
    address, pending = url_builder("reporting:public-indicator", year), chip(_("a small revision is known"), "mute")
    hidden = format_html('<span class="muted">{}</span>', _("not shown"))
    none, before = SafeString('<span class="muted">–</span>'), _("the same months a year before: %(value)s")
    for result in lines:
        total, last_year = result.content["total"], result.last_year
        nothing = hidden if result.content["total_hidden"] else none
        comparison = "" if last_year is None else f" · {before % {'value': number(last_year, result.places)}}"
        yield {
            "address": address(result.code),
            "title": result.title,
            "total": nothing if total is None else number(total, result.places),
            "second": f"{result.measure}{comparison}",
            "pending": pending if result.content["pending"] else NOTHING,
        }
