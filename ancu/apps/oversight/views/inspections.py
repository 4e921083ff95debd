"""Inspections of lodgings and the guests met."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.lodging.selectors import get_establishment
from ancu.apps.oversight import rules
from ancu.apps.oversight.enums import InspectionResult
from ancu.apps.oversight.forms import InspectionForm, InspectionResultForm, MetGuestFormSet
from ancu.apps.oversight.selectors import inspections as selectors
from ancu.apps.oversight.selectors import planning, require_reader
from ancu.apps.oversight.services.inspections import MetGuestInput, decide_result, record_inspection
from ancu.apps.oversight.services.minutes import minutes_pdf
from ancu.apps.stays.selectors.devices import devices_of
from ancu.apps.stays.selectors.guests import lodgings_in_area
from ancu.core import clock
from ancu.core.errors import Conflict, require
from ancu.core.web.http import Request, conflicts_as_messages, parse_whole_number


@require_safe
def inspections(request: Request) -> HttpResponse:
    """List the inspections of the officer's area, newest first, with the planned visits."""
    page = selectors.inspection_page(request.actor, request.GET.get("after", ""))
    inspection_ids = [row.pk for row in page.rows]
    record_look(request.actor, ("oversight.inspections", "area"), count=len(inspection_ids), inspections=inspection_ids)
    context = {
        "page": page,
        "planned": [] if request.GET.get("after") else planning.open_plans(request.actor),
        "today": clock.today(),
        "takes_along": rules.may_work_offline(request.actor),
        "phones": devices_of(request.actor),
        "lodgings": lodgings_in_area(request.actor),
        "next_url": f"?after={page.after}" if page.after else "",
    }
    return render(request, "oversight/inspections.html", context)


@require_safe
def choose(request: Request) -> HttpResponse:
    """Redirect to the form to inspect, or with ``?plan`` to plan a visit of, the chosen lodging; else to the list."""
    require_reader(request.actor)
    chosen = parse_whole_number(request.GET.get("lodging", ""))
    if chosen and "plan" in request.GET:
        return redirect("oversight:plan", chosen)
    return redirect("oversight:inspect", chosen) if chosen else redirect("oversight:inspections")


@require_http_methods(["GET", "HEAD", "POST"])
def inspect(request: Request, establishment_id: int) -> HttpResponse:
    """Show the form of an unplanned inspection and record the inspection; 403 without the right to inspect."""
    require_reader(request.actor)
    place = get_establishment(request.actor, establishment_id)
    require(rules.may_inspect(request.actor, place))
    now = clock.local(clock.now())
    if request.method != "POST":
        form = InspectionForm(initial={"day": now.date(), "time": now.time(), "reference": uuid4()})
        return _inspection_form_page(request, place, form, MetGuestFormSet(prefix="met"))
    form, rows = InspectionForm(request.POST), MetGuestFormSet(request.POST, prefix="met")
    if form.is_valid() and rows.is_valid():
        try:
            noted = record_inspection(request.actor, establishment_id=place.pk, **_visit_values(form, rows))
        except Conflict as refused:
            form.add_error("result" if refused.code == "not_in_order" else None, str(refused.message))
        else:
            messages.success(request, _("The inspection has been recorded."))
            return redirect("oversight:inspection", noted.pk)
    return _inspection_form_page(request, place, form, rows, status=422)


def _visit_values(form: InspectionForm, rows: Any) -> dict[str, Any]:
    """Return the submitted beginning, guests, result and reference of a visit as arguments of ``record_inspection``."""
    answers = form.cleaned_data
    met = [MetGuestInput(**row) for row in rows.cleaned_data if row.get("document_number")]
    began = datetime.combine(answers["day"], answers["time"], clock.VIETNAM)
    words = {name: answers[name] for name in ("result", "outcome", "reference")}
    return {"began_at": began, "guests": met, **words}


def _inspection_form_page(
    request: Request, place: Any, form: InspectionForm, rows: Any, *, status: int = 200
) -> HttpResponse:
    """Render the form of an unplanned inspection of the lodging ``place`` with the rows of guests met."""
    return render(request, "oversight/inspect.html", {"place": place, "form": form, "rows": rows}, status=status)


@require_safe
def inspection(request: Request, pk: int) -> HttpResponse:
    """Show an inspection with its result and the guests met, declared or not."""
    return _inspection_page(request, selectors.get_inspection(request.actor, pk), InspectionResultForm())


@require_POST
def decide(request: Request, pk: int) -> HttpResponse:
    """Save the result of an inspection recorded as in order that met undeclared guests."""
    visit = selectors.get_inspection(request.actor, pk)
    require(rules.may_inspect(request.actor, visit.establishment))
    form = InspectionResultForm(request.POST)
    if not form.is_valid():
        return _inspection_page(request, visit, form, status=422)
    with conflicts_as_messages(request):
        decide_result(request.actor, pk=pk, result=InspectionResult(form.cleaned_data["result"]))
        messages.success(request, _("The result has been decided. You can print the minutes now."))
    return redirect("oversight:inspection", pk)


def _inspection_page(
    request: Request, inspection: Any, form: InspectionResultForm, *, status: int = 200
) -> HttpResponse:
    """Render the page of an inspection, and record in the audit that its guests were viewed."""
    lodging_id = inspection.establishment_id
    guests = list(selectors.guests_met(inspection))
    record_look(request.actor, inspection, count=len(guests))
    undeclared = sum(not guest.declared for guest in guests)  # type: ignore[attr-defined]  # annotated
    context = {
        "inspection": inspection,
        "guests": guests,
        "undeclared": undeclared,
        "undecided": rules.is_undecided(inspection.result, undeclared),
        "may_decide": rules.may_inspect(request.actor, inspection.establishment),
        "form": form,
        "group": selectors.fine_band_of(inspection, undeclared),
        "not_met": list(selectors.not_met(inspection)),
        "times_found": selectors.undeclared_counts(request.actor, [lodging_id]).get(lodging_id, 0),
        "alert": selectors.alert_of(request.actor, inspection),
    }
    return render(request, "oversight/inspection.html", context, status=status)


@require_safe
def minutes(request: Request, pk: int) -> HttpResponse:
    """Download the minutes of an inspection as PDF, to be printed and signed at the lodging."""
    visit = selectors.get_inspection(request.actor, pk)
    with conflicts_as_messages(request):
        answer = HttpResponse(minutes_pdf(request.actor, visit), content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="kiem-tra-{visit.pk}.pdf"'
        return answer
    return redirect("oversight:inspection", pk)
