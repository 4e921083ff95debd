"""Charts of several indicators at once: small ones side by side, and the dossiers of each procedure."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.reporting.selectors.year_results import YearIndicator, YearResults
from ancu.apps.reporting.selectors.yearly_totals import totals_before
from ancu.apps.reporting.views.key_figures import counts_text
from ancu.apps.reporting.views.result_charts import (
    ChartLinks,
    change_of,
    month_table,
    plan_note,
    short_title,
    shows_most_months,
)
from ancu.core.charts import (
    SUPPRESSED,
    BarRow,
    BarRows,
    ChartFigure,
    ChartKey,
    ChartValue,
    ColumnChart,
    MultipleCell,
    PlanBar,
    SmallMultiples,
)
from ancu.core.charts.values import number_of
from ancu.core.templatetags.charts import short_month, value_format, value_text

MOST_CELLS = 6
MONTHS_OF_A_YEAR = 12
ENOUGH_YEARS = 3  # of earlier ones, for columns of the years
Years = Mapping[str, Mapping[int, float]]  # totals by indicator code and year


def multiples_figure(
    results: YearResults,
    links: ChartLinks,
    key: str,
    title: str,
    entries: Iterable[YearIndicator],
    *,
    is_shared: bool,
    is_dense: bool = False,
) -> ChartFigure | None:
    """Return small charts of the indicators that show months, on one scale or each on its own; None without any.

    Those that suppress most months stand last: with their years, or with their share as a bar.
    """
    first_cells = [entry for entry in entries if entry.has_months][:MOST_CELLS]
    cells_of = sorted(first_cells, key=lambda entry: not shows_most_months(entry))
    if not cells_of:
        return None
    years = {} if is_shared else _earlier_years(results, cells_of)
    names = [short_title(entry) for entry in cells_of]
    cells = [_cell(results, entry, name, years, links) for name, entry in zip(names, cells_of, strict=True)]
    scale = _("one scale") if is_shared else _("each on its own scale")
    summary = ". ".join(f"{name}: {cell.text}" for name, cell in zip(names, cells, strict=True))
    definition = " ".join(f"{name}: {entry.text('definition')}" for name, entry in zip(names, cells_of, strict=True))
    return ChartFigure(
        key, title, _("Month by month, %(scale)s") % {"scale": scale}, summary,
        SmallMultiples(cells, is_shared=is_shared, is_dense=is_dense),
        definition if len({entry.text("definition") for entry in cells_of}) > 1 else cells_of[0].text("definition"),
        month_table(results, cells_of, names), links.csv([entry.code for entry in cells_of]), links.picture(key),
        keys=_keys(results, cells_of, cells), has_keys_above=True,
    )  # fmt: skip


def _earlier_years(results: YearResults, entries: Sequence[YearIndicator]) -> Years:
    """Return the totals of earlier years of the counts that suppress most months."""
    codes = [entry.code for entry in entries if not entry.is_ratio and not shows_most_months(entry)]
    return totals_before(results.release.year, codes)


def _keys(results: YearResults, entries: Sequence[YearIndicator], cells: Sequence[MultipleCell]) -> list[ChartKey]:
    """Return what the marks of the small charts mean."""
    keys, monthly = [], [entry for entry in entries if shows_most_months(entry)]
    if any(entry.earlier_months for entry in monthly):
        keys.append(ChartKey("tick", _("same month of %(year)s") % {"year": results.release.year - 1}))
    if any(SUPPRESSED in entry.months for entry in monthly):
        keys.append(ChartKey("hatch", pgettext("chart", "not shown")))
    if any(cell.plan and cell.plan.expected is not None for cell in cells):
        keys.append(ChartKey("target", _("part of the year that is over")))
    return keys


def _cell(results: YearResults, entry: YearIndicator, name: str, years: Years, links: ChartLinks) -> MultipleCell:
    """Return one small chart of an indicator: its value, months, target and change."""
    total, columns = number_of(entry.total), _columns(results, entry, name, years)
    plan = None
    if entry.plan and total is not None and not entry.is_ratio:
        plan = PlanBar(total / entry.plan, plan_note(entry), results.months / 12)
    elif columns is None and total is not None and entry.content["sums"] == "share":
        plan = PlanBar(total / 100, counts_text(entry))
    unit = entry.text("measure") if entry.content["sums"] == "share" else ""
    text, is_withheld = value_text(entry.total, entry.places, unit), entry.total is SUPPRESSED
    note = plan_note(entry) if entry.is_ratio else ""
    if not shows_most_months(entry):
        note = " · ".join(filter(None, (note, _note_of_few(results, entry, columns))))
    return MultipleCell(name, text, columns, links.indicator(entry.code), plan, change_of(entry), note, is_withheld)


def _columns(results: YearResults, entry: YearIndicator, name: str, years: Years) -> ColumnChart | None:
    """Return the months as columns; the years of a count that suppresses most months, if enough are published."""
    numbers, total = value_format(entry.places), number_of(entry.total)
    if shows_most_months(entry):
        words, labels = ", ".join(map(numbers, entry.months)), [short_month(first) for first in results.first_days]
        return ColumnChart(entry.months, numbers, entry.earlier_months, labels, has_ends=True, words=f"{name}: {words}")
    earlier = years.get(entry.code, {})
    if len(earlier) < ENOUGH_YEARS or total is None:
        return None
    span = range(min(earlier), entry.year)
    values: list[ChartValue] = [*(earlier.get(year) for year in span), total]
    words = ", ".join(f"{year} {numbers(value)}" for year, value in zip([*span, entry.year], values, strict=True))
    return ColumnChart(
        values, numbers, labels=[str(year) for year in (*span, entry.year)], has_ends=True, words=f"{name}: {words}"
    )


def _note_of_few(results: YearResults, entry: YearIndicator, columns: ColumnChart | None) -> str:
    """Return what is drawn of an indicator with few months, or which of its months have a figure."""
    if columns is not None:
        values = {"n": results.months, "year": entry.year}
        return _("by year; %(n)s months of %(year)s") % values if results.months < MONTHS_OF_A_YEAR else _("by year")
    if SUPPRESSED in entry.months:
        return _("Most months are too small to show")
    places = [place for place, value in enumerate(entry.months, 1) if number_of(value) is not None]
    return _("only %(months)s") % {"months": ", ".join(f"{place:02d}/{entry.year}" for place in places)}


def decided_figure(results: YearResults, links: ChartLinks) -> ChartFigure | None:
    """Return the dossiers decided by procedure, those with the largest totals.

    Small charts of the months on one scale; bars of the totals if most procedures show few months.
    """
    entries = [entry for entry in results.indicators if entry.code.startswith("dossiers_decided-")]
    largest = sorted(entries, key=lambda entry: -(number_of(entry.total) or 0))[:MOST_CELLS]
    title = _("Dossiers decided, by procedure")
    if 2 * sum(map(shows_most_months, largest)) > len(largest):
        return multiples_figure(results, links, "decided", title, largest, is_shared=True)
    totalled = [entry for entry in largest if number_of(entry.total) is not None]
    if not totalled:
        return None
    bars = [
        BarRow(short_title(entry), entry.total, value_text(entry.total), url=links.indicator(entry.code))
        for entry in totalled
    ]
    return ChartFigure(
        "decided", title, _("All months together; most of them are too small to show"),
        "; ".join(f"{bar.label}: {bar.text}" for bar in bars), BarRows(bars), totalled[0].text("definition"),
        month_table(results, totalled, [bar.label for bar in bars]), links.csv([entry.code for entry in totalled]),
        links.picture("decided"),
    )  # fmt: skip
