"""A unit's monthly sheet, and the list of pending figures."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ancu.apps.reporting.forms.entry import FigureForm, RefuseFiguresForm, sheet_forms
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.rules.periods import Span, read_key
from ancu.apps.reporting.selectors import figures, periods
from ancu.apps.reporting.services import deciding, entering
from ancu.apps.reporting.views.office import requested_period, require_reader
from ancu.core.errors import Conflict, Http404, require
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request, conflicts_as_messages, parse_whole_number


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sheet(request: Request) -> HttpResponse:
    """Show a unit's monthly sheet of figures; a POST proposes the figures and shows any errors."""
    require_reader(request)
    require(access.may_enter(request.actor))
    month = requested_period(request)
    units = periods.units_to_enter(request.actor, month.first_day)
    unit_id = parse_whole_number(request.GET.get("unit", ""))
    unit = next(
        (candidate for candidate in units if candidate.pk == unit_id), units[0] if units and not unit_id else None
    )
    if unit is None or month.kind != "month":
        raise Http404
    lines = sheet_forms(figures.sheet(unit, month), request.POST or None)
    refused = ""
    if request.method == "POST":
        refused = _save(request, lines, month, unit.pk)
        if not refused:
            return redirect(f"{reverse('reporting:sheet')}?unit={unit.pk}&period={month.key}")
    context = {"lines": lines, "period": month, "unit": unit, "units": units, "refused": refused,
               "months": periods.months_to_enter()}  # fmt: skip
    return render(request, "reporting/sheet.html", context, status=422 if request.method == "POST" else 200)


def _save(request: Request, lines: list[FigureForm], month: Span, unit_id: int) -> str:
    """Propose the filled-in figures of the sheet; return an error message, or "" after they were saved."""
    if overtaken := [message for line in lines if (message := line.overtaken_message())]:
        return " ".join([*overtaken, _("Nothing else in this sheet has been submitted yet.")])
    filled_in = [line for line in lines if not line.waits and line.has_changed()]
    if sum(not line.is_valid() for line in filled_in):  # a sum, so that every line is validated and shows its errors
        return _("Some rows need checking. Nothing has been submitted yet.")
    if not filled_in:
        return _("You did not enter or change any figures.")
    try:
        sent = entering.propose(actor=request.actor, month=month, entries=[line.entry(unit_id) for line in filled_in])
    except Conflict as refused:
        return str(refused.message)
    messages.success(
        request, counted("%(n)s figure is waiting for approval.", "%(n)s figures are waiting for approval.", sent)
    )
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def approvals(request: Request) -> HttpResponse:
    """List pending figures; the office approves or sends back those that are ticked."""
    require_reader(request)
    form = RefuseFiguresForm(request.POST if request.POST.get("act") == "refuse" else None)
    if request.method == "POST":
        require(access.may_approve(request.actor))
        ids = [pk for text in request.POST.getlist("figure") if (pk := parse_whole_number(text))]
        if not ids:
            messages.error(request, _("Select at least one figure."))
            return redirect("reporting:approvals")
        if request.POST.get("act") != "refuse" or form.is_valid():
            with conflicts_as_messages(request):
                _decide(request, ids, form)
            return redirect("reporting:approvals")
    unit_id, month = parse_whole_number(request.GET.get("unit", "")), read_key(request.GET.get("period", ""))
    proposals = figures.proposed_figures(request.actor, unit_id, month)
    rows = figures.pending_figures(proposals)
    context = {"rows": rows, "form": form, "may_approve": access.may_approve(request.actor),
               "ticked": request.POST.getlist("figure"), "narrowed": unit_id is not None or month is not None,
               "total": proposals.count() if len(rows) == figures.PAGE_SIZE else len(rows)}  # fmt: skip
    return render(request, "reporting/approvals.html", context, status=422 if request.method == "POST" else 200)


def _decide(request: Request, ids: list[int], form: RefuseFiguresForm) -> None:
    """Approve the ticked figures, or refuse them with the form's reason, and show a message with their number."""
    if request.POST.get("act") == "refuse":
        decided = deciding.refuse(actor=request.actor, ids=ids, **form.cleaned_data)
        text = counted(
            "%(n)s figure was returned for correction.", "%(n)s figures were returned for correction.", decided
        )
    else:
        decided = deciding.approve(actor=request.actor, ids=ids)
        text = counted("%(n)s figure is approved.", "%(n)s figures are approved.", decided)
    messages.success(request, text)
