"""Read a passport picture on the page of a declaration: each answer is displayed beside its strip for confirmation."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ancu.apps.stays.forms.guest import GuestForm
from ancu.apps.stays.forms.picture import picture_answers
from ancu.apps.stays.services import photos
from ancu.apps.stays.views.declare import declare_form, typed_answers
from ancu.apps.stays.views.photos import gather
from ancu.apps.stays.views.today import declaring_page
from ancu.core import clock
from ancu.core.web.http import Request
from ancu.engines.rulebook import room_required


@require_POST
@declaring_page
def photo(request: Request, establishment: Any) -> HttpResponse:
    """Read a passport picture and show what was read; several pictures at once become a group.

    The script gets the part of the page, others the whole page, filled in.
    """
    sent = request.FILES.getlist("picture")
    if len(sent) > 1:
        return redirect("stays:upload_preview", pk=gather(request, establishment, sent).pk)
    try:
        reading = photos.read_picture(
            actor=request.actor, establishment=establishment, data=sent[0].read() if sent else b"", way="form"
        )
    except photos.PictureRefused as refusal:
        return _answer(request, establishment, {"picture_refused": refusal}, {}, 422)
    answers = picture_answers(reading.sight, typed_answers(request))
    context = {"sight": reading.sight, "answers": answers, "kept_picture": reading.file}
    context |= {"others": photos.gather_others(actor=request.actor, establishment=establishment, sight=reading.sight)}
    context |= {"sure": all(answer.sure for answer in answers)}
    return _answer(
        request, establishment, context, {answer.name: answer.value for answer in answers if answer.value}, 200
    )


def _answer(
    request: Request, establishment: Any, context: dict[str, Any], record: dict[str, str], status: int
) -> HttpResponse:
    """Render what was read: for the script the part of the page, otherwise the whole page with the form filled in."""
    if request.headers.get("X-Requested-With") == "fetch":
        response = render(request, "stays/photo_read.html", context, status=status)
    else:
        form = GuestForm(initial=record | typed_answers(request), room_required=_is_room_required(establishment))
        reference = request.POST.get("client_reference") or uuid.uuid4().hex
        response = declare_form(request, establishment, form, reference, status=status, **context)
    response["Cache-Control"] = "no-store"
    return response


def _is_room_required(establishment: Any) -> bool:
    """Whether lodgings of this kind must state the guest's room today."""
    return room_required(establishment.kind, clock.today())
