"""Pages of urgent reports: report, read, acknowledge and answer."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.contact import rules
from ancu.apps.contact.forms import AcknowledgeForm, UrgentReportForm
from ancu.apps.contact.selectors import reports as selectors
from ancu.apps.contact.services import reports as services
from ancu.apps.files.services import FileRefused
from ancu.apps.lodging.selectors import current_establishment
from ancu.apps.messaging.selectors import get_thread
from ancu.core.errors import require
from ancu.core.security.rate_limits import allow, too_many
from ancu.core.web.http import Request

CHOSEN = "establishment"  # in the session: the lodging a business works in now
REPORTS_AN_HOUR = 20


@never_cache
@require_safe
def reports(request: Request) -> HttpResponse:
    """List urgent reports; for officers the list is recorded as viewed."""
    page = selectors.report_page(request.actor, request.GET.get("after", ""))
    if request.actor.is_agency:
        report_ids = [report.pk for report in page.rows]
        record_look(request.actor, ("contact.reports", "area"), count=len(report_ids), reports=report_ids)
    context = {"page": page, "next_url": f"?after={page.after}" if page.after else ""}
    return render(request, "contact/reports.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Show and receive the form of an urgent report of the lodging in which the actor works."""
    require(request.actor.is_lodging)
    place = current_establishment(request.actor, request.session.get(CHOSEN))
    require(rules.may_report(request.actor, place))
    if request.method != "POST":
        return _report_form_page(request, place, UrgentReportForm(initial={"key": uuid4()}))
    form = UrgentReportForm(request.POST, request.FILES)
    if not (use := allow("reports", str(request.actor.user_id), limit=REPORTS_AN_HOUR)):
        return too_many(request, use)
    if form.is_valid():
        try:
            report = _send(request, place, form)
        except FileRefused as refused:
            form.add_error("attached", refused.form_error)
        else:
            messages.success(request, _("We have notified the duty officer. The time of the answer appears here."))
            return redirect("contact:report", report.pk)
    return _report_form_page(request, place, form, status=422)


def _send(request: Request, place: Any, form: UrgentReportForm) -> Any:
    """Create an urgent report of the lodging ``place`` from the form's values, and return it."""
    cleaned = form.cleaned_data
    return services.open_report(
        actor=request.actor, establishment_id=place.pk, kind=cleaned["kind"], body=cleaned["body"], key=cleaned["key"],
        uploads=form.uploads(),
    )  # fmt: skip


def _report_form_page(request: Request, place: Any, form: UrgentReportForm, *, status: int = 200) -> HttpResponse:
    """Render the form of an urgent report of the lodging ``place``."""
    return render(request, "contact/report_new.html", {"place": place, "form": form}, status=status)


@never_cache
@require_safe
def report(request: Request, pk: int) -> HttpResponse:
    """Show an urgent report with its conversation, to the lodging and to the office."""
    report = selectors.get_report(request.actor, pk)
    if request.actor.is_agency:
        record_look(request.actor, report)
    context = {
        "report": report,
        "conversation": get_thread(request.actor, "lodging", report.establishment_id, topic=report.topic),
        "may_acknowledge": rules.may_acknowledge(request.actor, report),
        "form": AcknowledgeForm(),
    }
    return render(request, "contact/report.html", context)


@require_POST
def acknowledge(request: Request, pk: int) -> HttpResponse:
    """Acknowledge an urgent report of a lodging with an optional reply."""
    report = selectors.get_report(request.actor, pk)
    require(request.actor.is_agency)
    form = AcknowledgeForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["reply"])))
        return redirect("contact:report", report.pk)
    services.acknowledge_report(actor=request.actor, report_id=report.pk, reply=form.cleaned_data["reply"])
    messages.success(request, _("The lodging can see that you have acknowledged it."))
    return redirect("contact:report", report.pk)
