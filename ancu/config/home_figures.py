"""Figures of the home page: the newest release of results, and how long dossiers take."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.dossiers.selectors.procedures import short_name_of
from ancu.apps.dossiers.selectors.promises import last_full_month
from ancu.apps.reporting.models import Release
from ancu.apps.reporting.rules.values import is_better
from ancu.apps.reporting.selectors import published
from ancu.apps.reporting.selectors.published import ReleasedIndicator
from ancu.apps.reporting.selectors.yearly_totals import totals_before
from ancu.apps.reporting.views.result_charts import share_line, share_of_years, span_of_years
from ancu.core import clock
from ancu.core.charts import (
    SUPPRESSED,
    ChartKey,
    ChartValue,
    ColumnChart,
    Delta,
    RangeRow,
    RangeRows,
    share_bar,
)
from ancu.core.charts.figures import Drawing
from ancu.core.charts.values import number_of, numbers_of
from ancu.core.dates import written_parts
from ancu.core.documents.comparisons import Change, change
from ancu.core.errors import Http404
from ancu.core.templatetags.charts import (
    delta_of,
    is_target_met,
    share_target_note,
    short_month,
    value_format,
    value_text,
)
from ancu.core.templatetags.ui import counted
from ancu.engines.rulebook import get_procedure

INDICATORS_ON_HOME = ("stays_declared", "stays_late", "promises_kept", "petitions_settled")
MOST_PROCEDURES = 5
ENOUGH_MONTHS = 3
DRAWING_HEIGHT = 76


@dataclass(frozen=True)
class LiveFigure:
    """One published indicator: its last month, the months before, and the same months a year earlier.

    Where most months are suppressed, the figure of all months together is shown instead (``is_total``).
    """

    indicator: ReleasedIndicator
    number: int
    earlier: Sequence[float | None]
    years: Mapping[int, float] = field(default_factory=dict)  # totals of the years before, for ``is_total``

    @property
    def is_total(self) -> bool:
        """Whether the months together are shown: fewer than three of them are published, but their total is."""
        published_months = [value for value in self.values if value is not None and value is not SUPPRESSED]
        return len(published_months) < ENOUGH_MONTHS and self.indicator.content["total"] is not None

    @property
    def period(self) -> str:
        """What the figure is about: a month, or the first months of the year."""
        if not self.is_total:
            return written_parts(f"{self.month:%Y-%m}")
        months = {"n": self.number + 1, "year": self.indicator.year}
        return _("the first %(n)s months of %(year)s") % months

    @property
    def month(self) -> date:
        """The first day of the last month with a figure or a suppressed one."""
        return self.indicator.months[self.number][0]

    @property
    def values(self) -> list[ChartValue]:
        """The figures of the months up to the last one."""
        months = self.indicator.months[: self.number + 1]
        return [SUPPRESSED if hidden else value for _day, value, hidden in months]

    @property
    def value(self) -> ChartValue:
        """The last month's figure, or that of all months."""
        total: float | None = self.indicator.content["total"]
        return total if self.is_total else self.values[-1]

    @property
    def unit(self) -> str:
        """The sign of a share; empty for a count."""
        return "%" if self.indicator.content["sums"] == "share" else ""

    @property
    def is_bar(self) -> bool:
        """Whether a share of all months is drawn as a bar, because there is no line of years."""
        return self.is_total and bool(self.unit) and not span_of_years(self.years, self.indicator.year)

    @property
    def before(self) -> list[ChartValue]:
        """The figures of the same months a year earlier."""
        return [*self.earlier[: self.number + 1]]

    @property
    def drawing(self) -> Drawing:
        """The months as columns for a count, as a line for a share; a total share as a line of years, or a bar."""
        words = _("%(title)s by month in %(year)s") % {"title": self.indicator.title, "year": self.indicator.year}
        if self.is_total and self.unit:
            return self._drawing_of_total(float(self.indicator.content["total"]))
        if self.unit:
            direction = self.indicator.content["direction"]
            return share_line(self.values, self.before, self.target, direction, height=DRAWING_HEIGHT, words=words)
        return ColumnChart(self.values, value_format(0), self.before, height=DRAWING_HEIGHT, words=words)

    def _drawing_of_total(self, share: float) -> Drawing:
        """The share of all months at the end of a line of years; as a bar if few years are published."""
        title, year = self.indicator.title, self.indicator.year
        line = share_of_years(title, self.years, year, share, self.target, height=DRAWING_HEIGHT)
        return line or share_bar(share, f"{title}: {value_text(share, 1, '%')}", self.target)

    @property
    def target(self) -> float | None:
        """The province's target for the share."""
        plan = self.indicator.content["plan"]
        return float(plan) if plan is not None and self.unit else None

    @property
    def target_note(self) -> str:
        """The target of a share, and whether the shown share meets it; empty without a target."""
        share = number_of(self.value)
        if self.target is None or share is None:
            return ""
        return share_target_note(share, self.target, self.indicator.content["direction"])

    @property
    def keys(self) -> list[ChartKey]:
        """What the marks of the drawing mean: the parts of a bar, or the year before and the target."""
        if self.is_bar:
            return _share_keys(self.indicator.code, float(self.indicator.content["total"]))
        keys, shown_before = [], len(numbers_of(self.before))
        is_drawn = shown_before == len(self.values) if self.unit else shown_before > 0
        if is_drawn and not self.is_total:
            keys.append(ChartKey("was" if self.unit else "tick", str(self.indicator.year - 1)))
        return [*keys, ChartKey("target", self.target_note)] if self.target_note else keys

    @property
    def ends(self) -> str:
        """The first and last month or year of the drawing; empty where a bar is drawn."""
        if self.is_total and self.unit:
            return span_of_years(self.years, self.indicator.year)
        first, last = short_month(self.indicator.months[0][0]), short_month(self.month)
        return first if first == last else f"{first} – {last}"

    @property
    def delta(self) -> Delta | None:
        """The change as a page shows it; a worse one has no colour while the share meets its target."""
        is_better, share = self.is_better, number_of(self.value)
        if is_better is False and share is not None and self.target is not None:
            direction = self.indicator.content["direction"]
            is_better = None if is_target_met(share, self.target, direction) else False
        return delta_of(self.change, is_better=is_better, note=_("from %(year)s") % {"year": self.indicator.year - 1})

    @property
    def change(self) -> Change | None:
        """The change from the same month a year earlier."""
        if self.is_total:
            return None
        earlier = self.earlier[self.number] if self.number < len(self.earlier) else None
        last = self.indicator.months[self.number][1]  # None if suppressed
        pair = [None if value is None else Decimal(str(value)) for value in (last, earlier)]
        return change(*pair, share=bool(self.indicator.places))

    @property
    def is_better(self) -> bool | None:
        """Whether the change is good; None where neither direction is."""
        return is_better(self.indicator.content["direction"], self.change.amount if self.change else None)

    @property
    def url(self) -> str:
        """The indicator's public page."""
        return reverse("reporting:public-indicator", args=[self.indicator.year, self.indicator.code])


def _share_keys(code: str, share: float) -> list[ChartKey]:
    """Return the two parts of an indicator's share in words, each with its size."""
    names = {
        "stays_late": (pgettext("share", "late"), pgettext("share", "in time")),
        "promises_kept": (pgettext("share", "in time"), pgettext("share", "late")),
        "petitions_settled": (pgettext("share", "confirmed"), pgettext("share", "ended otherwise")),
    }
    part, rest = names[code]
    return [ChartKey("now", f"{part} {_percent(share)}"), ChartKey("rest", f"{rest} {_percent(100 - share)}")]


def _percent(share: float) -> str:
    """Return a share as text, with a decimal place only if it has one."""
    return value_format(1, "%")(round(share, 1))


def live_figures() -> tuple[list[LiveFigure], datetime | None]:
    """Return the indicators of the newest release, as far as it has them, and when it was made."""
    years = published.years()
    if not years:
        return [], None
    release = published.latest(years[0])
    before = published.latest(years[0] - 1) if years[0] - 1 in years else None
    contents, earlier = _contents(release), _contents(before) if before else {}
    figures = []
    for code in INDICATORS_ON_HOME:
        content = contents.get(code)
        number = _last_number(content) if content else None
        if content and number is not None:
            months = earlier[code]["months"] if code in earlier else []
            figures.append(LiveFigure(ReleasedIndicator(content, release.year), number, months))
    return _with_years(figures, release.year), release.made_at


def _with_years(figures: Sequence[LiveFigure], year: int) -> list[LiveFigure]:
    """Return the figures, those without months with the totals of the years before."""
    totals = totals_before(year, [figure.indicator.code for figure in figures if figure.is_total and figure.unit])
    return [replace(figure, years=totals.get(figure.indicator.code, {})) for figure in figures]


def _contents(release: Release) -> dict[str, dict[str, Any]]:
    """Return the shown indicators of a release by code, as far as it has them."""
    contents = {}
    for code in INDICATORS_ON_HOME:
        with suppress(Http404):
            contents[code] = published.released_indicator(release, code).content
    return contents


def _last_number(content: dict[str, Any]) -> int | None:
    """Return the place of the last month that has a figure, shown or suppressed; None without any."""
    places = [
        place
        for place, (value, hidden) in enumerate(zip(content["months"], content["hidden"], strict=True))
        if value is not None or hidden
    ]
    return places[-1] if places else None


@dataclass(frozen=True)
class ProcedureDays:
    """How many working days dossiers of a procedure took in the last completed month."""

    name: str
    month: date
    cases: int
    middle: int
    slow: int
    legal_days: int


def waiting_chart(procedures: Sequence[ProcedureDays]) -> RangeRows:
    """Return the days of each procedure, from half of the dossiers decided to nine of ten, and their number."""
    return RangeRows([_waiting_row(row) for row in procedures], unit=_("days"), is_axis_below=True)


def _waiting_row(row: ProcedureDays) -> RangeRow:
    """Return a procedure's row with its days and dossiers in words."""
    days = {"middle": row.middle, "slow": row.slow}
    words = _("%(name)s: half of the dossiers within %(middle)s working days, nine of ten within %(slow)s")
    text, cases = _("%(middle)s–%(slow)s days") % days, counted("%(n)s dossier", "%(n)s dossiers", row.cases)
    return RangeRow(row.name, row.middle, row.slow, words % {"name": row.name, **days}, row.legal_days, text, cases)


def waiting_keys() -> list[ChartKey]:
    """Return what the marks of the chart of days mean."""
    return [
        ChartKey("dot", _("half decided")), ChartKey("light", _("nine in ten decided")),
        ChartKey("target", _("legal limit")),
    ]  # fmt: skip


def processing_days() -> list[ProcedureDays]:
    """Return the days of the procedures with the most decided dossiers, as the page of processing times shows them."""
    return [
        ProcedureDays(
            short_name_of(month.procedure, month.first_day), month.first_day, month.cases, month.middle, month.slow,
            get_procedure(month.procedure, clock.today()).deadline_days,
        )
        for month in last_full_month()[:MOST_PROCEDURES]
    ]  # fmt: skip
