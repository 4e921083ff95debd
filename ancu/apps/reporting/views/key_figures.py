"""The key figures of a year, as the home page and the page of the results show them.

Each figure is about all months of the release: its number, its drawing and what stands beside it have one period.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ancu.apps.reporting.selectors.year_results import YearIndicator, YearResults, earlier_totals
from ancu.apps.reporting.views.result_charts import ChartLinks, change_of, plan_note
from ancu.core.charts import ChartKey, ChartValue, ColumnChart, Delta, SparkLine, StackedRows, StackPart, StackRow
from ancu.core.charts.figures import Drawing
from ancu.core.charts.values import number_of, numbers_of
from ancu.core.templatetags.charts import is_target_met, share_target_note, short_month, value_format, value_text
from ancu.core.templatetags.ui import number

KEY_FIGURES = {
    "stays_declared": gettext_lazy("Stays declared"),
    "stays_late": gettext_lazy("Share declared late"),
    "promises_kept": gettext_lazy("Dossiers on time"),
    "petitions_settled": gettext_lazy("Petitions confirmed"),
    "cases_cleared": gettext_lazy("Criminal cases cleared"),
}  # short titles: each fits a line
PARTS = {
    "stays_late": (pgettext_lazy("share", "late"), pgettext_lazy("share", "in time")),
    "promises_kept": (pgettext_lazy("share", "in time"), pgettext_lazy("share", "late")),
    "petitions_settled": (pgettext_lazy("share", "confirmed"), pgettext_lazy("share", "ended otherwise")),
}
TREND_HEIGHT, YEARS_HEIGHT = 46, 28  # the first and last year stand under the line of years
FEWEST_YEARS = 3  # complete ones, from which a course is drawn


@dataclass(frozen=True)
class KeyFigure:
    """A key figure with its address, its change from the year before, and how it stands to its target.

    ``tone`` is that of the note: ok where a target is met, bad where it is not. ``has_parts`` asks for a share as the
    two parts of a bar.
    """

    title: str
    indicator: YearIndicator
    url: str
    delta: Delta | None
    note: str
    tone: str
    height: int = TREND_HEIGHT
    has_parts: bool = False
    earlier: Sequence[tuple[int, float | None]] = ()  # complete years

    @property
    def has_years(self) -> bool:
        """Whether the course of the years is drawn, in place of months that are not published."""
        return len(numbers_of(value for _year, value in self.earlier)) >= FEWEST_YEARS

    @property
    def is_split(self) -> bool:
        """Whether a share is drawn as its parts: wanted so, or neither all months nor enough years are published."""
        return self.has_parts or (not self.has_years and _hides_months(self.indicator))

    @property
    def drawing(self) -> Drawing:
        """A count's months as columns; a share's months or years as a line with its target, or its parts as a bar."""
        entry = self.indicator
        if self.is_split:
            return _parts_bar(entry)
        if self.has_years:
            return _years_line(entry, self.earlier)
        words = _("%(title)s by month in %(year)s") % {"title": entry.text_title, "year": entry.year}
        if not entry.is_ratio:
            return ColumnChart(entry.months, value_format(0), entry.earlier_months, height=self.height, words=words)
        return share_line(
            entry.months, entry.earlier_months, entry.plan, entry.content["direction"], height=self.height, words=words
        )

    @property
    def keys(self) -> list[ChartKey]:
        """What the marks of the drawing mean: the parts of a bar, the year before, and the target."""
        entry = self.indicator
        target = [] if entry.plan is None or not entry.is_ratio else [ChartKey("target", plan_note(entry))]
        if self.is_split:
            return [*_part_keys(entry), *target]
        if self.has_years:
            return target
        shown_before = len(numbers_of(entry.earlier_months))
        is_drawn = shown_before == len(entry.months) if entry.is_ratio else shown_before > 0
        before = [ChartKey("was" if entry.is_ratio else "tick", str(entry.year - 1))] if is_drawn else []
        return [*before, *target]

    @property
    def part_names(self) -> list[ChartKey]:
        """The two parts of a share by name; the share itself stands above its bar."""
        part, rest = PARTS[self.indicator.code]
        return [ChartKey("now", str(part)), ChartKey("rest", str(rest))]

    @property
    def ends(self) -> str:
        """The first and last month of the drawing; empty where a bar is drawn."""
        length = len(self.indicator.months)
        if self.is_split or not length:
            return ""
        if self.has_years:
            return f"{self.earlier[0][0]} – {self.indicator.year}"
        first, last = (short_month(date(self.indicator.year, month, 1)) for month in (1, length))
        return first if length == 1 else f"{first} – {last}"


def key_figures(
    results: YearResults,
    links: ChartLinks,
    codes: Collection[str] = tuple(KEY_FIGURES),
    *,
    height: int = TREND_HEIGHT,
    with_years: bool = True,
) -> list[KeyFigure]:
    """Return the key figures with these codes that the release shows.

    A share of which not every month is published has the course of the years, or, not ``with_years``, its parts.
    """
    entries = [entry for code in codes if (entry := results.by_code.get(code)) and number_of(entry.total) is not None]
    figures = [_key_figure(entry, links, height) for entry in entries]
    return [_with_years(figure) for figure in figures] if with_years else figures


def _with_years(figure: KeyFigure) -> KeyFigure:
    """Return the figure with the complete years before, if it is a share of which not every month is published."""
    entry = figure.indicator
    return replace(figure, earlier=earlier_totals(entry.code, entry.year)) if _hides_months(entry) else figure


def _hides_months(entry: YearIndicator) -> bool:
    """Whether an indicator is a share of which not every month is published: a line with holes tells little."""
    return entry.is_ratio and len(numbers_of(entry.months)) < len(entry.months)


def _key_figure(entry: YearIndicator, links: ChartLinks, height: int) -> KeyFigure:
    """Return the key figure of an indicator. One line stands beside its number: the target, the counts or the change.

    A worse change has no colour while the share meets its target.
    """
    note, tone = _note(entry)
    delta = None if note else change_of(entry)
    return KeyFigure(str(KEY_FIGURES[entry.code]), entry, links.indicator(entry.code), delta, note, tone, height)


def _note(entry: YearIndicator) -> tuple[str, str]:
    """Return how the figure stands to its target, or the counts of a share, and the tone of this note."""
    total = number_of(entry.total)
    if total is None:
        return "", ""
    if entry.is_ratio and entry.plan is not None:
        direction = entry.content["direction"]
        return share_target_note(total, entry.plan, direction), "ok" if is_target_met(
            total, entry.plan, direction
        ) else "bad"
    return (counts_text(entry) if entry.is_ratio else plan_note(entry)), ""


def counts_text(entry: YearIndicator) -> str:
    """Return the counts of a share in words, such as "336 of 423"; "" if the release does not show them."""
    if entry.counts is None:
        return ""
    return _("%(part)s of %(n)s") % {"part": number(entry.counts[0]), "n": number(entry.counts[1])}


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


def _years_line(entry: YearIndicator, earlier: Sequence[tuple[int, float | None]]) -> SparkLine:
    """Return the years of a share as a small line with its target; the last one may not be complete."""
    words = _("%(title)s by year up to %(year)s") % {"title": entry.text_title, "year": entry.year}
    values = [*(value for _year, value in earlier), entry.total]
    return SparkLine(values, (), entry.plan, YEARS_HEIGHT, words, has_zero=entry.content["direction"] == "down")


def _parts_bar(entry: YearIndicator) -> StackedRows:
    """Return a share and the rest of it as the two parts of one bar, with its target."""
    share = number_of(entry.total) or 0.0
    parts = [StackPart(share, "now"), StackPart(100 - share, "rest")]
    return StackedRows([StackRow("", parts, f"{entry.text_title}: {value_text(share, 1, '%')}")], target=entry.plan)


def _part_keys(entry: YearIndicator) -> list[ChartKey]:
    """Return the two parts of a share in words, each with its count, or with its percentage without counts."""
    part, rest = PARTS[entry.code]
    if entry.counts:
        sizes = number(entry.counts[0]), number(entry.counts[1] - entry.counts[0])
    else:
        share = number_of(entry.total) or 0.0
        sizes = percent_text(share), percent_text(100 - share)
    return [ChartKey("now", f"{part} {sizes[0]}"), ChartKey("rest", f"{rest} {sizes[1]}")]


def percent_text(share: float) -> str:
    """Return a share as text, with a decimal place only if it has one."""
    return value_format(1, "%")(round(share, 1))
