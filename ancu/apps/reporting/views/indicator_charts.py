"""The charts of one indicator's public page: its months, and its units once the year is complete."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.reporting.selectors.published import ReleasedIndicator
from ancu.apps.reporting.selectors.year_results import YearIndicator, YearResults
from ancu.apps.reporting.views.result_charts import ChartLinks, indicator_figure, month_summary, month_table
from ancu.core.charts import (
    SUPPRESSED,
    BarRow,
    BarRows,
    ChartFigure,
    ChartKey,
    ChartTable,
    ChartValue,
    ColumnChart,
)
from ancu.core.charts.values import number_of
from ancu.core.templatetags.charts import short_month, value_format, value_text
from ancu.core.templatetags.ui import counted

MOST_UNITS, MOST_SUPPRESSED = 12, 3


def charts_of(
    results: YearResults, entry: YearIndicator, released: ReleasedIndicator, links: ChartLinks
) -> list[ChartFigure]:
    """Return the charts of the indicator: its months if any is shown, and its units if the release has them."""
    figures = []
    if entry.has_months:
        is_count = entry.content["sums"] == "count"
        figures.append(
            columns_figure(results, entry, links, f"{entry.code}--months", _("By month"), entry.text("measure"))
            if is_count
            else indicator_figure(results, entry, links, entry.text("measure"), f"{entry.code}--months", height=280)
        )
    if released.content["units"]:
        figures.append(units_figure(entry, released.content["units"], links, _("By unit"), f"{entry.code}--units"))
    return figures


def columns_figure(
    results: YearResults,
    entry: YearIndicator,
    links: ChartLinks,
    key: str,
    title: str,
    unit: str,
    *,
    height: int = 240,
) -> ChartFigure:
    """Return the months of an indicator as columns, with ticks for the year before."""
    numbers = value_format(entry.places, entry.text("measure") if entry.content["sums"] == "share" else "")
    drawing = ColumnChart(
        entry.months, numbers, entry.earlier_months, [short_month(first) for first in results.first_days],
        height=height, words=month_summary(entry, numbers), is_large=True,
    )  # fmt: skip
    has_ticks = any(number_of(value) is not None for value in entry.earlier_months)
    keys = [ChartKey("tick", _("same month of %(year)s") % {"year": entry.year - 1})] if has_ticks else []
    keys += [ChartKey("hatch", pgettext("chart", "not shown"))] if SUPPRESSED in entry.months else []
    return ChartFigure(
        key, title, unit, month_summary(entry, numbers), drawing,
        table=month_table(results, [entry]), csv_url=links.csv([entry.code]), picture_url=links.picture(key), keys=keys,
    )  # fmt: skip


def units_figure(
    entry: YearIndicator,
    units: Sequence[Mapping[str, Any]],
    links: ChartLinks,
    title: str,
    key: str,
    most: int = MOST_UNITS,
    most_suppressed: int = MOST_SUPPRESSED,
) -> ChartFigure:
    """Return the ``most`` largest units as bars; the smaller shown ones are combined, suppressed ones are not."""
    shown_units = sorted((unit for unit in units if unit["value"] is not None), key=lambda unit: -unit["value"])
    bars = [BarRow(unit["unit"], unit["value"], value_text(unit["value"], entry.places)) for unit in shown_units[:most]]
    smaller = shown_units[most:]
    if smaller and not entry.is_ratio:
        total = sum(unit["value"] for unit in smaller)
        bars.append(BarRow(_("Smaller ones together"), total, value_text(total, entry.places), is_rest=True))
    bars += _suppressed_bars([unit["unit"] for unit in units if unit["value"] is None], most_suppressed)
    rows = [[unit["unit"], value_text(_unit_value(unit), entry.places)] for unit in units]
    return ChartFigure(
        key, title, entry.text("measure"), _summary(bars), BarRows(bars),
        table=ChartTable([_("Unit"), entry.text("measure")], rows), csv_url=links.csv([entry.code]),
        picture_url=links.picture(key),
    )  # fmt: skip


def _suppressed_bars(names: Sequence[str], most: int) -> list[BarRow]:
    """Return hatched bars for the units that are not shown; more than ``most`` of them share one."""
    text = value_text(SUPPRESSED)
    if len(names) > most:
        return [BarRow(counted("%(n)s unit not shown", "%(n)s units not shown", len(names)), SUPPRESSED, "")]
    return [BarRow(name, SUPPRESSED, text) for name in names]


def _unit_value(unit: Mapping[str, Any]) -> ChartValue:
    """Return a unit's value; SUPPRESSED if it is not shown."""
    return SUPPRESSED if unit["value"] is None else float(unit["value"])


def _summary(bars: Sequence[BarRow]) -> str:
    """Return the three largest units as a sentence."""
    return "; ".join(f"{bar.label}: {bar.text}" for bar in bars[:3])
