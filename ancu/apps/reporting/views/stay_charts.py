"""Charts of the stays of a year that is not complete: by commune and ward, and by kind of lodging, rounded to fives."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.lodging.enums import LodgingKind
from ancu.apps.reporting.selectors.stay_parts import StayParts, parts_of_release
from ancu.apps.reporting.selectors.year_results import YearIndicator, YearResults
from ancu.core.charts import (
    SUPPRESSED,
    BarRow,
    BarRows,
    ChartFigure,
    ChartKey,
    ChartTable,
    ChartValue,
    ColumnChart,
    MultipleCell,
    SmallMultiples,
)
from ancu.core.charts.values import number_of, numbers_of
from ancu.core.templatetags.charts import short_month, value_format, value_text
from ancu.core.templatetags.ui import counted, number

MOST_COMMUNES = 8
DECLARED = "stays_declared"


def stay_figures(results: YearResults | None, digest: str) -> tuple[ChartFigure | None, ChartFigure | None]:
    """Return the stays of the release's months by commune, and by kind of lodging; None where nothing is shown.

    There is neither where the release hides the number of a month, which its parts would reveal, nor once it has the
    communes of its complete year.
    """
    declared = results.by_code.get(DECLARED) if results else None
    if results is None or declared is None or declared.content["units"] or not _shows_everything(declared):
        return None, None
    parts = parts_of_release(results.release.year, results.months, digest)
    return _communes(parts, declared, results), _kinds(parts, declared, results)


def _shows_everything(declared: YearIndicator) -> bool:
    """Whether the release shows the number of each of its months, and their sum."""
    return None not in map(number_of, [*declared.months, declared.total]) and bool(declared.months)


def _period(results: YearResults) -> str:
    """Return the months of the release in words."""
    return counted(
        "First %(n)s month of %(year)s, rounded to fives", "First %(n)s months of %(year)s, rounded to fives",
        results.months, year=results.release.year,
    )  # fmt: skip


def _communes(parts: StayParts, declared: YearIndicator, results: YearResults) -> ChartFigure | None:
    """Return the largest communes and wards as bars, and all others together in a last bar."""
    named, total = [(name, value) for name, value in parts.units.items() if name], number_of(declared.total) or 0.0
    if not named:
        return None
    bars = [BarRow(name, value, value_text(value), _part_text(value, total)) for name, value in named[:MOST_COMMUNES]]
    smaller, rest = [value for _name, value in named[MOST_COMMUNES:]], parts.units.get("", 0)
    if together := sum(smaller) + rest:
        bars.append(BarRow(_("Smaller ones together"), together, value_text(together), is_rest=True))
    rows = [[name or _("Smaller ones together"), value_text(value)] for name, value in parts.units.items()]
    table = ChartTable([_("Unit"), declared.text("measure")], rows)
    pooled = _("Communes with a month of fewer than five stays are together.")
    return ChartFigure(
        "stay-communes-now", _("By commune and ward"), _period(results),
        "; ".join(f"{bar.label}: {bar.text}" for bar in bars[:3]), BarRows(bars),
        f"{declared.text('definition')} {pooled}", table,
    )  # fmt: skip


def _part_text(value: float, total: float) -> str:
    """Return which part of all stays a number is, in whole percent; "" below one."""
    share = round(100 * value / total) if total else 0
    return value_text(share, 0, "%") if share else ""


def _kinds(parts: StayParts, declared: YearIndicator, results: YearResults) -> ChartFigure | None:
    """Return the months of each kind of lodging as small columns on one scale."""
    values = {_kind_name(kind): _chart_values(months) for kind, months in parts.kinds.items()}
    if not any(map(numbers_of, values.values())):
        return None
    labels = [short_month(first) for first in results.first_days]
    cells = [_kind_cell(name, months, labels) for name, months in values.items()]
    rows = [
        [f"{first:%m/%Y}", *(value_text(months[place]) for months in values.values())]
        for place, first in enumerate(results.first_days)
    ]
    is_hidden = any(SUPPRESSED in months for months in values.values())
    return ChartFigure(
        "stay-kinds-now", pgettext("chart", "By kind of lodging"), _("Month by month, one scale, rounded to fives"),
        ". ".join(f"{cell.title}: {cell.text}" for cell in cells), SmallMultiples(cells),
        _("Each number is the sum of the rounded months. %(definition)s") % {"definition": declared.text("definition")},
        ChartTable([_("Month"), *values], rows), has_keys_above=True,
        keys=[ChartKey("hatch", pgettext("chart", "not shown"))] if is_hidden else [],
    )  # fmt: skip


def _kind_name(kind: str) -> str:
    """Return the name of a kind of lodging as a title; "" are the rest."""
    name = str(LodgingKind(kind).label) if kind else _("other places")
    return f"{name[:1].upper()}{name[1:]}"


def _chart_values(months: Sequence[int | None]) -> list[ChartValue]:
    """Return the months as a chart takes them: what is hidden is there, but not shown."""
    return [SUPPRESSED if value is None else value for value in months]


def _kind_cell(name: str, months: Sequence[ChartValue], labels: Sequence[str]) -> MultipleCell:
    """Return the small chart of a kind of lodging."""
    words = f"{name}: {', '.join(map(value_text, months))}"
    columns = ColumnChart(months, value_format(0), (), labels, has_ends=True, words=words)
    return MultipleCell(name, sum_text(months), columns)


def sum_text(months: Sequence[ChartValue]) -> str:
    """Return the sum of the months that are shown; beside hidden ones it is the least that there can be."""
    total = number(sum(numbers_of(months)))
    return _("at least %(n)s") % {"n": total} if SUPPRESSED in months else total
