"""A room without a connection: what an officer's phone takes along, the page it keeps, and what it sends once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from ancu.apps.files.services import FileRefused
from ancu.apps.listening.enums import Channel
from ancu.apps.listening.forms.meetings import ItemForm
from ancu.apps.listening.rules import meetings as rules
from ancu.apps.listening.selectors import meetings as selectors
from ancu.apps.listening.services.meetings import raise_kept
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.reference_numbers import normalise_number
from ancu.core.web.http import Request
from ancu.core.web.offline_pages import LANGUAGES, OFFLINE_SHELLS, Shell, phone_call, shell_view

AN_HOUR = 600
LONGEST = 60_000  # signs of one item; five thousand letters of Vietnamese are three times as many in a form
PREFIX = "MS-"
Known = Callable[[Actor, UUID], object]


class Named(msgspec.Struct):
    """What a phone asks for by its own id."""

    device: UUID


class Photo(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    data: bytes


class Kept(msgspec.Struct, forbid_unknown_fields=True):
    """One thing said, as the phone kept it; ``form`` is what the page would have sent, ``code`` the speaker has."""

    device: UUID
    reference: UUID
    room: int
    code: str
    language: str
    form: str
    photos: list[Photo]


def calls(known: Known) -> tuple[Any, Any]:
    """What the phone's script calls. ``known`` raises for a phone that is not the actor's, or was cut off."""

    @phone_call("rooms-take", Named, rules.may_take_along, limit=AN_HOUR)
    def take(request: Request, asked: Named) -> JsonResponse:
        known(request.actor, asked.device)
        return JsonResponse({"rooms": [_along(one) for one in selectors.rooms(request.actor)]})

    @phone_call("rooms-send", Kept, rules.may_take_along, limit=AN_HOUR)
    def send(request: Request, kept: Kept) -> JsonResponse:
        """The same reference again is answered the same, whatever got lost."""
        known(request.actor, kept.device)
        meeting = selectors.get_meeting(request.actor, kept.room)
        form, code = _form(kept), normalise_number(kept.code) or ""
        if not code.startswith(PREFIX):
            form.add_error(None, "code")
        if form.is_valid():
            language = kept.language if kept.language in LANGUAGES else "vi"
            told = form.intake(channel=Channel.MEETING, place=meeting.unit, language=language, code=code)
            try:
                made = raise_kept(actor=request.actor, pk=meeting.pk, told=told)
            except FileRefused as refused:
                form.add_error("attached", refused.form_error)
            else:
                return JsonResponse({"item": made.number})
        return JsonResponse({"errors": form.errors}, status=422)

    return take, send


def _form(kept: Kept) -> ItemForm:
    data = QueryDict(kept.form[:LONGEST], mutable=True)
    data["key"] = str(kept.reference)
    photos = [SimpleUploadedFile(one.name[:100] or "photo.jpg", one.data) for one in kept.photos]
    return ItemForm(data, MultiValueDict({"attached": photos}))


def _along(one: Any) -> dict[str, Any]:
    begins = clock.local(one.starts_at)
    return {
        "id": one.pk, "theme": one.theme, "place": f"{one.venue}, {one.unit.full_name}",
        "begins": f"{begins:%d/%m/%Y %H:%M}",
    }  # fmt: skip


def _drawn(language: str) -> str:
    with override(language):
        form = ItemForm(auto_id="id_%s", initial={"key": ""})  # the phone's own reference takes its place
        context = {"form": form, "csrf_token": "", "shell": True}
        return render_to_string("listening/office/offline.html", context)


shell = shell_view(_drawn)
OFFLINE_SHELLS.register(Shell(r"^/office/meetings/\d+/room/$", "listening:offline", _drawn))
