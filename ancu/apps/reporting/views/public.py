"""Public results: a year's overview, one indicator, and downloads as files and pictures."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ancu.apps.reporting.enums import GROUPS
from ancu.apps.reporting.rules.charts import bars
from ancu.apps.reporting.selectors import published
from ancu.apps.reporting.selectors.published import ReleasedIndicator
from ancu.apps.reporting.services import papers
from ancu.core.clock import local
from ancu.core.documents.spreadsheets import CSV, write_csv
from ancu.core.errors import Http404
from ancu.core.security.disclosure_control import MIN_PEOPLE
from ancu.core.web.http import Request
from ancu.core.web.language import reader_language

AN_HOUR = "public, max-age=3600"


def _release(request: Request, year: int) -> Any:
    """Return the newest release of the year, or the one whose number the address names; 404 if there is none."""
    number = request.GET.get("release", "")
    if not number:
        return published.latest(year)
    if not (number.isascii() and number.isdigit() and len(number) < 5):
        raise Http404
    return published.get_release(year, int(number))


@require_safe
@login_not_required
def results(request: Request, year: int = 0) -> HttpResponse:
    """Show the public overview of a year, by default the newest one."""
    years = published.years()
    if not years:
        return render(request, "reporting/public.html", {"years": []})
    release = _release(request, year or years[0])
    months, indicators = published.overview(release)
    groups = [(GROUPS[name], lines) for name, lines in published.in_groups(indicators)]
    demo = any(indicator.content["demo"] for indicator in indicators)
    context = {"years": years, "release": release, "groups": groups, "months": months, "demo": demo}
    return render(request, "reporting/public.html", context)


def _month_bars(indicator: ReleasedIndicator) -> list[Any]:
    """Return the bars of the indicator's months."""
    return bars(
        [str(day.month) for day, _value, _small in indicator.months],
        [value for _day, value, _small in indicator.months],
    )


@require_safe
@login_not_required
def indicator(request: Request, year: int, code: str) -> HttpResponse:
    """Show the public page of one indicator with its months and units."""
    release = _release(request, year)
    indicator = published.released_indicator(release, code)
    picture_url = (
        f"{settings.PUBLIC_URL}{reverse('reporting:public-picture', args=[year, code])}"  # asked for by others
    )
    context = {
        "release": release,
        "indicator": indicator,
        "bars": _month_bars(indicator),
        "fewest": MIN_PEOPLE,
        "picture_url": picture_url,
    }
    return render(request, "reporting/public_indicator.html", context)


@require_safe
@login_not_required
def year_json(request: Request, year: int) -> HttpResponse:
    """Download the complete release as JSON in both languages; null for suppressed values."""
    release = _release(request, year)
    content = release.content | {"release": release.number, "released_at": release.made_at.isoformat()}
    return _cacheable(JsonResponse(content, json_dumps_params={"ensure_ascii": False}))


@require_safe
@login_not_required
def year_csv(request: Request, year: int, code: str = "") -> HttpResponse:
    """Download a CSV line for each month, the total and each unit, of all indicators or one."""
    release = _release(request, year)
    rows: list[list[Any]] = []
    for _group, lines in published.in_groups(published.released_indicators(release)):
        for indicator in lines:
            if not code or indicator.code == code:
                rows += _csv_rows(indicator)
    if not rows:
        raise Http404
    head = [
        _("Code"),
        _("Indicator"),
        _("Unit of measure"),
        _("Of"),
        _("Value"),
        _("Not shown because the number is small"),
        _("Definition"),
    ]
    answer = HttpResponse(write_csv(head, rows), content_type=CSV)
    answer["Content-Disposition"] = f'attachment; filename="an-cu-{year}{"-" + code if code else ""}.csv"'
    return _cacheable(answer)


def _csv_rows(indicator: ReleasedIndicator) -> list[list[Any]]:
    """Return the CSV lines of an indicator: its months, its total and its units."""
    own, small = [indicator.code, indicator.title, indicator.measure], {True: "x", False: ""}
    rows = [
        [*own, f"{day:%m/%Y}", value, small[hidden], indicator.definition] for day, value, hidden in indicator.months
    ]
    rows.append(
        [
            *own,
            str(indicator.year),
            indicator.content["total"],
            small[indicator.content["total_hidden"]],
            indicator.definition,
        ]
    )
    rows += [[*own, unit["unit"], unit["value"], small[unit["value"] is None], indicator.definition]
             for unit in indicator.content["units"]]  # fmt: skip
    return rows


@require_safe
@login_not_required
def picture(request: Request, year: int, code: str) -> HttpResponse:
    """Download an indicator's year as a PNG picture."""
    release = _release(request, year)
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
    return _cacheable(HttpResponse(papers.picture(content), content_type="image/png"))


def _cacheable(response: HttpResponse) -> HttpResponse:
    """Allow caching for an hour; the content depends only on the language."""
    response["Cache-Control"] = AN_HOUR
    response["Vary"] = "Accept-Language, Cookie"
    return response
