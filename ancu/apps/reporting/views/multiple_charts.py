"""Charts of several indicators at once: small ones side by side, and the dossiers of each procedure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.reporting.selectors.year_results import YearIndicator, YearResults
from ancu.apps.reporting.views.key_figures import counts_text
from ancu.apps.reporting.views.result_charts import (
    ChartLinks,
    change_of,
    month_table,
    plan_note,
    short_title,
    shows_most_months,
)
from ancu.apps.reporting.views.stay_charts import sum_text
from ancu.core.charts import (
    SUPPRESSED,
    BarRow,
    BarRows,
    ChartFigure,
    ChartKey,
    ColumnChart,
    MultipleCell,
    PlanBar,
    SmallMultiples,
)
from ancu.core.charts.values import number_of, numbers_of
from ancu.core.templatetags.charts import short_month, value_format, value_text

MOST_CELLS = 6
MONTHS_OF_A_YEAR = 12


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
    """Return small charts of the indicators that have months, on one scale or each on its own; None without any.

    Those that suppress most months stand last, with hatched columns; of these, those with a target come first.
    """
    ranked = sorted(filter(_is_drawn, entries), key=lambda entry: (not shows_most_months(entry), not entry.plan))
    cells_of = ranked[:MOST_CELLS]
    if not any(entry.has_months for entry in cells_of):
        return None
    names = [short_title(entry) for entry in cells_of]
    cells = _cells(results, cells_of, names, links)
    scale = _("one scale") if is_shared else _("each on its own scale")
    summary = ". ".join(f"{name}: {cell.text}" for name, cell in zip(names, cells, strict=True))
    return ChartFigure(
        key, title, _("Month by month, %(scale)s") % {"scale": scale}, summary,
        SmallMultiples(cells, is_shared=is_shared, is_dense=is_dense),
        _definition(cells_of, names, cells), month_table(results, cells_of, names),
        links.csv([entry.code for entry in cells_of]), links.picture(key),
        keys=_keys(results, cells), has_keys_above=True,
    )  # fmt: skip


def _is_drawn(entry: YearIndicator) -> bool:
    """Whether the indicator has a small chart: a month with a number, or suppressed months beside a total."""
    return entry.has_months or (SUPPRESSED in entry.months and number_of(entry.total) is not None)


def _definition(entries: Sequence[YearIndicator], names: Sequence[str], cells: Sequence[MultipleCell]) -> str:
    """Return what the indicators mean, once if all mean the same, and why some are not compared."""
    definitions = [entry.text("definition") for entry in entries]
    if len(set(definitions)) == 1:
        parts = definitions[:1]
    else:
        parts = [f"{name}: {definition}" for name, definition in zip(names, definitions, strict=True)]
    if any(cell.comparison and SUPPRESSED in entry.earlier_months for entry, cell in zip(entries, cells, strict=True)):
        parts.append(_("An indicator is not compared if months of the year before are not shown."))
    return " ".join(parts)


def _keys(results: YearResults, cells: Sequence[MultipleCell]) -> list[ChartKey]:
    """Return what the marks of the small charts mean."""
    keys, columns = [], [cell.columns for cell in cells if cell.columns]
    if any(chart.before for chart in columns):
        keys.append(ChartKey("tick", _("same month of %(year)s") % {"year": results.release.year - 1}))
    if any(SUPPRESSED in chart.values for chart in columns):
        keys.append(ChartKey("hatch", pgettext("chart", "not shown")))
    if any(cell.plan and cell.plan.expected is not None for cell in cells):
        keys.append(ChartKey("target", _("part of the year that is over")))
    return keys


def _cells(
    results: YearResults, entries: Sequence[YearIndicator], names: Sequence[str], links: ChartLinks
) -> list[MultipleCell]:
    """Return a small chart of each indicator. If one has a change or a target, each says why it has none."""
    has_changes = any(entry.change for entry in entries)
    has_plans = any(entry.plan for entry in entries)
    cells = []
    for entry, name in zip(entries, names, strict=True):
        cell = _cell(results, entry, name, links)
        if has_changes and not cell.delta:
            cell = replace(cell, comparison=_without_change(entry))
        if has_plans and not entry.plan and not cell.note:
            cell = replace(cell, note=_("no target for the year"))
        cells.append(cell)
    return cells


def _cell(results: YearResults, entry: YearIndicator, name: str, links: ChartLinks) -> MultipleCell:
    """Return one small chart of an indicator: its value, months, change and target."""
    total, is_share, plan = number_of(entry.total), entry.content["sums"] == "share", None
    if entry.plan and total is not None and not entry.is_ratio:
        plan = PlanBar(total / entry.plan, plan_note(entry), results.months / MONTHS_OF_A_YEAR)
    elif is_share and total is not None and not shows_most_months(entry):
        plan = PlanBar(total / 100, counts_text(entry))
    text = value_text(entry.total, entry.places, entry.text("measure") if is_share else "")
    has_least = entry.total is SUPPRESSED and entry.content["sums"] == "count" and bool(numbers_of(entry.months))
    if has_least:  # the months that are shown add up to it, so that it reveals nothing
        text = sum_text(entry.months)
    note = " · ".join(filter(None, (plan_note(entry) if entry.is_ratio else "", _published_months(entry))))
    return MultipleCell(
        name, text, _columns(results, entry, name), links.indicator(entry.code), plan, change_of(entry), note,
        is_withheld=entry.total is SUPPRESSED and not has_least,
    )  # fmt: skip


def _columns(results: YearResults, entry: YearIndicator, name: str) -> ColumnChart | None:
    """Return the months as columns, suppressed ones hatched; None if most months have no figure here.

    The year before is left out where most months are suppressed.
    """
    if not (is_complete := shows_most_months(entry)) and SUPPRESSED not in entry.months:
        return None
    numbers = value_format(entry.places)
    words, labels = ", ".join(map(numbers, entry.months)), [short_month(first) for first in results.first_days]
    return ColumnChart(
        entry.months, numbers, entry.earlier_months if is_complete else (), labels, has_ends=True,
        words=f"{name}: {words}",
    )  # fmt: skip


def _without_change(entry: YearIndicator) -> str:
    """Return what stands in place of the change from the year before; the definition says why it is missing."""
    year = {"year": entry.year - 1}
    if entry.change is not None:
        return _("as in %(year)s") % year
    return _("not comparable with %(year)s") % year if number_of(entry.total) is not None else ""


def _published_months(entry: YearIndicator) -> str:
    """Return which months have a figure where most have none; "" if columns show the months."""
    if shows_most_months(entry) or SUPPRESSED in entry.months:
        return ""
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
