"""The management pages: province, unit, and figures."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.reporting.rules import access
from ancu.apps.reporting.rules.periods import Span, read_key, span
from ancu.apps.reporting.rules.reading import ReadingMode, reading_mode
from ancu.apps.reporting.selectors import board, figures, periods, rounding
from ancu.apps.reporting.selectors.compared_periods import compared_periods
from ancu.apps.reporting.services import deciding
from ancu.core import clock
from ancu.core.errors import Http404, require
from ancu.core.web.http import Request, conflicts_as_messages


def require_reader(request: Request) -> None:
    """Raise 404 for users outside the agencies, 403 for agency users who may not read figures."""
    if not request.actor.is_agency:
        raise Http404
    require(access.reads_figures(request.actor))


def requested_period(request: Request, key: str = "") -> Span:
    """Return the period in the address, otherwise the last complete month; 404 for an invalid one."""
    text = key or request.GET.get("period", "")
    period = read_key(text) if text else periods.last_whole_month()
    if period is None or period.first_day > clock.today() or period.first_day.year < 2015:
        raise Http404
    return period


def period_choices(period: Span) -> list[Span]:
    """Return the month, half year and year that contain the end of the shown period, or today if that is earlier.

    Of a year that is over, the half year is June to November: December begins the next.
    """
    last = min(period.last_day, clock.today())
    of_half = last.replace(month=11, day=1) if period.kind == "year" and last.month == 12 else last
    return [span("month", last), span("half", of_half), span("year", last)]


def _next_period(period: Span) -> Span | None:
    """Return the following period; None if it has not begun."""
    after = span(period.kind, period.last_day + timedelta(days=1))
    return after if after.first_day <= clock.today() else None


def _may_close(request: Request, period: Span, closed_at: datetime | None) -> bool:
    """Whether the page offers to close the month: it has ended, is not closed, and the actor may close months."""
    is_over = period.kind == "month" and period.last_day < clock.today()
    return is_over and access.leads(request.actor) and closed_at is None


def _closing(request: Request, month: Span) -> figures.MonthClosing:
    """Return what closing the month would fix for the units of the actor's area (``closing_of``)."""
    units = [unit.pk for unit in periods.units_to_enter(request.actor, month.first_day)]
    return figures.closing_of(month, units)


@require_safe
@never_cache
def results(request: Request) -> HttpResponse:
    """Show the dashboard of a period: the figures of all indicators in the user's area."""
    require_reader(request)
    period = requested_period(request)
    month = periods.month_of(period.first_day) if period.kind == "month" else None
    at = compared_periods(period)
    groups = board.board(request.actor, period, at)
    may_close = _may_close(request, period, month.closed_at if month else None)
    context = {
        "period": period,
        "extent": at.extent,
        "rounded": any(rounding.is_explained(line) for group in groups for line in group.lines),
        "choices": period_choices(period),
        "before": period.before(),
        "earlier_url": f"?period={period.before().key}",
        "after": _next_period(period),
        "groups": groups,
        "columns": board.columns_with_figures(line for group in groups for line in group.lines),
        "closed": month.closed_at if month else None,
        "may_close": may_close,
        "closing": _closing(request, period) if may_close else None,
        "may_enter": access.may_enter(request.actor),
        "may_approve": access.may_approve(request.actor),
        "makes_reports": access.makes_reports(request.actor),
        "leads": access.leads(request.actor),
    }  # fmt: skip
    return render(request, "reporting/board.html", context)


@require_safe
@never_cache
def indicator(request: Request, code: str) -> HttpResponse:
    """Show one indicator of a period for each unit; 403 if the user may not read it."""
    require_reader(request)
    period = requested_period(request)
    definition = figures.get_indicator(code, period.first_day)
    how = reading_mode(request.actor, definition)
    require(how is not ReadingMode.HIDDEN)
    at = compared_periods(period)
    lines = board.by_unit(request.actor, definition, period, at)
    context = {
        "indicator": definition,
        "period": period,
        "extent": at.extent,
        "rounded": how is ReadingMode.ROUNDED,
        "choices": period_choices(period),
        "columns": board.columns_with_figures(lines),
        "lines": [line for line in lines if not line.is_without_figure],
        "without_figure": [line for line in lines if line.is_without_figure],
        "leads": access.leads(request.actor),
    }
    return render(request, "reporting/indicator.html", context)


@require_safe
@never_cache
def history(request: Request, code: str, unit_id: int) -> HttpResponse:
    """Show the figures of one indicator and unit with revisions, to users who read exact figures."""
    require_reader(request)
    unit = figures.get_unit(request.actor, unit_id)
    definition = figures.get_indicator(code, clock.today())
    require(reading_mode(request.actor, definition) is ReadingMode.EXACT)
    context = {"indicator": definition, "unit": unit, "rows": figures.history(request.actor, code, unit)}
    return render(request, "reporting/history.html", context)


@require_POST
@never_cache
def close(request: Request, key: str) -> HttpResponse:
    """Close a month, so that later changes are revisions, and redirect to the approvals."""
    require_reader(request)
    period = requested_period(request, key)
    if period.kind != "month":
        raise Http404
    with conflicts_as_messages(request):
        deciding.close(actor=request.actor, month=period)
        messages.success(request, _("The month is closed. From now on, every change is a revision."))
    return redirect("reporting:approvals")
