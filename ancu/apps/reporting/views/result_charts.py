"""The charts of a published year: key figures, and each section's drawings with their tables and files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.dossiers.selectors.procedures import short_name_of
from ancu.apps.reporting.selectors.year_results import YearIndicator, YearResults
from ancu.core.charts import (
    SUPPRESSED,
    ChartFigure,
    ChartKey,
    ChartLine,
    ChartTable,
    ChartValue,
    Delta,
    LineChart,
    PointNote,
    RangeRow,
    RangeRows,
    TargetLine,
    ValueFormat,
)
from ancu.core.charts.values import number_of, numbers_of
from ancu.core.documents.comparisons import Measure
from ancu.core.templatetags.charts import (
    delta_of,
    short_month,
    value_format,
    value_text,
)
from ancu.core.templatetags.ui import day, number
from ancu.engines.rulebook import NotInForce, get_procedure

SLIGHT = 1  # percent by which a count changes


@dataclass(frozen=True)
class ChartLinks:
    """Addresses of a release's files; ``release`` is its number if the page shows an earlier one."""

    year: int
    release: int | None = None

    def query(self, codes: Sequence[str] = ()) -> str:
        """Return the query string for these indicators of the release."""
        pairs = [("code", code) for code in codes] + ([("release", str(self.release))] if self.release else [])
        return f"?{urlencode(pairs)}" if pairs else ""

    def csv(self, codes: Sequence[str]) -> str:
        """Return the address of these indicators' CSV file."""
        return reverse("reporting:public-csv", args=[self.year]) + self.query(codes)

    def picture(self, key: str) -> str:
        """Return the address of a chart's picture."""
        return reverse("reporting:public-chart", args=[self.year, key]) + self.query()

    def indicator(self, code: str) -> str:
        """Return the address of an indicator's page."""
        return reverse("reporting:public-indicator", args=[self.year, code]) + self.query()


def change_of(entry: YearIndicator) -> Delta | None:
    """Return the change from the same months of the year before, if both are published; a slight one has no colour."""
    change = entry.change
    is_slight = change is not None and change.measure is Measure.PERCENT and abs(change.amount) < SLIGHT
    is_better = None if is_slight else entry.is_better
    return delta_of(change, is_better=is_better, note=_("from %(year)s") % {"year": entry.year - 1})


def plan_note(entry: YearIndicator) -> str:
    """Return how much of the year's target is reached, or the target of a share; "" without a target."""
    total, plan = number_of(entry.total), entry.plan
    if not plan or total is None:
        return ""
    if entry.is_ratio:
        return _("target %(value)s") % {"value": value_text(plan, 0, entry.text("measure"))}
    values = {"share": value_text(100 * total / plan, 1, "%"), "plan": number(plan)}
    return _("%(share)s of %(plan)s for the year") % values


def shows_most_months(entry: YearIndicator) -> bool:
    """Whether at least half of the months have a number, of a share more; the course of fewer would be a guess."""
    number_count, half = len(numbers_of(entry.months)), len(entry.months) / 2
    return number_count > half if entry.is_ratio else number_count >= half > 0


def line_figure(
    results: YearResults, code: str, links: ChartLinks, unit: str, *, height: int = 210
) -> ChartFigure | None:
    """Return an indicator's months as a line beside the year before; None if no month is shown."""
    entry = results.by_code.get(code)
    if entry is None or not entry.has_months:
        return None
    return indicator_figure(results, entry, links, unit, key=code, height=height)


def indicator_figure(
    results: YearResults, entry: YearIndicator, links: ChartLinks, unit: str, key: str, *, height: int = 240
) -> ChartFigure:
    """Return an indicator's months as a line beside the year before, with its target and revisions."""
    measure = entry.text("measure") if entry.content["sums"] == "share" else ""
    numbers = value_format(entry.places, measure)
    has_before = any(number_of(value) is not None for value in entry.earlier_months)
    target = TargetLine(_("target"), entry.plan) if entry.is_ratio and entry.plan else None
    drawing = LineChart(
        [short_month(first) for first in results.first_days],
        ChartLine(str(entry.year), entry.months),
        numbers,
        before=ChartLine(str(entry.year - 1), entry.earlier_months) if has_before else None,
        target=target,
        height=height,
        notes=[
            PointNote(revision.month.month - 1, _("revised on %(day)s") % {"day": f"{revision.on:%d/%m}"}, "#revised")
            for revision in entry.revisions[-1:]
        ],
        words=month_summary(entry, numbers),
    )
    return ChartFigure(
        key, entry.text("title"), unit, month_summary(entry, numbers), drawing, entry.text("definition"),
        month_table(results, [entry]), links.csv([entry.code]), links.picture(key), links.indicator(entry.code),
        keys=[ChartKey("hatch", pgettext("chart", "not shown"))] if SUPPRESSED in entry.months else [],
    )  # fmt: skip


def month_summary(entry: YearIndicator, numbers: ValueFormat) -> str:
    """Return a sentence about the last month that is shown, and the same month a year before."""
    last = entry.last_month
    if last is None:
        return entry.text("title")
    place, value = last
    sentence = f"{entry.text('title')}: {place:02d}/{entry.year} {numbers(value)}"
    earlier = entry.earlier_months[place - 1] if place <= len(entry.earlier_months) else None
    return (
        f"{sentence}; {place:02d}/{entry.year - 1} {numbers(earlier)}" if number_of(earlier) is not None else sentence
    )


def month_table(results: YearResults, entries: Sequence[YearIndicator], names: Sequence[str] = ()) -> ChartTable:
    """Return the months of the indicators as a table; one indicator also with the year before."""
    if len(entries) == 1:
        [entry] = entries
        columns: list[tuple[str, Sequence[ChartValue], int]] = [(str(entry.year), entry.months, entry.places)]
        if entry.earlier_months:
            columns.append((str(entry.year - 1), entry.earlier_months, entry.places))
        totals = [entry.total, *([entry.earlier_total] if entry.earlier_months else [])]
    else:
        titles = names or [entry.text("title") for entry in entries]
        columns = [(title, entry.months, entry.places) for title, entry in zip(titles, entries, strict=True)]
        totals = [entry.total for entry in entries]
    rows = [
        [f"{first:%m/%Y}", *(value_text(values[place], places) for _name, values, places in columns)]
        for place, first in enumerate(results.first_days)
    ]
    total = [value_text(value, places) for value, (_name, _values, places) in zip(totals, columns, strict=True)]
    return ChartTable([_("Month"), *(name for name, _values, _places in columns)], [*rows, [_("In total"), *total]])


def short_title(entry: YearIndicator) -> str:
    """Return the procedure's short name of an indicator about one, else its title."""
    title, colon, _procedure = entry.text("title").partition(": ")
    return short_name_of(entry.code.partition("-")[2], date(entry.year, 12, 31)) if colon else title


def duration_figure(results: YearResults, links: ChartLinks) -> ChartFigure | None:
    """Return how long decisions took, from half to nine in ten, beside the legal limit; None without figures.

    A year that is over has one figure for each procedure. Before, it is the last month that shows both figures.
    """
    rows, codes = [], []
    for entry in results.indicators:
        slow = results.by_code.get(entry.code.replace("dossiers_middle-", "dossiers_slow-"))
        if entry.code.startswith("dossiers_middle-") and slow and (spans := _durations(entry, slow)):
            rows.append(_range_row(entry, *spans))
            codes += [entry.code, slow.code]
    if not rows:
        return None
    head = [_("Procedure"), _("Half within"), _("Nine in ten within"), _("Legal limit"), _("Period")]
    table = ChartTable(
        head, [[row.label, number(row.half), number(row.most), number(row.limit), row.text] for row in rows]
    )
    keys = [
        ChartKey("dot", _("half decided")),
        ChartKey("light", _("nine in ten decided")),
        ChartKey("target", _("legal limit")),
    ]
    definition = f"{results.by_code[codes[0]].text('definition')} {results.by_code[codes[1]].text('definition')}"
    return ChartFigure(
        "durations",
        _("How long a decision takes"),
        _("Working days from submission"),
        "; ".join(row.words for row in rows),
        RangeRows(rows, _("days"), _("period")),
        definition,
        table,
        links.csv(codes),
        links.picture("durations"),
        keys=keys,
    )


def _durations(middle: YearIndicator, slow: YearIndicator) -> tuple[float, float, str] | None:
    """Return the days within which half and nine in ten were decided, and the period; None if nothing is shown."""
    half, most = number_of(middle.total), number_of(slow.total)
    if half is not None and most is not None:
        return half, most, str(middle.year)
    for place in range(min(len(middle.months), len(slow.months)), 0, -1):
        half, most = number_of(middle.months[place - 1]), number_of(slow.months[place - 1])
        if half is not None and most is not None:
            return half, most, f"{place:02d}/{middle.year}"
    return None


def _range_row(entry: YearIndicator, half: float, most: float, period: str) -> RangeRow:
    """Return the row of a procedure, with the limit that the law sets today."""
    procedure = entry.code.partition("-")[2]
    try:
        limit: float | None = get_procedure(procedure, date(entry.year, 12, 31)).deadline_days
    except (KeyError, NotInForce):
        limit = None
    values = {"half": number(half), "most": number(most)}
    words = _("half within %(half)s working days, nine in ten within %(most)s") % values
    name = short_title(entry)
    return RangeRow(name, half, max(half, most), f"{name}: {words}", limit, period, is_low=False)


def release_words(results: YearResults) -> str:
    """Return where a chart's figures come from: the day and number of the release."""
    release = results.release
    return _("Results of %(year)s, published on %(day)s, release %(number)s") % {
        "year": release.year, "day": day(release.made_at), "number": release.number,
    }  # fmt: skip
