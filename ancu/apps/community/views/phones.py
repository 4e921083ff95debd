"""A handing over without a connection: what a keeper's phone takes along, the page it keeps, and what it sends once."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.http import JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.translation import override

from ancu.apps.community import rules
from ancu.apps.community.forms import SignForm
from ancu.apps.community.services import confirming
from ancu.core.actor import Actor
from ancu.core.errors import Conflict
from ancu.core.templatetags.ui import day, number
from ancu.core.web.http import Request
from ancu.core.web.offline_pages import OFFLINE_SHELLS, Shell, phone_call, shell_view

AN_HOUR = 600
LONGEST = 100_000  # signs of a form: strokes, and their signs written for an address
Known = Callable[[Actor, UUID], object]


class Named(msgspec.Struct):
    """What a phone asks for by its own id."""

    device: UUID


class Kept(msgspec.Struct, forbid_unknown_fields=True):
    """A signature as the phone kept it; ``form`` is what the page would have sent, ``signed_at`` by its own clock."""

    device: UUID
    reference: UUID
    programme: int
    handed: int
    form: str
    signed_at: Annotated[datetime, msgspec.Meta(tz=True)]


def calls(known: Known) -> tuple[Any, Any]:
    """What the phone's script calls. ``known`` raises for a phone that is not the actor's, or was cut off."""

    @phone_call("handings-take", Named, rules.may_take_along, limit=AN_HOUR)
    def take(request: Request, asked: Named) -> JsonResponse:
        known(request.actor, asked.device)
        return JsonResponse({"handings": [_along(one) for one in confirming.take_along(actor=request.actor)]})

    @phone_call("handings-send", Kept, rules.may_take_along, limit=AN_HOUR)
    def send(request: Request, kept: Kept) -> JsonResponse:
        """The same reference again is answered the same, whatever got lost."""
        known(request.actor, kept.device)
        data = QueryDict(kept.form[:LONGEST], mutable=True)
        data["key"] = str(kept.reference)
        form = SignForm(data)
        if form.is_valid():
            try:
                confirming.sign(
                    actor=request.actor, programme_id=kept.programme, entry_id=kept.handed, signed_at=kept.signed_at,
                    **form.cleaned_data,
                )  # fmt: skip
            except Conflict as refused:
                form.add_error(None, str(refused.message))
            else:
                return JsonResponse({"item": kept.handed})
        return JsonResponse({"errors": form.errors}, status=422)

    return take, send


def _along(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk, "programme": one.programme.name, "day": day(one.day),
        "amounts": [f"{number(much)} {item.measured}" for item, much in one.handed],
        "recipient": f"{one.recipient.name}, {one.recipient.unit.full_name}",
    }  # fmt: skip


def _drawn(language: str) -> str:
    with override(language):
        return render_to_string("community/offline.html", {"form": SignForm(), "csrf_token": "", "shell": True})


shell = shell_view(_drawn)
OFFLINE_SHELLS.register(Shell(r"^/office/community/\d+/entries/\d+/sign/$", "community:offline", _drawn))
