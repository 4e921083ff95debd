"""Meetings without a connection: what an officer's phone takes along, the page it stores, and what it sends later."""

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
from ancu.apps.listening.enums import PetitionChannel
from ancu.apps.listening.forms.meetings import MeetingItemForm
from ancu.apps.listening.rules import meetings as rules
from ancu.apps.listening.selectors import meetings as selectors
from ancu.apps.listening.services.meetings import raise_stored_item
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.reference_numbers import normalise_number
from ancu.core.web.http import Request
from ancu.core.web.offline_pages import LANGUAGES, OFFLINE_SHELLS, Shell, phone_call, shell_view

AN_HOUR = 600
LONGEST = 60_000  # signs of one item; five thousand letters of Vietnamese are three times as many in a form
PREFIX = "MS-"
RequireDevice = Callable[[Actor, UUID], object]


class MeetingRoomsRequest(msgspec.Struct):
    """What a phone asks for by its own id."""

    device: UUID


class ItemPhoto(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    data: bytes


class StoredMeetingItem(msgspec.Struct, forbid_unknown_fields=True):
    """An item stored on a phone; ``form`` is what the page would have sent, ``code`` was given to the speaker."""

    device: UUID
    reference: UUID
    room: int
    code: str
    language: str
    form: str
    photos: list[ItemPhoto]


def phone_calls(require_device: RequireDevice) -> tuple[Any, Any]:
    """Return the two views that the phone's script calls: to load meetings and to send items.

    ``require_device`` raises for a phone that is not the actor's.
    """

    @phone_call("rooms-take", MeetingRoomsRequest, rules.may_work_offline, limit=AN_HOUR)
    def take(request: Request, request_body: MeetingRoomsRequest) -> JsonResponse:
        """Return, as JSON, the open meetings that the phone stores to work offline."""
        require_device(request.actor, request_body.device)
        return JsonResponse({"rooms": [_meeting_json(meeting) for meeting in selectors.open_meetings(request.actor)]})

    @phone_call("rooms-send", StoredMeetingItem, rules.may_work_offline, limit=AN_HOUR)
    def send(request: Request, kept_item: StoredMeetingItem) -> JsonResponse:
        """Store a petition raised at a meeting, sent by a phone; the same reference gets the same response."""
        require_device(request.actor, kept_item.device)
        meeting = selectors.get_meeting(request.actor, kept_item.room)
        form, code = _item_form(kept_item), normalise_number(kept_item.code) or ""
        if not code.startswith(PREFIX):
            form.add_error(None, "code")
        if form.is_valid():
            language = kept_item.language if kept_item.language in LANGUAGES else "vi"
            intake = form.intake(channel=PetitionChannel.MEETING, place=meeting.unit, language=language, code=code)
            try:
                petition = raise_stored_item(actor=request.actor, pk=meeting.pk, intake=intake)
            except FileRefused as refused:
                form.add_error("attached", refused.form_error)
            else:
                return JsonResponse({"item": petition.number})
        return JsonResponse({"errors": form.errors}, status=422)

    return take, send


def _item_form(kept_item: StoredMeetingItem) -> MeetingItemForm:
    """Return the form of a petition raised at a meeting, bound to what the phone stored."""
    data = QueryDict(kept_item.form[:LONGEST], mutable=True)
    data["key"] = str(kept_item.reference)
    photos = [SimpleUploadedFile(photo.name[:100] or "photo.jpg", photo.data) for photo in kept_item.photos]
    return MeetingItemForm(data, MultiValueDict({"attached": photos}))


def _meeting_json(meeting: Any) -> dict[str, Any]:
    """Return what the phone stores of a meeting to record petitions offline, as JSON-ready values."""
    begins = clock.local(meeting.starts_at)
    return {
        "id": meeting.pk, "theme": meeting.theme, "place": f"{meeting.venue}, {meeting.unit.full_name}",
        "begins": f"{begins:%d/%m/%Y %H:%M}",
    }  # fmt: skip


def _offline_page(language: str) -> str:
    """Render, in this language, the page on which officers record petitions offline."""
    with override(language):
        form = MeetingItemForm(auto_id="id_%s", initial={"key": ""})  # the phone's own reference takes its place
        context = {"form": form, "csrf_token": "", "shell": True}
        return render_to_string("listening/office/offline.html", context)


shell = shell_view(_offline_page)
OFFLINE_SHELLS.register(Shell(r"^/office/meetings/\d+/room/$", "listening:offline", _offline_page))
