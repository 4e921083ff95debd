"""The office's calendar of meetings, and the map of where meetings took place."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ancu.apps.listening.forms import meetings as forms
from ancu.apps.listening.rules import meetings as rules
from ancu.apps.listening.selectors import meetings as selectors
from ancu.core import clock
from ancu.core.web.http import Request

YEAR = timedelta(days=365)


@never_cache
@require_safe
def calendar(request: Request) -> HttpResponse:
    """Show the meetings with citizens of a month, and those that an officer must still open or close."""
    month_text = request.GET.get("month", "")
    month = selectors.calendar_month(
        request.actor, _parse_month(month_text) if month_text else clock.today().replace(day=1)
    )
    context = {
        "month": month,
        "waiting": selectors.meetings_to_do(request.actor),
        "may_plan": rules.may_plan(request.actor),
        "today": clock.today(),
    }
    return render(request, "listening/office/calendar.html", context)


def _parse_month(text: str) -> date:
    """Return the first day of the month in the URL, such as 2026-08; 404 if it is invalid."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Http404 from None
    if not 2000 <= month.year <= 2100:
        raise Http404
    return month


@never_cache
@require_safe
def overview(request: Request) -> HttpResponse:
    """Show where meetings took place since a day, and which communes had none."""
    since = forms.MeetingsSinceForm(request.GET).chosen().get("since") or clock.today() - 3 * YEAR
    overview = selectors.overview(request.actor, since)
    return render(request, "listening/office/overview.html", {"overview": overview, "map": _map_data(overview)})


def _map_data(overview: selectors.MeetingsOverview) -> dict[str, Any]:
    """Return the map's data about where meetings took place; the tables below it show the same figures."""
    return {
        "districts": [
            {"code": counted_unit.unit.code, "name": counted_unit.unit.full_name, "number": counted_unit.number}
            for counted_unit in overview.districts
        ],
        "communes": [
            {
                "at": [counted_unit.unit.longitude, counted_unit.unit.latitude],
                "name": counted_unit.unit.full_name,
                "number": counted_unit.number,
            }
            for counted_unit in overview.communes
            if counted_unit.unit.latitude is not None
        ],
        "words": {"meetings": _("meetings")},
    }  # fmt: skip
