"""Inspections offline: download of planned visits, the offline page, and upload of results."""

from uuid import UUID

import msgspec
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import override
from django.views.decorators.http import require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.oversight import rules
from ancu.apps.oversight.forms import ChecklistForm, MetGuestFormSet
from ancu.apps.oversight.selectors import planning
from ancu.apps.oversight.selectors.inspections import undeclared_guests
from ancu.apps.oversight.services.inspections import record_planned
from ancu.apps.oversight.views.planning import visit_of
from ancu.apps.stays.services.devices import receiving_device
from ancu.core.errors import Conflict, Http404, require
from ancu.core.web.http import Request
from ancu.core.web.offline_pages import OFFLINE_SHELLS, Shell, phone_call, shell_view

AN_HOUR = 240
VISIT_ERRORS = {"still_to_come", "ended_before", "document_missing"}  # mended on the phone, unlike a plan called off
LONGEST = 20_000  # characters of one checklist


class PhoneRequest(msgspec.Struct):
    """A request of a phone, identified by its device id."""

    device: UUID


class StoredChecklist(msgspec.Struct, forbid_unknown_fields=True):
    """One checklist stored on the phone; ``form`` is the encoded form of the page."""

    device: UUID
    reference: UUID
    plan: int
    form: str


@phone_call("visits-take", PhoneRequest, rules.may_work_offline, limit=AN_HOUR)
def take(request: Request, phone_request: PhoneRequest) -> JsonResponse:
    """Return as JSON the officer's own planned visits, each with the declared guests; each look is recorded."""
    receiving_device(request.actor, phone_request.device)
    visits = []
    for plan in planning.own_open_visits(request.actor):
        guests = planning.expected_guests(plan.establishment_id)
        record_look(request.actor, plan, stays=len(guests), phone=str(phone_request.device))
        place = plan.establishment
        visits.append({
            "plan": plan.pk, "day": plan.day.isoformat(), "name": place.name, "reason": plan.reason,
            "address": f"{place.address}, {place.unit.full_name}",
            "guests": [
                {"id": guest.pk, "name": guest.full_name, "document": guest.document_number, "room": guest.room}
                for guest in guests
            ],
        })  # fmt: skip
    return JsonResponse({"visits": visits})


@phone_call("visits-send", StoredChecklist, rules.may_work_offline, limit=AN_HOUR)
def send(request: Request, checklist: StoredChecklist) -> JsonResponse:
    """Record the inspection from a checklist that a phone uploaded, once for each reference; return its id as JSON.

    Status 422 with the errors by field for an invalid checklist.
    """
    receiving_device(request.actor, checklist.device)
    plan = planning.get_plan(request.actor, checklist.plan)
    data = QueryDict(checklist.form[:LONGEST])
    form, rows = ChecklistForm(data), MetGuestFormSet(data, prefix="met")
    if not (form.is_valid() and rows.is_valid()):
        errors = {
            part.add_prefix(name): list(map(str, sentences))
            for part in (form, *rows)
            for name, sentences in part.errors.items()
        }
        return JsonResponse({"errors": errors}, status=422)
    visit = visit_of(plan, form, rows, data)
    try:
        inspection = record_planned(
            request.actor, plan_id=plan.pk, visit=visit, reference=checklist.reference, from_phone=True
        )
    except Conflict as refused:
        if refused.code not in VISIT_ERRORS:
            raise
        return JsonResponse({"errors": {"__all__": [str(refused.message)]}}, status=422)
    undecided = rules.is_undecided(inspection.result, len(undeclared_guests(inspection)))
    return JsonResponse({"inspection": inspection.pk, "undecided": undecided})


@require_safe
def phone_page(request: Request) -> HttpResponse:
    """Show the phone's queue of waiting, refused and sent work of every kind.

    The page is the same for every officer.
    """
    if not request.actor.is_agency:
        raise Http404
    require(rules.may_work_offline(request.actor))
    return render(request, "oversight/kept.html")


def _render_shell(language: str) -> str:
    """Render the checklist for use without a connection in this language."""
    with override(language):
        context = {"form": ChecklistForm(), "rows": MetGuestFormSet(prefix="met"), "csrf_token": "", "shell": True}
        return render_to_string("oversight/offline.html", context)


shell = shell_view(_render_shell)
OFFLINE_SHELLS.register(Shell(r"^/office/inspections/(planned/\d+/|phone/)?$", "oversight:offline", _render_shell))
