"""Handovers without a connection: what a keeper's phone takes along, stores and sends later."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.http import JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.translation import override

from ancu.apps.community import rules
from ancu.apps.community.forms import SignHandoverForm
from ancu.apps.community.services import confirming
from ancu.core.actor import Actor
from ancu.core.errors import Conflict
from ancu.core.templatetags.ui import day, number
from ancu.core.web.http import Request
from ancu.core.web.offline_pages import OFFLINE_SHELLS, Shell, phone_call, shell_view

AN_HOUR = 600
LONGEST = 100_000  # signs of a form: strokes, and their signs written for an address
RequireDevice = Callable[[Actor, UUID], object]


class HandoversRequest(msgspec.Struct):
    """What a phone asks for by its own id."""

    device: UUID


class StoredSignature(msgspec.Struct, forbid_unknown_fields=True):
    """A signature stored on a phone; ``form`` is what the page would have sent, ``signed_at`` is by its own clock."""

    device: UUID
    reference: UUID
    programme: int
    handed: int
    form: str
    signed_at: Annotated[datetime, msgspec.Meta(tz=True)]


def phone_calls(require_device: RequireDevice) -> tuple[Any, Any]:
    """Return the two views that the phone's script calls: to load handovers and to send signatures.

    ``require_device`` raises for a phone that is not the actor's.
    """

    @phone_call("handings-take", HandoversRequest, rules.may_work_offline, limit=AN_HOUR)
    def take(request: Request, request_body: HandoversRequest) -> JsonResponse:
        """Return, as JSON, the unconfirmed handovers for the phone to store."""
        require_device(request.actor, request_body.device)
        return JsonResponse(
            {"handings": [_handover_json(entry) for entry in confirming.handovers_for_phone(actor=request.actor)]}
        )

    @phone_call("handings-send", StoredSignature, rules.may_work_offline, limit=AN_HOUR)
    def send(request: Request, kept_signature: StoredSignature) -> JsonResponse:
        """Store a signature sent by a phone; the same reference gets the same response."""
        require_device(request.actor, kept_signature.device)
        data = QueryDict(kept_signature.form[:LONGEST], mutable=True)
        data["key"] = str(kept_signature.reference)
        form = SignHandoverForm(data)
        if form.is_valid():
            try:
                confirming.sign(
                    actor=request.actor,
                    programme_id=kept_signature.programme,
                    entry_id=kept_signature.handed,
                    signed_at=kept_signature.signed_at,
                    **form.cleaned_data,
                )
            except Conflict as refused:
                form.add_error(None, str(refused.message))
            else:
                return JsonResponse({"item": kept_signature.handed})
        return JsonResponse({"errors": form.errors}, status=422)

    return take, send


def _handover_json(handover: Any) -> dict[str, Any]:
    """Return what the phone stores of a handover to have it signed offline, as JSON-ready values."""
    return {
        "id": handover.pk, "programme": handover.programme.name, "day": day(handover.day),
        "amounts": [f"{number(much)} {item.measured}" for item, much in handover.handed],
        "recipient": f"{handover.recipient.name}, {handover.recipient.unit.full_name}",
    }  # fmt: skip


def _offline_page(language: str) -> str:
    """Render, in this language, the page on which recipients sign handovers offline."""
    with override(language):
        return render_to_string("community/offline.html", {"form": SignHandoverForm(), "csrf_token": "", "shell": True})


shell = shell_view(_offline_page)
OFFLINE_SHELLS.register(Shell(r"^/office/community/\d+/entries/\d+/sign/$", "community:offline", _offline_page))
