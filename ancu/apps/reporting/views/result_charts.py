"""The charts of a published year: key figures, and each section's drawings with their tables and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ancu.apps.dossiers.selectors.procedures import short_name_of
from ancu.apps.reporting.selectors.year_results import YearIndicator, YearResults
from ancu.apps.reporting.selectors.yearly_totals import totals_before
from ancu.core.charts import (
    SUPPRESSED,
    ChartFigure,
    ChartKey,
    ChartLine,
    ChartTable,
    ChartValue,
    ColumnChart,
    Delta,
    LineChart,
    PointNote,
    RangeRow,
    RangeRows,
    SparkLine,
    TargetLine,
    ValueFormat,
    share_bar,
)
from ancu.core.charts.figures import Drawing
from ancu.core.charts.values import number_of, numbers_of
from ancu.core.templatetags.charts import (
    delta_of,
    is_target_met,
    share_target_note,
    short_month,
    value_format,
    value_text,
)
from ancu.core.templatetags.ui import day, number
from ancu.engines.rulebook import NotInForce, get_procedure

KEY_FIGURES = {
    "stays_declared": gettext_lazy("Stays declared"),
    "stays_late": gettext_lazy("Share declared late"),
    "promises_kept": gettext_lazy("Dossiers on time"),
    "petitions_settled": gettext_lazy("Petitions confirmed"),
    "cases_cleared": gettext_lazy("Criminal cases cleared"),
}  # short titles: each fits a line
TREND_HEIGHT = 46
ENOUGH_YEARS = 3  # of earlier ones, for a line over the years


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


@dataclass(frozen=True)
class KeyFigure:
    """One of the figures at the top of the page, with its months; ``note`` says how it stands to its target.

    ``years`` are the totals of earlier years, for a share that most months suppress.
    """

    title: str
    indicator: YearIndicator
    url: str
    delta: Delta | None
    note: str
    years: Mapping[int, float]

    @property
    def years_note(self) -> str:
        """Which years the line is about; "" where months or a bar are drawn."""
        span = span_of_years(self.years, self.indicator.year)
        return _("line: %(years)s") % {"years": span} if span else ""

    @property
    def drawing(self) -> Drawing:
        """The months; of a share that most months suppress, the years, or the share of all months as a bar."""
        entry = self.indicator
        words = _("%(title)s by month in %(year)s") % {"title": entry.text_title, "year": entry.year}
        if not entry.is_ratio:
            return ColumnChart(entry.months, value_format(0), entry.earlier_months, height=TREND_HEIGHT, words=words)
        if shows_most_months(entry):
            return share_line(
                entry.months, entry.earlier_months, entry.plan, entry.content["direction"], height=TREND_HEIGHT,
                words=words,
            )  # fmt: skip
        total = number_of(entry.total) or 0.0
        if line := share_of_years(entry.text_title, self.years, entry.year, total, entry.plan, height=TREND_HEIGHT):
            return line
        return share_bar(total, f"{entry.text_title}: {value_text(total, 1, '%')}", entry.plan)


def share_line(
    months: Sequence[ChartValue],
    before: Sequence[ChartValue],
    target: float | None,
    direction: str,
    *,
    height: int,
    words: str,
) -> SparkLine:
    """Return the months of a share as a small line over those of the year before.

    It starts at zero if less of the share is better (``direction``). A year before with gaps is left out.
    """
    complete = before if len(numbers_of(before)) == len(months) else ()
    return SparkLine(months, complete, target, height, words, has_zero=direction == "down")


def span_of_years(years: Mapping[int, float], year: int) -> str:
    """Return the first and the last year of a line over these years and ``year``; "" for too few of them."""
    return f"{min(years)}\N{EN DASH}{year}" if len(years) >= ENOUGH_YEARS else ""


def share_of_years(
    title: str, years: Mapping[int, float], year: int, total: float, target: float | None, *, height: int
) -> SparkLine | None:
    """Return a share of ``years`` and of ``year`` as a small line; None if there are too few of them."""
    span = span_of_years(years, year)
    if not span:
        return None
    words = _("%(title)s by year, %(years)s") % {"title": title, "years": span}
    values: list[ChartValue] = [years.get(past_year) for past_year in range(min(years), year)]
    return SparkLine([*values, total], target=target, height=height, words=words)


def key_figures(results: YearResults, links: ChartLinks) -> list[KeyFigure]:
    """Return the key figures that the release has."""
    entries = [
        entry for code in KEY_FIGURES if (entry := results.by_code.get(code)) and number_of(entry.total) is not None
    ]
    without_months = [entry.code for entry in entries if entry.is_ratio and not shows_most_months(entry)]
    years = totals_before(results.release.year, without_months)
    return [
        KeyFigure(
            str(KEY_FIGURES[entry.code]), entry, links.indicator(entry.code), _change_beside_target(entry),
            _target_note(entry), years.get(entry.code, {}),
        )
        for entry in entries
    ]  # fmt: skip


def _change_beside_target(entry: YearIndicator) -> Delta | None:
    """Return the change; a worse one has no colour while the share meets its target, which stands beside it."""
    delta, share = change_of(entry), number_of(entry.total)
    if delta is None or delta.is_better is not False or not entry.is_ratio or share is None or entry.plan is None:
        return delta
    return replace(delta, is_better=None) if is_target_met(share, entry.plan, entry.content["direction"]) else delta


def _target_note(entry: YearIndicator) -> str:
    """Return how much of the year's target is reached, or whether a share meets it; without one, its last month."""
    total, plan = number_of(entry.total), entry.plan
    if entry.is_ratio and plan is None:
        return _last_month_note(entry)
    if not entry.is_ratio or total is None or plan is None:
        return plan_note(entry)
    return share_target_note(total, plan, entry.content["direction"])


def _last_month_note(entry: YearIndicator) -> str:
    """Return the last month of a share that is shown, with its value; "" without one."""
    if entry.last_month is None:
        return ""
    place, value = entry.last_month
    return f"{short_month(date(entry.year, place, 1))}: {value_text(value, entry.places, entry.text('measure'))}"


def change_of(entry: YearIndicator) -> Delta | None:
    """Return the change from the same months of the year before, if both are published."""
    return delta_of(entry.change, is_better=entry.is_better, note=_("from %(year)s") % {"year": entry.year - 1})


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
        has_values=True,
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
