"""Inspections without a connection: what an officer's phone takes along, the page it keeps, and what it sends once."""

from uuid import UUID

import msgspec
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import override
from django.views.decorators.http import require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.oversight import rules
from ancu.apps.oversight.forms import ChecklistForm, MetFormSet
from ancu.apps.oversight.selectors import planning
from ancu.apps.oversight.selectors.inspections import undeclared_guests
from ancu.apps.oversight.services.inspections import note_planned
from ancu.apps.oversight.views.planning import visit_of
from ancu.apps.stays.services.devices import receiving_device
from ancu.core.errors import Conflict, Http404, require
from ancu.core.web.http import Request
from ancu.core.web.offline_pages import Shell, phone_call, shell_view

AN_HOUR = 240
VISIT_ERRORS = {"still_to_come", "ended_before", "document_missing"}  # mended on the phone, unlike a plan called off
LONGEST = 20_000  # signs of one checklist


class Named(msgspec.Struct):
    """What a phone asks for by its own id."""

    device: UUID


class Kept(msgspec.Struct, forbid_unknown_fields=True):
    """One checklist as the phone kept it; ``form`` is what the page would have sent."""

    device: UUID
    reference: UUID
    plan: int
    form: str


@phone_call("visits-take", Named, rules.may_take_along, limit=AN_HOUR)
def take(request: Request, asked: Named) -> JsonResponse:
    """The officer's own planned visits, each with whom the lodging has declared; each is a look."""
    receiving_device(request.actor, asked.device)
    visits = []
    for plan in planning.to_take_along(request.actor):
        guests = planning.expected_guests(plan.establishment_id)
        record_look(request.actor, plan, stays=len(guests), phone=str(asked.device))
        place = plan.establishment
        visits.append({
            "plan": plan.pk, "day": plan.day.isoformat(), "name": place.name, "reason": plan.reason,
            "address": f"{place.address}, {place.unit.full_name}",
            "guests": [
                {"id": one.pk, "name": one.full_name, "document": one.document_number, "room": one.room}
                for one in guests
            ],
        })  # fmt: skip
    return JsonResponse({"visits": visits})


@phone_call("visits-send", Kept, rules.may_take_along, limit=AN_HOUR)
def send(request: Request, kept: Kept) -> JsonResponse:
    """The same reference again is answered the same, whatever got lost."""
    receiving_device(request.actor, kept.device)
    plan = planning.get_plan(request.actor, kept.plan)
    data = QueryDict(kept.form[:LONGEST])
    form, rows = ChecklistForm(data), MetFormSet(data, prefix="met")
    if not (form.is_valid() and rows.is_valid()):
        errors = {
            part.add_prefix(name): list(map(str, sentences))
            for part in (form, *rows)
            for name, sentences in part.errors.items()
        }
        return JsonResponse({"errors": errors}, status=422)
    visit = visit_of(plan, form, rows, data)
    try:
        inspection = note_planned(
            request.actor, plan_id=plan.pk, visit=visit, reference=kept.reference, from_phone=True
        )
    except Conflict as refused:
        if refused.code not in VISIT_ERRORS:
            raise
        return JsonResponse({"errors": {"__all__": [str(refused.message)]}}, status=422)
    undecided = rules.is_undecided(inspection.result, len(undeclared_guests(inspection)))
    return JsonResponse({"inspection": inspection.pk, "undecided": undecided})


@require_safe
def phone_page(request: Request) -> HttpResponse:
    """The queue of this phone: waiting, refused and sent work of every kind. The page is the same for every officer."""
    if not request.actor.is_agency:
        raise Http404
    require(rules.may_take_along(request.actor))
    return render(request, "oversight/kept.html")


def _drawn(language: str) -> str:
    with override(language):
        context = {"form": ChecklistForm(), "rows": MetFormSet(prefix="met"), "csrf_token": "", "shell": True}
        return render_to_string("oversight/offline.html", context)


shell = shell_view(_drawn)
SHELL = Shell(r"^/office/inspections/(planned/\d+/|phone/)?$", "oversight:offline", _drawn)
