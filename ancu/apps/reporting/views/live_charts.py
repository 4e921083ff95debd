"""Charts of the present beside the newest published year: days of dossiers, promises, ratings and a programme's money.

Each has the figures of the public page that it links to; small numbers are suppressed there (``disclosure_control``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.core.cache import caches
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.community.selectors.public import newest_running_programme
from ancu.apps.dossiers.selectors.durations import ProcedureTimes
from ancu.apps.dossiers.selectors.procedures import short_name_of
from ancu.apps.dossiers.selectors.promises import MONTHS, PublishedMonths, punctuality_by_month
from ancu.apps.listening.selectors.promises import PromiseRow, promise_rows, promises_together
from ancu.apps.reporting.selectors.year_results import YearResults
from ancu.apps.reporting.views.key_figures import percent_text
from ancu.apps.reporting.views.lateness_chart import late_definition, late_part
from ancu.apps.reporting.views.result_charts import ChartLinks
from ancu.apps.reporting.views.stay_charts import stay_figures
from ancu.apps.surveys.selectors.published import PublishedRatings, newest_published_id, newest_ratings
from ancu.apps.surveys.selectors.results import ItemResult
from ancu.core import clock
from ancu.core.actor import PUBLIC
from ancu.core.charts import (
    SUPPRESSED,
    BarRow,
    BarRows,
    ChartFigure,
    ChartKey,
    ChartTable,
    DotRow,
    DotRows,
    DrawingPart,
    DrawingParts,
    RangeRow,
    RangeRows,
    Scale,
    StackedRows,
    StackPart,
    StackRow,
)
from ancu.core.charts.values import number_of
from ancu.core.templatetags.charts import value_text
from ancu.core.templatetags.ui import counted, number
from ancu.core.web.language import reader_language
from ancu.engines.rulebook import NotInForce, get_procedure

CACHE = caches["results"]
SECONDS = 600
MILLION = 1_000_000
NEAR_TARGET = 5  # points below the target up to which a rounded share is not red
FEW_PROMISES = 20  # below, rounding to fives may move a share by more than ten points: a bar is light
MOST_PROMISE_ROWS = 8  # drawn; the table has all units
SCALE_TONES = ("now", "deep", "light", "rest", "warn")  # of five steps, the best first


@dataclass(frozen=True)
class LiveCharts:
    """The charts of the present that a published year's page has, where there are figures."""

    durations: ChartFigure | None = None
    promises: ChartFigure | None = None
    ratings: ChartFigure | None = None
    programme: ChartFigure | None = None
    communes: ChartFigure | None = None
    kinds: ChartFigure | None = None
    lateness: DrawingPart | None = None  # of the chart of days


def live_charts(digest: str, results: YearResults | None = None) -> LiveCharts:
    """Return the charts of the present for the release with this digest; ``results`` is its content.

    They are cached for ten minutes, but a survey that is published or withdrawn counts at once.
    """
    state = (settings.VERSION, digest, reader_language(), clock.today(), newest_published_id())
    key = f"live-charts-{'-'.join(map(str, state))}"
    stored: LiveCharts | None = CACHE.get(key)
    if stored is None:
        days = _durations(_target(results))
        stored = LiveCharts(days, _promises(), _ratings(), _programme(), lateness=late_part() if days else None)
        CACHE.set(key, stored, SECONDS)
    communes, kinds = stay_figures(results, digest)  # their counts are cached, columns cannot be
    return replace(stored, communes=communes, kinds=kinds)


def with_pictures(live: LiveCharts, links: ChartLinks) -> LiveCharts:
    """Return the charts with the addresses of their pictures; the money of a programme is no chart of its own."""

    def pictured(chart: ChartFigure | None) -> ChartFigure | None:
        """Return the chart with the address of its picture."""
        return chart and replace(chart, picture_url=links.picture(chart.key))

    return replace(
        live, durations=pictured(live.durations), promises=pictured(live.promises), ratings=pictured(live.ratings),
        communes=pictured(live.communes), kinds=pictured(live.kinds),
    )  # fmt: skip


def _target(results: YearResults | None) -> float | None:
    """Return the year's target of dossiers that meet their date, in percent."""
    entry = results.by_code.get("promises_kept") if results else None
    return entry.plan if entry else None


def _durations(target: float | None) -> ChartFigure | None:
    """Return how long decisions of the last twelve months took, and how many met their date, by procedure.

    A share well below the target is red.
    """
    months = punctuality_by_month(PUBLIC)
    if not months.times:
        return None
    rows = [_range_row(own, target) for own in months.times]
    has_shares = 2 * sum(not row.is_withheld for row in rows) >= len(rows)
    head = [_("Procedure"), _("Half within"), _("Nine in ten within"), _("Legal limit"), _("Expected date met")]
    cells = [[row.label, number(row.half), number(row.most), number(row.limit), row.text] for row in rows]
    keys = [
        ChartKey("dot", _("half decided")),
        ChartKey("light", _("nine in ten decided")),
        ChartKey("target", _("legal limit")),
    ]
    definition = _("On time means decided by the latest date that we first gave the applicant.")
    if has_shares and any(row.is_withheld for row in rows):
        keys.append(ChartKey("hatch", pgettext("chart", "not shown")))
        definition = f"{definition} {_('A share is not shown where a few dates could be worked out from it.')}"
    ranges = DrawingPart(_range_rows(rows, has_shares=has_shares), keys=keys)
    return ChartFigure(
        "durations-now", _("How long it takes, and whether it is on time") if has_shares else _("How long it takes"),
        _("Working days from submission, last twelve months"), "; ".join(row.words for row in rows),
        DrawingParts([ranges, *_punctuality(months)]), definition, ChartTable(head, cells),
        details_url=reverse("dossiers:promises"),
    )  # fmt: skip


def _punctuality(months: PublishedMonths) -> list[DrawingPart]:
    """Return the dossiers of all procedures that met their date, as one bar; [] if that is hidden."""
    if months.percent is None or months.promised is None:
        return []
    title = _("All procedures together, about %(n)s dossiers") % {"n": number(months.promised)}
    return [_punctuality_bar(months.percent, title)]


def _punctuality_bar(share: float, title: str) -> DrawingPart:
    """Return the share of dossiers that met their date, and the rest of it, as a single bar."""
    keys = [
        ChartKey("now", f"{pgettext('share', 'in time')} {percent_text(share)}"),
        ChartKey("warn", f"{pgettext('share', 'late')} {percent_text(100 - share)}"),
    ]
    parts = [StackPart(share, "now"), StackPart(100 - share, "warn")]
    bar = StackedRows([StackRow("", parts, f"{title}: {', '.join(key.text for key in keys)}")])
    return DrawingPart(bar, title, keys)


def with_lateness(live: LiveCharts, results: YearResults) -> ChartFigure | None:
    """Return the chart of days with the causes of late dossiers; without these, with the share of punctual ones."""
    chart = live.durations
    if chart is None or live.lateness is None or not isinstance(chart.drawing, DrawingParts):
        return with_released_share(chart, results)
    return replace(
        chart, drawing=DrawingParts([chart.drawing.parts[0], live.lateness]),
        definition=f"{chart.definition} {late_definition()}",
    )  # fmt: skip


def with_released_share(chart: ChartFigure | None, results: YearResults) -> ChartFigure | None:
    """Return the chart of days with the release's share of punctual dossiers in place of the present one.

    The key figure and the section's sentence have it too: shares of two periods would seem to contradict each other.
    """
    entry = results.by_code.get("promises_kept")
    share = None if entry is None else number_of(entry.total)
    if chart is None or share is None or not isinstance(chart.drawing, DrawingParts):
        return chart
    year = results.release.year
    title = _("All procedures, all of %(year)s") % {"year": year}
    if results.months < MONTHS:
        title = counted(
            "All procedures, first %(n)s month of %(year)s",
            "All procedures, first %(n)s months of %(year)s",
            results.months,
            year=year,
        )
    return replace(chart, drawing=DrawingParts([chart.drawing.parts[0], _punctuality_bar(share, title)]))


def _range_rows(rows: list[RangeRow], *, has_shares: bool) -> RangeRows:
    """Return the rows with the shares on time, or with their days in words if most shares are hidden."""
    if has_shares:
        return RangeRows(rows, _("days"), _("on time"))
    days = _("%(middle)s–%(slow)s days")
    texts = [days % {"middle": number(row.half), "slow": number(row.most)} for row in rows]
    shown_rows = [row._replace(text=text, is_withheld=False) for row, text in zip(rows, texts, strict=True)]
    return RangeRows(shown_rows, _("days"))


def _range_row(own: ProcedureTimes, target: float | None) -> RangeRow:
    """Return the row of a procedure: its days, its legal limit, and the share of dates that were met."""
    try:
        limit: float | None = get_procedure(own.procedure, clock.today()).deadline_days
    except (KeyError, NotInForce):
        limit = None
    name = short_name_of(own.procedure, clock.today())
    values = {"half": number(own.middle), "most": number(own.slow)}
    words = _("half within %(half)s working days, nine in ten within %(most)s") % values
    is_withheld = own.percent is None
    text = value_text(SUPPRESSED) if is_withheld else value_text(own.percent, 0, "%")
    is_low = target is not None and own.percent is not None and own.percent < target - NEAR_TARGET
    return RangeRow(name, own.middle, own.slow, f"{name}: {words}", limit, text, is_low=is_low, is_withheld=is_withheld)


def _promises() -> ChartFigure | None:
    """Return the share of each unit's due promises that were kept in time, beside that of all units together."""
    rows = promise_rows()
    if not rows:
        return None
    bars, together = [_promise_bar(row) for row in rows], _kept_share(promises_together())
    drawn, undrawn = bars[:MOST_PROMISE_ROWS], len(bars[MOST_PROMISE_ROWS:])
    table = ChartTable([_("Unit"), _("Kept in time")], [[bar.label, f"{bar.text} {bar.note}".strip()] for bar in bars])
    notes = [_("Counts are rounded to fives.")]
    if undrawn:  # first, since "to 5. 4 more" reads as a number
        notes.insert(0, counted("%(n)s more unit is in the table.", "%(n)s more units are in the table.", undrawn))
    return ChartFigure(
        "promises-now", _("Promises kept in time, by unit"), _promise_unit(together, drawn),
        "; ".join(" ".join(filter(None, (f"{bar.label}:", bar.text, bar.note))) for bar in bars),
        BarRows(drawn, Scale(0.0, 100.0, ()), together, texts_at_end=True),
        _("Kept means that the unit did it by the promised day and the petitioner did not disagree. Counts are rounded "
          "to fives, so that percentages are approximate."),
        table, details_url=reverse("listening:promises"), notes=[" ".join(notes)],
    )  # fmt: skip


def _promise_unit(together: float | None, bars: Sequence[BarRow]) -> str:
    """Return the grey line of the promises: what the line is, and what light bars are."""
    parts = []
    if together is not None:
        parts.append(_("Dashed: the province, %(share)s.") % {"share": value_text(together, 0, "%")})
    if any(bar.is_light for bar in bars):
        parts.append(_("Light: fewer than %(n)s promises, read with care.") % {"n": FEW_PROMISES})
    return " ".join(parts)


def _kept_share(row: PromiseRow) -> float | None:
    """Return the percentage of due promises that were kept in time, from the rounded counts; None if hidden."""
    return round(100 * row.in_time / row.due) if row.in_time is not None and row.due else None


def _promise_bar(row: PromiseRow) -> BarRow:
    """Return a unit's bar with its percentage and its counts."""
    label, share = row.unit or _("Smaller units together"), _kept_share(row)
    if share is None or row.in_time is None or row.due is None:
        return BarRow(label, SUPPRESSED, value_text(SUPPRESSED))
    counts = f"{number(row.in_time)}/{number(row.due)}"
    return BarRow(label, share, value_text(share, 0, "%"), counts, is_light=row.due < FEW_PROMISES)


def _ratings() -> ChartFigure | None:
    """Return how people rated the office in the newest published survey: the share of the best answer as dots."""
    ratings = newest_ratings()
    if ratings is None:
        return None
    best = ratings.rows[0].lines[0].label
    dots = [_rating_dot(row) for row in ratings.rows]
    tables = [[dot.label, dot.words.partition(": ")[2]] for dot in dots]
    values = {"title": ratings.survey.title, "n": number(ratings.respondents), "answer": best}
    rated = DrawingPart(DotRows(dots, Scale(0.0, 100.0, (0.0, 50.0, 100.0)), best))
    return ChartFigure(
        "ratings-now", _("How people rate us"), _("%(title)s, %(n)s answers; share of “%(answer)s”") % values,
        "; ".join(dot.words for dot in dots), DrawingParts([rated, *map(_scale_part, _shown_scales(ratings))]),
        ratings.question, ChartTable([_("Rated"), _("Shares")], tables), details_url=reverse("surveys:public"),
    )  # fmt: skip


def _rating_dot(row: ItemResult) -> DotRow:
    """Return the share of the best answer about one thing, with its margin of error if the answers are a sample."""
    label = next(str(entry.text) for entry in row.item.question.rows if entry.id == row.item.row)
    percents = [round(100 * (line.share or 0)) for line in row.lines]
    pairs = zip(row.lines, percents, strict=True)
    words = ", ".join(f"{line.label} {value_text(share, 0, '%')}" for line, share in pairs)
    best = row.lines[0]
    error = None if best.margin is None else 100 * best.margin
    return DotRow(label, percents[0], error, value_text(percents[0], 0, "%"), f"{label}: {words}")


def _shown_scales(ratings: PublishedRatings) -> list[ItemResult]:
    """Return the first scale of the survey whose every step is shown, with its mean."""
    complete = [row for row in ratings.scales if row.mean and all(line.share is not None for line in row.lines)]
    return [row for row in complete if len(row.lines) == len(SCALE_TONES)][:1]


def _scale_part(row: ItemResult) -> DrawingPart:
    """Return the steps of a scale as the parts of one bar, the best first, with the mean in its title."""
    assert row.mean is not None  # _shown_scales
    values = {"question": row.item.label, "mean": number(row.mean[0], 1), "high": row.item.question.high}
    steps = [(line.label, line.share or 0.0, tone) for line, tone in zip(reversed(row.lines), SCALE_TONES, strict=True)]
    keys = [ChartKey(tone, f"{label}: {value_text(round(100 * share), 0, '%')}") for label, share, tone in steps]
    parts = [StackPart(share, tone) for _label, share, tone in steps]
    bar = StackedRows([StackRow("", parts, ", ".join(key.text for key in keys))])
    return DrawingPart(bar, _("%(question)s %(mean)s of %(high)s") % values, keys)


def _programme() -> ChartFigure | None:
    """Return what became of the money and goods that the running programme of community support received."""
    money = newest_running_programme()
    if money is None:
        return None
    amounts = [(money.handed, "now", _("handed over")), (money.goods, "light", _("bought, not handed over yet")),
               (money.money, "rest", pgettext("amount", "left"))]  # fmt: skip
    parts = [(vnd, tone, f"{name} {number(vnd / MILLION, 1)}") for vnd, tone, name in amounts if vnd > 0]
    words = ", ".join(text for _vnd, _tone, text in parts)
    title = _("%(programme)s: received") % {"programme": money.programme.name}
    amount = _("%(amount)s million đồng") % {"amount": number(money.received / MILLION, 1)}
    row = StackRow("", [StackPart(vnd, tone) for vnd, tone, _text in parts], words)
    return ChartFigure(
        "programme-now", title, amount, words, StackedRows([row]),
        details_url=reverse("community:public-programme", args=[money.programme.pk]),
        keys=[ChartKey(tone, text) for _vnd, tone, text in parts],
    )  # fmt: skip


def is_present(year: int, newest_year: int, release: int | None) -> bool:
    """Whether the page shows the newest release of the newest year, beside which the present makes sense."""
    return year == newest_year and release is None and year >= clock.today().year - 1
