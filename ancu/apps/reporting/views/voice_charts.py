"""Charts of what people told the office: petitions by month, and what became of petitions, promises and tips."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from ancu.apps.reporting.selectors.year_results import YearIndicator, YearResults
from ancu.apps.reporting.views.indicator_charts import columns_figure
from ancu.apps.reporting.views.key_figures import counts_text, percent_text
from ancu.apps.reporting.views.multiple_charts import multiples_figure
from ancu.apps.reporting.views.result_charts import ChartLinks, month_table, shows_most_months
from ancu.core.charts import (
    ChartFigure,
    DrawingPart,
    DrawingParts,
    NumberCell,
    NumberCells,
    StackedRows,
    StackPart,
    StackRow,
)
from ancu.core.charts.values import number_of
from ancu.core.templatetags.charts import value_text

RECEIVED = "petitions_received"
MOST_RATES = 3  # from so many on the bars fill their card


def voice_figures(
    results: YearResults, links: ChartLinks, entries: Sequence[YearIndicator]
) -> list[ChartFigure | None]:
    """Return the petitions of each month, and the shares that were resolved, kept or answered.

    If most months of the petitions are suppressed, small charts of all indicators.
    """
    received = results.by_code.get(RECEIVED)
    rates = _rates_figure(results, links, entries)
    if received is None or rates is None or not shows_most_months(received):
        title = _("Petitions, tips and surveys")
        return [multiples_figure(results, links, "voice", title, entries, is_shared=False, is_dense=True)]
    definition, title = received.text("definition"), received.text("title")
    monthly = columns_figure(results, received, links, "voice", title, _("Petitions received in the month"), height=140)
    return [replace(monthly, definition=definition, has_keys_above=True), rates]


def _rates_figure(results: YearResults, links: ChartLinks, entries: Sequence[YearIndicator]) -> ChartFigure | None:
    """Return the shares of all months as bars with their counts; None if none is shown."""
    rates = [entry for entry in entries if entry.content["sums"] == "share" and number_of(entry.total) is not None]
    if not rates:
        return None
    stacks = [_rate(entry, links) for entry in rates]
    counts = [entry for entry in entries if entry.content["sums"] == "count" and entry.code != RECEIVED]
    cells = [NumberCell(value_text(entry.total), entry.text("title"), links.indicator(entry.code))
             for entry in counts if number_of(entry.total) is not None]  # fmt: skip
    names = [entry.text("title") for entry in rates]
    has_room = len(stacks) < MOST_RATES  # beside the columns of the months
    parts = [DrawingPart(StackedRows(stacks)), *([DrawingPart(NumberCells(cells))] if cells and has_room else [])]
    return ChartFigure(
        "voice-rates", _("What became of them"), _("Share of all months together, and its counts"),
        "; ".join(f"{stack.label}: {stack.text}" for stack in stacks), DrawingParts(parts),
        " ".join(f"{name}: {entry.text('definition')}" for name, entry in zip(names, rates, strict=True)),
        month_table(results, rates, names), links.csv([entry.code for entry in rates]), links.picture("voice-rates"),
    )  # fmt: skip


def _rate(entry: YearIndicator, links: ChartLinks) -> StackRow:
    """Return a share as a part of its bar, with its counts."""
    share = number_of(entry.total) or 0.0
    parts = [StackPart(share, "now"), StackPart(100 - share, "rest")]
    text, counts = percent_text(share), counts_text(entry)
    return StackRow(entry.text("title"), parts, f"{text} {counts}".strip(), text, counts, links.indicator(entry.code))
