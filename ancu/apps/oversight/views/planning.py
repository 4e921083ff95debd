"""Planned visits: plan from a lodging or an alert, record with a checklist, or cancel."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ancu.apps.audit.services import record_look
from ancu.apps.lodging.selectors import get_establishment
from ancu.apps.oversight import rules
from ancu.apps.oversight.forms import ChecklistForm, MetGuestFormSet, PlanVisitForm
from ancu.apps.oversight.selectors import get_alert, planning, require_reader
from ancu.apps.oversight.selectors.words import title_of
from ancu.apps.oversight.services.inspections import MetGuestInput, VisitReport, record_planned
from ancu.apps.oversight.services.planning import cancel_visit, plan_visit
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.web.http import Request, conflicts_as_messages, parse_whole_number


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: Request, establishment_id: int) -> HttpResponse:
    """Show the form to plan a visit and plan it; ``?alert=`` is the alert that it originates from."""
    require_reader(request.actor)
    place = get_establishment(request.actor, establishment_id)
    require(rules.may_inspect(request.actor, place))
    source = parse_whole_number(request.GET.get("alert", ""))
    alert = get_alert(request.actor, source) if source else None
    officers = planning.eligible_officers(request.actor)
    if request.method != "POST":
        first = {
            "day": clock.today(),
            "officer_id": request.actor.user_id,
            "reason": title_of(alert.rule) if alert else "",
        }
        return _plan_page(request, place, alert, PlanVisitForm(initial=first, officers=officers))
    form = PlanVisitForm(request.POST, officers=officers)
    if form.is_valid():
        try:
            visit = plan_visit(request.actor, establishment_id=place.pk, alert_id=source, **form.cleaned_data)
        except Conflict as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("The inspection has been planned."))
            return redirect("oversight:planned", visit.pk)
    return _plan_page(request, place, alert, form, status=422)


def _plan_page(request: Request, place: Any, alert: Any, form: PlanVisitForm, *, status: int = 200) -> HttpResponse:
    """Render the form to plan a visit of the lodging ``place``, perhaps because of ``alert``."""
    return render(request, "oversight/plan.html", {"place": place, "alert": alert, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def planned(request: Request, pk: int) -> HttpResponse:
    """Show the checklist with the declared guests; submitting it records the inspection."""
    visit_plan = planning.get_plan(request.actor, pk)
    if inspection := getattr(visit_plan, "inspection", None):
        return redirect("oversight:inspection", inspection.pk)
    if request.method != "POST":
        now = clock.local(clock.now())
        first = {"day": now.date(), "time": now.time(), "representative": ""}
        return _checklist_page(request, visit_plan, ChecklistForm(initial=first), MetGuestFormSet(prefix="met"))
    require(rules.may_inspect(request.actor, visit_plan.establishment))
    form, rows = ChecklistForm(request.POST), MetGuestFormSet(request.POST, prefix="met")
    if form.is_valid() and rows.is_valid():
        try:
            visit = visit_of(visit_plan, form, rows, request.POST)
            inspection = record_planned(request.actor, plan_id=pk, visit=visit, reference=_reference(request.POST))
        except Conflict as refused:
            form.add_error("result" if refused.code == "not_in_order" else None, str(refused.message))
        else:
            messages.success(request, _("The inspection has been recorded."))
            return redirect("oversight:inspection", inspection.pk)
    return _checklist_page(request, visit_plan, form, rows, status=422)


def _reference(data: QueryDict) -> UUID | None:
    """Return the reference by which a repeated form is recognised; None if it is invalid."""
    try:
        return UUID(data.get("reference", ""))
    except ValueError:
        return None


def visit_of(plan: Any, form: ChecklistForm, rows: Any, data: QueryDict) -> VisitReport:
    """Return the submitted report of a visit: times, texts, and the guests met.

    Guests met are the ticked ones of the declared guests, and those typed into the rows of the form.
    """
    answers = form.cleaned_data
    ticked = [number for text in data.getlist("seen") if (number := parse_whole_number(text))]
    declared = planning.stays_at_lodging(plan.establishment_id, ticked)
    met = [MetGuestInput(stay.document_number, stay.full_name, stay.room) for stay in declared]
    others = [MetGuestInput(**row) for row in rows.cleaned_data if row.get("document_number")]
    words = {name: answers[name] for name in ("representative", "witness", "statement", "result", "outcome")}
    ended = datetime.combine(answers["day"], answers["ended"], clock.VIETNAM) if answers["ended"] else None
    began = datetime.combine(answers["day"], answers["time"], clock.VIETNAM)
    return VisitReport(began_at=began, ended_at=ended, guests=[*met, *others], **words)


def _checklist_page(
    request: Request, visit_plan: Any, form: ChecklistForm, rows: Any, *, status: int = 200
) -> HttpResponse:
    """Render the checklist of a planned visit; the look at its guests is recorded in the audit."""
    may_make = rules.may_carry_out(request.actor, visit_plan)
    guests = planning.expected_guests(visit_plan.establishment_id) if may_make else []
    record_look(request.actor, visit_plan, stays=len(guests))
    context = {"plan": visit_plan, "guests": guests, "form": form, "rows": rows, "may_make": may_make,
               "ticked": request.POST.getlist("seen"), "alert": _alert_title(request.actor, visit_plan)}  # fmt: skip
    return render(request, "oversight/planned.html", context, status=status)


def _alert_title(actor: Actor, visit_plan: Any) -> str:
    """Return the title of the alert for which the visit was planned; "" if it was planned without an alert."""
    return title_of(visit_plan.alert.rule) if visit_plan.alert else ""


@require_POST
def cancel(request: Request, pk: int) -> HttpResponse:
    """Cancel a planned visit of a lodging and redirect to the list of inspections."""
    visit_plan = planning.get_plan(request.actor, pk)
    require(rules.may_inspect(request.actor, visit_plan.establishment))
    with conflicts_as_messages(request):
        cancel_visit(request.actor, plan_id=pk)
        messages.success(request, _("You have cancelled the inspection."))
    return redirect("oversight:inspections")
