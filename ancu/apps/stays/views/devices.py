"""Calls of phones that work offline, and the page where a phone is cut off.

The scripts send JSON with the session's cookie and the CSRF token in its header, like every other form of the house.
"""

import base64
import hashlib
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancu.apps.audit.services import record_look
from ancu.apps.lodging.selectors import get_establishment
from ancu.apps.stays import rules, services
from ancu.apps.stays.enums import DeclarationChannel
from ancu.apps.stays.forms.guest import GuestForm, message
from ancu.apps.stays.forms.oddities import oddity_lines
from ancu.apps.stays.rules.oddities import Oddity
from ancu.apps.stays.schemas.devices import DeviceRef, NewDevice, OfflineDeclaration, Spans, offline_declaration_out
from ancu.apps.stays.selectors import devices as selectors
from ancu.apps.stays.selectors.changes import field_changes
from ancu.apps.stays.selectors.today import day_page
from ancu.apps.stays.services import Declaration, DeclarationOutcome
from ancu.apps.stays.services import devices as phones
from ancu.apps.stays.services.outcome import REFUSED
from ancu.apps.stays.templatetags.guests import nationality
from ancu.apps.stays.views.today import lodging_page
from ancu.core import clock
from ancu.core.errors import require
from ancu.core.web.http import Request
from ancu.core.web.offline_pages import phone_call
from ancu.engines.rulebook import Basis, Judged, room_required

GUESTS = 200  # that a phone takes along; a larger house has a line
AN_HOUR = {"enrol": 10, "open": 240, "mark": 240, "guests": 120, "sync": 1200}
NOTHING_SAID = Spans(since_mark=-1, latest_before=0, since_keyed=-1)


@phone_call("enrol", NewDevice, rules.may_have_phone, limit=AN_HOUR["enrol"])
def enrol(request: Request, call: NewDevice) -> JsonResponse:
    """Enrol the phone that calls for offline work; return its id as JSON."""
    name = " ".join(call.name.replace("\0", "").split()) or _("Phone")
    device = phones.enrol(actor=request.actor, name=name, session_key=request.session.session_key or "")
    return JsonResponse({"device": str(device.pk)})


@phone_call("open", DeviceRef, rules.may_have_phone, limit=AN_HOUR["open"])
def open_device(request: Request, call: DeviceRef) -> JsonResponse:
    """Return the office's half of the key that opens the phone's queue; the phone keeps it only in memory."""
    key = request.session.session_key or ""
    device = phones.open_device(actor=request.actor, device_id=call.device, session_key=key)
    return JsonResponse({"secret": base64.b64encode(phones.secret_of(device)).decode()})


@phone_call("mark", DeviceRef, rules.may_keep_offline, limit=AN_HOUR["mark"])
def mark(request: Request, call: DeviceRef) -> JsonResponse:
    """Return the office's time, signed for this phone, as JSON."""
    signed, at = phones.give_mark(actor=request.actor, device_id=call.device)
    return JsonResponse({"mark": signed, "at": at.isoformat()})


@phone_call("guests", DeviceRef, rules.may_keep_offline, limit=AN_HOUR["guests"])
def guests(request: Request, call: DeviceRef) -> HttpResponse:
    """Return to the phone the lodging's present guests, for use offline; recorded as a single look at all."""
    device = phones.receiving_device(request.actor, call.device)
    return _guests(request, device=device)


@lodging_page
def _guests(request: Request, establishment: Any, *, device: Any) -> JsonResponse:
    """Return the present guests of the lodging and its rules, to be stored on the phone."""
    stays = day_page(request.actor, establishment, "here", clock.today(), size=GUESTS).rows
    record_look(request.actor, device, stays=len(stays))
    rows = [
        {"name": stay.full_name, "document": stay.document_number, "nationality": nationality(stay.nationality),
         "room": stay.room, "until": stay.expected_departure.isoformat()}
        for stay in stays
    ]  # fmt: skip
    needed = room_required(establishment.kind, clock.today())
    place = {"id": establishment.pk, "name": establishment.name, "room_required": needed,
             "sandbox": establishment.sandbox,
             "declares": rules.may_declare_now(request.actor, establishment)}  # fmt: skip
    return JsonResponse({"establishment": place, "guests": rows})


@phone_call("sync", OfflineDeclaration, rules.may_keep_offline, limit=AN_HOUR["sync"])
def sync(request: Request, offline_declaration: OfflineDeclaration) -> JsonResponse:
    """Declare one guest whom a phone stored while offline. A repeated reference gets the same response."""
    device = phones.receiving_device(request.actor, offline_declaration.device)
    establishment = get_establishment(request.actor, offline_declaration.establishment)
    form = GuestForm(_clean(offline_declaration.values), room_required=room_required(establishment.kind, clock.today()))
    if not form.is_valid():
        return _refused(form)
    declaration = _declaration(request, offline_declaration, device, establishment, form)
    body_sha256 = hashlib.sha256(
        msgspec.json.encode([str(offline_declaration.reference), sorted(offline_declaration.values.items())])
    ).hexdigest()
    unsettled: list[Any] = []

    def answer(outcome: DeclarationOutcome) -> tuple[int, bytes]:
        """Return the JSON response for the phone; remember the row if it was refused or differs from a declaration."""
        [row] = outcome.rows
        unsettled[:] = [row] if row.state in REFUSED or row.differs else []
        assert declaration.judged is not None
        test = [_("Test, not declared to the police.")] if establishment.sandbox else []
        body = offline_declaration_out(
            row, declaration.judged, [*test, *(message(finding) for finding in row.warnings)]
        )
        return 200, msgspec.json.encode(body)

    status, body = services.declare_once(declaration, body_sha256, answer)
    if unsettled and unsettled[0].state == "needs_confirmation":
        return _odd(unsettled[0])
    if unsettled and _is_refused(request, form, unsettled[0]):
        return _refused(form)
    return JsonResponse(msgspec.json.decode(body), status=status)


def _clean(values: dict[str, str]) -> dict[str, str]:
    """Return those values that are fields of the form, without NUL characters."""
    return {name: value.replace("\0", "") for name, value in values.items() if name in GuestForm.base_fields}


def _declaration(
    request: Request, offline_declaration: OfflineDeclaration, device: Any, establishment: Any, form: GuestForm
) -> Declaration:
    """Return the declaration of a guest whom a phone stored offline, with the time that it is judged by."""
    spans = msgspec.structs.asdict(offline_declaration.spans or NOTHING_SAID)
    judged: Judged = phones.judge(device, mark=offline_declaration.mark, spans=spans)
    reference = f"phone:{offline_declaration.reference}"
    return Declaration(
        actor=request.actor,
        establishment=establishment,
        rows=[form.row],
        channel=DeclarationChannel.WEB,
        keyed_at=judged.at if judged.basis == Basis.KEYED else phones.as_claimed(offline_declaration.keyed_at),
        client_reference=reference,
        row_references=[reference],
        row_confirmations=[frozenset(offline_declaration.confirmed)],
        device_id=device.pk,
        judged=judged,
    )


def _is_refused(request: Request, form: GuestForm, row: Any) -> bool:
    """Add the row's errors, or its differences from the declared guest, to the form; return whether it has any."""
    form.take_errors(row.errors)
    if row.state != "refused":
        form.take_differences(field_changes(services.differences_from(request.actor, row.stay_id, row.row.values)[1]))
    return bool(form.errors)


def _refused(form: GuestForm) -> JsonResponse:
    """Return the form's errors by field as JSON for the phone, with status 422."""
    errors = {name: [str(text) for text in messages_of_field] for name, messages_of_field in form.errors.items()}
    return JsonResponse({"state": "refused", "errors": errors}, status=422)


def _odd(row: Any) -> JsonResponse:
    """Return the row's oddities, which the phone's user must confirm, as JSON with status 422; nothing is stored."""
    oddities = oddity_lines(Oddity(finding, (row.position,)) for finding in row.errors)
    return JsonResponse({"state": row.state, "errors": {}, "oddities": oddities}, status=422)


@require_GET
@lodging_page
def devices(request: Request, establishment: Any) -> HttpResponse:
    """Show the person's phones and, to the manager, those of all staff."""
    devices = selectors.devices_of(request.actor)
    rows = [(device, rules.may_cut_off(request.actor, device)) for device in devices]
    return render(request, "stays/devices.html", {"devices": rows, "establishment": establishment})


@require_POST
def cut_off(request: Request, pk: UUID) -> HttpResponse:
    """Cut off a lost phone, so that what it stores can no longer be read, and redirect to the user's phones."""
    require(rules.may_have_phone(request.actor))
    device = phones.cut_off(actor=request.actor, device_id=pk)
    messages.success(request, _("%(name)s is cut off. What it saved can no longer be read.") % {"name": device.name})
    return redirect("oversight:inspections" if request.actor.is_agency else "stays:devices")
