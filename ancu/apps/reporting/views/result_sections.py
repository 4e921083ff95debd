"""The sections of a published year's page: charts, and every figure of the section as a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.reporting.enums import TABS
from ancu.apps.reporting.selectors.year_results import YearIndicator, YearResults
from ancu.apps.reporting.views import result_charts as charts
from ancu.apps.reporting.views.indicator_charts import columns_figure, units_figure
from ancu.apps.reporting.views.key_figures import counts_text
from ancu.apps.reporting.views.live_charts import LiveCharts, with_lateness, with_pictures
from ancu.apps.reporting.views.multiple_charts import decided_figure, multiples_figure
from ancu.apps.reporting.views.result_charts import ChartLinks
from ancu.apps.reporting.views.section_messages import (
    crime_message,
    help_message,
    service_message,
    stays_message,
    voice_message,
)
from ancu.apps.reporting.views.voice_charts import voice_figures
from ancu.core.charts import BarRows, ChartFigure, ChartValue, Delta
from ancu.core.charts.values import number_of
from ancu.core.templatetags.charts import value_text

ORDER = ("stays", "service", "crime", "voice", "help")
MOST_UNITS = 6


@dataclass(frozen=True)
class FigureRow:
    """A line of a section's table: the indicator, its page, and the change from the year before."""

    indicator: YearIndicator
    url: str
    delta: Delta | None
    plan_note: str


@dataclass(frozen=True)
class ResultSection:
    """A section of the page: ``charts`` stand in pairs, ``tiles`` are figures without months, ``more`` are links.

    ``none_of`` names the figures that are zero where no chart shows it; ``ledger`` is the money of a programme.
    """

    key: str
    title: str
    intro: str
    rows: Sequence[FigureRow]
    charts: Sequence[ChartFigure] = ()
    tiles: Sequence[FigureRow] = ()
    more: Sequence[tuple[str, str]] = field(default=())
    none_of: Sequence[str] = ()
    ledger: ChartFigure | None = None


def result_sections(results: YearResults, links: ChartLinks, live: LiveCharts | None = None) -> list[ResultSection]:
    """Return the sections of the page in their order, with the charts of the present if there are some."""
    groups, present = dict(results.groups()), with_pictures(live or LiveCharts(), links)
    return [_section(name, groups[name], results, links, present) for name in ORDER if name in groups]


def all_charts(results: YearResults, links: ChartLinks, live: LiveCharts | None = None) -> list[ChartFigure]:
    """Return every chart of the page."""
    return [chart for section in result_sections(results, links, live) for chart in section.charts]


def _section(
    name: str, entries: Sequence[YearIndicator], results: YearResults, links: ChartLinks, live: LiveCharts
) -> ResultSection:
    """Return the section of a group of indicators."""
    build = {"stays": _stays, "service": _service, "crime": _crime, "voice": _voice, "help": _help}[name]
    drawings, intro, more = build(entries, results, links, live)
    rows = [FigureRow(entry, links.indicator(entry.code), charts.change_of(entry), charts.plan_note(entry))
            for entry in entries]  # fmt: skip
    section = ResultSection(
        f"section-{name}",
        str(TABS[name]),
        intro,
        rows,
        [chart for chart in drawings if chart],
        more=more,
    )
    if name != "help":
        return section
    tiles = [row for row in rows if number_of(row.indicator.total)]
    none_of = [f"{entry.text_title[:1].lower()}{entry.text_title[1:]}" for entry in entries if entry.total == 0]
    return replace(section, tiles=tiles, none_of=[] if tiles else none_of, ledger=live.programme)


SectionParts = tuple[list[ChartFigure | None], str, list[tuple[str, str]]]


def _stays(entries: Sequence[YearIndicator], results: YearResults, links: ChartLinks, live: LiveCharts) -> SectionParts:
    """Return the charts of declared and late stays, and of everything else about stays."""
    declared = results.by_code.get("stays_declared")
    rest = [entry for entry in entries if entry.code not in {"stays_declared", "stays_late"}]
    drawings = [
        _monthly_stays(results, links),
        charts.line_figure(results, "stays_late", links, _("Share of all stays declared in the month")),
        live.communes or _stays_by_unit(declared, links),
        live.kinds or _alerts(results, links, rest),
    ]
    more = [(links.indicator(entry.code), _share_text(entry)) for entry in rest if live.kinds]
    return drawings, stays_message(results), [(url, text) for url, text in more if text]


def _share_text(entry: YearIndicator) -> str:
    """Return an indicator without a chart in a few words: its title, its value and the counts of a share."""
    if number_of(entry.total) is None:
        return ""
    is_share = entry.content["sums"] == "share"
    text = f"{entry.text('title')}: {value_text(entry.total, entry.places, entry.text('measure') if is_share else '')}"
    return f"{text} ({counts})" if (counts := counts_text(entry)) else text


def _monthly_stays(results: YearResults, links: ChartLinks) -> ChartFigure | None:
    """Return the declared stays of each month as a line; its title need not repeat that of the section."""
    unit = _("One stay is one person’s arrival at one lodging")
    figure = charts.line_figure(results, "stays_declared", links, unit)
    return figure and replace(figure, title=_("Stays declared each month"))


def _alerts(results: YearResults, links: ChartLinks, entries: Sequence[YearIndicator]) -> ChartFigure | None:
    """Return the months of the confirmed alerts; small charts if there are further indicators of stays."""
    if [entry.code for entry in entries] != ["alerts_confirmed"] or not entries[0].has_months:
        return multiples_figure(results, links, "stays-rest", _("Lodgings and alerts"), entries, is_shared=False)
    [entry] = entries
    unit, title = _("Share of the alerts decided in the month"), entry.text("title")
    figure = columns_figure(results, entry, links, "stays-rest", title, unit, height=190)
    return replace(figure, definition=entry.text("definition"))


def _stays_by_unit(declared: YearIndicator | None, links: ChartLinks) -> ChartFigure | None:
    """Return the stays by commune or ward; before the year is complete those of the year before, if it has some.

    Bars of the year before are light, as its columns are elsewhere.
    """
    if declared is None:
        return None
    units, year, total, own_links = declared.content["units"], declared.year, number_of(declared.total), links
    if not units:
        units, year, total = declared.earlier_units, declared.year - 1, declared.earlier_units_total
        own_links = ChartLinks(year)
    if not units:
        return None
    title = _("By commune and ward")
    figure = units_figure(declared, units, own_links, title, "stays-units", MOST_UNITS, most_suppressed=1)
    unit, is_past = _("Stays declared in the complete year"), year < declared.year
    if is_past:
        unit = _("Communes are published once a year is complete; those of %(year)s will follow") % {
            "year": declared.year
        }
    bars = [bar._replace(note=_part_text(bar.value, total), is_light=is_past)
            for bar in figure.drawing.bars]  # type: ignore[attr-defined]  # fmt: skip
    return replace(
        figure, unit=unit, drawing=BarRows(bars), definition=declared.text("definition"),
        picture_url=links.picture("stays-units"), tag=_("all of %(year)s") % {"year": year} if is_past else "",
    )  # fmt: skip


def _part_text(value: ChartValue, total: float | None) -> str:
    """Return which part of the published total a shown value is, in whole percent; "" below one."""
    number = number_of(value)
    share = round(100 * number / total) if number is not None and total else 0
    return value_text(share, 0, "%") if share else ""


def _service(
    _entries: Sequence[YearIndicator], results: YearResults, links: ChartLinks, live: LiveCharts
) -> SectionParts:
    """Return the charts of decided dossiers and of the time that decisions took."""
    durations = charts.duration_figure(results, links) or with_lateness(live, results)
    drawings = [decided_figure(results, links), durations]
    return drawings, service_message(results, live), []


def _crime(
    entries: Sequence[YearIndicator], results: YearResults, links: ChartLinks, _live: LiveCharts
) -> SectionParts:
    """Return the charts of the fight against crime, each on its own scale."""
    title = _("Cases, suspects and seizures")
    drawing = multiples_figure(results, links, "crime", title, entries, is_shared=False, is_dense=True)
    return [drawing], crime_message(results), []


def _voice(entries: Sequence[YearIndicator], results: YearResults, links: ChartLinks, live: LiveCharts) -> SectionParts:
    """Return the charts of petitions and of what became of them, of promises and of ratings."""
    more = [(reverse("listening:public-meetings"), _("Listening meetings"))]
    return [*voice_figures(results, links, entries), live.promises, live.ratings], voice_message(results), more


def _help(
    _entries: Sequence[YearIndicator], _results: YearResults, _links: ChartLinks, live: LiveCharts
) -> SectionParts:
    """Return the link to every gift; the figures of the support are tiles, since most months have none."""
    return [], help_message(live), [(reverse("community:public"), _("Community support: where every gift went"))]
