"""Public results: a year's overview, one indicator, and the charts' pictures."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from ancu.apps.reporting.rules.revisions import corrections_without_value
from ancu.apps.reporting.selectors import published
from ancu.apps.reporting.selectors.year_results import YearResults, year_results
from ancu.apps.reporting.services import papers
from ancu.apps.reporting.views import indicator_charts
from ancu.apps.reporting.views.key_figures import key_figures
from ancu.apps.reporting.views.live_charts import LiveCharts, is_present, live_charts
from ancu.apps.reporting.views.result_charts import ChartLinks, change_of, plan_note, release_words
from ancu.apps.reporting.views.result_sections import all_charts, result_sections
from ancu.core import clock
from ancu.core.charts import ChartFigure
from ancu.core.clock import local
from ancu.core.errors import Http404
from ancu.core.security.disclosure_control import MIN_PEOPLE
from ancu.core.templatetags.ui import day
from ancu.core.web.http import Request
from ancu.core.web.language import reader_language
from ancu.engines.rulebook import indicators as rulebook_indicators

AN_HOUR = "public, max-age=3600"
SVG = "image/svg+xml"
PRESENT = "-now"  # ends the keys of charts of the present (``live_charts``)
RECENT_YEARS = 5


def requested_release(request: Request, year: int) -> Any:
    """Return the newest release of the year, or the one whose number the address names; 404 if there is none."""
    number = request.GET.get("release", "")
    if not number:
        return published.latest(year)
    if not (number.isascii() and number.isdigit() and len(number) < 5):
        raise Http404
    return published.get_release(year, int(number))


def links_of(request: Request, release: Any) -> ChartLinks:
    """Return the addresses of the release's files; they name it if the page's address does."""
    return ChartLinks(release.year, release.number if request.GET.get("release") else None)


@gzip_page  # charts are a hundred kilobytes of SVG
@require_safe
@login_not_required
def results(request: Request, year: int = 0) -> HttpResponse:
    """Show the public overview of a year, by default the newest one."""
    years = published.years()
    if not years:
        return render(request, "reporting/public.html", {"years": []})
    release = requested_release(request, year or years[0])
    shown_year, links = year_results(release), links_of(request, release)
    live = _live_charts(shown_year, links, years[0])
    context = {
        "years": years[:RECENT_YEARS],
        "earlier_years": years[RECENT_YEARS:],
        "release": release,
        "results": shown_year,
        "links": links,
        "before": release.year - 1,
        "key_figures": key_figures(shown_year, links),
        "sections": result_sections(shown_year, links, live),
        "sources": _sources(shown_year),
        "demo": any(entry.content["demo"] for entry in shown_year.indicators),
        "fewest": MIN_PEOPLE,
        "licence": settings.OPEN_DATA_LICENCE,
    }
    return render(request, "reporting/public.html", context)


def _live_charts(results: YearResults, links: ChartLinks, newest_year: int) -> LiveCharts | None:
    """Return the charts of the present if the page shows the newest release; None otherwise."""
    release = results.release
    return live_charts(release.digest, results) if is_present(release.year, newest_year, links.release) else None


def _sources(results: YearResults) -> dict[str, int]:
    """Return how many indicators units enter, and how many the program counts."""
    ways = {entry.code: entry.how for entry in rulebook_indicators(date(results.release.year, 1, 1))}
    counted_by_program = sum(ways.get(entry.code) == "query" for entry in results.indicators)
    return {"counted": counted_by_program, "entered": len(results.indicators) - counted_by_program}


@gzip_page
@require_safe
@login_not_required
def indicator(request: Request, year: int, code: str) -> HttpResponse:
    """Show the public page of one indicator with its months and units."""
    release = requested_release(request, year)
    released, shown_year = published.released_indicator(release, code), year_results(release)
    entry, links = shown_year.by_code[code], links_of(request, release)
    picture = reverse("reporting:public-picture", args=[year, code])
    context = {
        "release": release,
        "indicator": released,
        "entry": entry,
        "links": links,
        "change": change_of(entry),
        "plan_note": plan_note(entry),
        "charts": indicator_charts.charts_of(shown_year, entry, released, links),
        "corrections": corrections_without_value(released.content["revised"], released.content.get("revisions", [])),
        "fewest": MIN_PEOPLE,
        "picture_url": f"{settings.PUBLIC_URL}{picture}",  # asked for by others
    }
    return render(request, "reporting/public_indicator.html", context)


@require_safe
@login_not_required
def chart(request: Request, year: int, key: str) -> HttpResponse:
    """Download a chart of the year's page, or of one indicator's page, as an SVG picture."""
    release = requested_release(request, year)
    results, links = year_results(release), links_of(request, release)
    live = _live_charts(results, links, published.years()[0]) if key.endswith(PRESENT) else None
    figure = _chart_of(results, links, key, live)
    words = _("Figures of %(day)s") % {"day": day(clock.today())} if live else release_words(results)
    answer = HttpResponse(figure.picture(words), content_type=SVG)
    answer["Content-Disposition"] = f'attachment; filename="an-cu-{year}-{key}.svg"'
    return cacheable(answer)


def _chart_of(results: YearResults, links: ChartLinks, key: str, live: LiveCharts | None) -> ChartFigure:
    """Return the chart with this key, or 404."""
    for figure in all_charts(results, links, live):
        if figure.key == key:
            return figure
    code, _dash, _kind = key.partition("--")
    if code not in results.by_code:
        raise Http404
    released = published.released_indicator(results.release, code)
    for figure in indicator_charts.charts_of(results, results.by_code[code], released, links):
        if figure.key == key:
            return figure
    raise Http404


@require_safe
@login_not_required
def picture(request: Request, year: int, code: str) -> HttpResponse:
    """Return an indicator's published year as a PNG picture: title, total and bars."""
    release = requested_release(request, year)
    indicator = published.released_indicator(release, code)
    total = papers.format_number(indicator.content["total"], indicator.places, reader_language())
    source = _("Published on %(day)s, release %(number)s. %(demo)s") % {
        "day": f"{local(release.made_at):%d/%m/%Y}", "number": release.number,
        "demo": _("Invented for the demonstration.") if indicator.content["demo"] else "",
    }  # fmt: skip
    content = {
        "title": indicator.title,
        "year": indicator.year,
        "total": f"{total} {indicator.measure}",
        "language": reader_language(),
        "agency": _("Results of the office"),
        "source": source,
        "labels": [str(day.month) for day, _value, _small in indicator.months],
        "numbers": [value for _day, value, _small in indicator.months],
    }
    return cacheable(HttpResponse(papers.picture(content), content_type="image/png"))


def cacheable(response: HttpResponse) -> HttpResponse:
    """Allow caching for an hour; the content depends only on the language."""
    response["Cache-Control"] = AN_HOUR
    response["Vary"] = "Accept-Language, Cookie"
    return response
