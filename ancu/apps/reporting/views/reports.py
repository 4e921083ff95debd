"""Reports of periods: create, list, download; and publication of a year."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.reporting.enums import OrderState
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.rules.periods import span
from ancu.apps.reporting.selectors import published
from ancu.apps.reporting.selectors import reports as selectors
from ancu.apps.reporting.services import ordering, papers
from ancu.apps.reporting.services import reports as services
from ancu.apps.reporting.views.office import period_choices, requested_period, require_reader
from ancu.core import clock
from ancu.core.documents.spreadsheets import attachment
from ancu.core.errors import Http404, require
from ancu.core.web.http import Request, conflicts_as_messages, parse_whole_number
from ancu.core.web.language import reader_language

YEARS, ORDERS = 3, 5  # shown on the page of reports
SOON = timedelta(minutes=1)  # a job not started by then has no worker


@require_safe
@never_cache
def reports(request: Request) -> HttpResponse:
    """List the newest reports, and the years whose figures can be published."""
    require_reader(request)
    require(access.makes_reports(request.actor))
    rows = [
        (report, span(report.period.kind, report.period.first_day))
        for report in selectors.recent_reports(request.actor)
    ]
    period = requested_period(request)
    context = {
        "rows": rows, "period": period, "choices": period_choices(period), "leads": access.leads(request.actor),
        "years": published.years_to_publish()[:YEARS], "kinds": list(papers.MEDIA),
        "orders": selectors.orders(request.actor)[:ORDERS],
    }  # fmt: skip
    return render(request, "reporting/reports.html", context)


@require_POST
@never_cache
def make(request: Request) -> HttpResponse:
    """Create a report of a period and redirect to the list of reports."""
    require_reader(request)
    period = requested_period(request, request.POST.get("period", ""))
    with conflicts_as_messages(request):
        report = services.make(actor=request.actor, period=period)
        messages.success(
            request, _("The report has been created. Its fingerprint is %(mark)s.") % {"mark": report.digest[:16]}
        )
    return redirect("reporting:reports")


@require_safe
@never_cache
def paper(request: Request, pk: int, kind: str) -> HttpResponse:
    """Download a report as PDF, DOCX or XLSX (``kind``), and record it; 404 for another kind."""
    require_reader(request)
    require(access.makes_reports(request.actor))
    report = selectors.get_report(request.actor, pk)
    if kind not in papers.MEDIA:
        raise Http404
    with conflicts_as_messages(request):
        services.record_download(actor=request.actor, report=report, kind=kind)
        key = span(report.period.kind, report.period.first_day).key
        data = papers.render_report(report, kind, reader_language(), request.actor)
        return attachment(data, papers.MEDIA[kind], f"an-cu-{key}.{kind}")
    return redirect("reporting:reports")


@require_POST
@never_cache
def publish(request: Request) -> HttpResponse:
    """Order the publication of a year and continue to its progress page."""
    require_reader(request)
    require(access.leads(request.actor))
    year = parse_whole_number(request.POST.get("year", ""))
    if year is None or year not in {year_ for year_, _months in published.years_to_publish()}:
        raise Http404
    with conflicts_as_messages(request):
        return redirect("reporting:order", ordering.order(actor=request.actor, year=year).pk)
    return redirect("reporting:reports")


@require_safe
@never_cache
def order(request: Request, pk: int) -> HttpResponse:
    """Show the progress of a publication; the page reloads until it has ended."""
    require_reader(request)
    require(access.leads(request.actor))
    publication = selectors.get_order(request.actor, pk)
    late = publication.state == OrderState.WAITING and clock.now() - publication.asked_at > SOON
    return render(request, "reporting/order.html", {"order": publication, "late": late})
