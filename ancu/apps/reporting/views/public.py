"""Results for everybody: a year at a glance, one indicator, and the same as files and as a picture."""

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
from ancu.apps.reporting.selectors.published import Shown
from ancu.apps.reporting.services import papers
from ancu.core.clock import local
from ancu.core.documents.spreadsheets import CSV, write_csv
from ancu.core.errors import Http404
from ancu.core.security.disclosure_control import MIN_PEOPLE
from ancu.core.web.http import Request
from ancu.core.web.language import reader_language

AN_HOUR = "public, max-age=3600"


def _release(request: Request, year: int) -> Any:
    """The newest release of the year, or the one asked for by number."""
    asked = request.GET.get("release", "")
    if not asked:
        return published.latest(year)
    if not (asked.isascii() and asked.isdigit() and len(asked) < 5):
        raise Http404
    return published.get_release(year, int(asked))


@require_safe
@login_not_required
def results(request: Request, year: int = 0) -> HttpResponse:
    years = published.years()
    if not years:
        return render(request, "reporting/public.html", {"years": []})
    release = _release(request, year or years[0])
    months, found = published.glance(release)
    groups = [(GROUPS[name], lines) for name, lines in published.in_groups(found)]
    demo = any(one.told["demo"] for one in found)
    context = {"years": years, "release": release, "groups": groups, "months": months, "demo": demo}
    return render(request, "reporting/public.html", context)


def _bars(one: Shown) -> list[Any]:
    return bars([str(day.month) for day, _value, _small in one.months], [value for _day, value, _small in one.months])


@require_safe
@login_not_required
def indicator(request: Request, year: int, code: str) -> HttpResponse:
    release = _release(request, year)
    one = published.one_shown(release, code)
    picture_url = (
        f"{settings.PUBLIC_URL}{reverse('reporting:public-picture', args=[year, code])}"  # asked for by others
    )
    context = {"release": release, "one": one, "bars": _bars(one), "fewest": MIN_PEOPLE, "picture_url": picture_url}
    return render(request, "reporting/public_indicator.html", context)


@require_safe
@login_not_required
def year_json(request: Request, year: int) -> HttpResponse:
    """Everything a release says, in both languages; null where nothing is shown."""
    release = _release(request, year)
    told = release.content | {"release": release.number, "released_at": release.made_at.isoformat()}
    return _kept(JsonResponse(told, json_dumps_params={"ensure_ascii": False}))


@require_safe
@login_not_required
def year_csv(request: Request, year: int, code: str = "") -> HttpResponse:
    """A line for each month, the sum and each unit, of all indicators or of one."""
    release = _release(request, year)
    rows: list[list[Any]] = []
    for _group, lines in published.in_groups(published.shown(release)):
        for one in lines:
            if not code or one.code == code:
                rows += _rows(one)
    if not rows:
        raise Http404
    head = [
        _("Code"),
        _("Indicator"),
        _("Measure"),
        _("Of"),
        _("Value"),
        _("Not shown because it is small"),
        _("Definition"),
    ]
    answer = HttpResponse(write_csv(head, rows), content_type=CSV)
    answer["Content-Disposition"] = f'attachment; filename="an-cu-{year}{"-" + code if code else ""}.csv"'
    return _kept(answer)


def _rows(one: Shown) -> list[list[Any]]:
    own, small = [one.code, one.title, one.measure], {True: "x", False: ""}
    rows = [[*own, f"{day:%m/%Y}", value, small[hidden], one.definition] for day, value, hidden in one.months]
    rows.append([*own, str(one.year), one.told["total"], small[one.told["total_hidden"]], one.definition])
    rows += [[*own, unit["unit"], unit["value"], small[unit["value"] is None], one.definition]
             for unit in one.told["units"]]  # fmt: skip
    return rows


@require_safe
@login_not_required
def picture(request: Request, year: int, code: str) -> HttpResponse:
    release = _release(request, year)
    one = published.one_shown(release, code)
    total = papers.spoken(one.told["total"], one.places, reader_language())
    source = _("Published on %(day)s, release %(number)s. %(demo)s") % {
        "day": f"{local(release.made_at):%d/%m/%Y}", "number": release.number,
        "demo": _("Invented for the demonstration.") if one.told["demo"] else "",
    }  # fmt: skip
    told = {
        "title": one.title, "year": one.year, "total": f"{total} {one.measure}", "language": reader_language(),
        "agency": _("Results of the office"), "source": source,
        "labels": [str(day.month) for day, _value, _small in one.months],
        "numbers": [value for _day, value, _small in one.months],
    }  # fmt: skip
    return _kept(HttpResponse(papers.picture(told), content_type="image/png"))


def _kept(response: HttpResponse) -> HttpResponse:
    """The same for everybody of a language, for an hour."""
    response["Cache-Control"] = AN_HOUR
    response["Vary"] = "Accept-Language, Cookie"
    return response
