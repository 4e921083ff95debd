"""Download stored files, and upload in parts."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record
from ancu.apps.files import selectors, services
from ancu.apps.files.forms import StartUploadForm
from ancu.core.security.rate_limits import allow
from ancu.core.templatetags.ui import possible_from
from ancu.core.web.http import Request
from ancu.core.web.problems import answer, failure

STARTS_AN_HOUR = 200
TOO_MANY = _("Too many files were sent within an hour. You can send more from %(when)s.")
PART_TOO_LARGE = _("This part of the file is too large.")


@never_cache
@require_safe
def download(request: Request, file_id: UUID) -> FileResponse:
    """Return a stored file as a download; 404 for actors who may not read it. The audit records it."""
    file = selectors.get_file(request.actor, file_id)
    data = services.open_bytes(file)
    record(request.actor, "files.downloaded", file, purpose=file.purpose)
    return FileResponse(data, as_attachment=True, filename=file.name, content_type=file.media_type)


@never_cache
@require_POST
def start_upload(request: Request) -> HttpResponse:
    """Begin an upload in parts: 201 with the URL for its parts (``static/files/resumable.js``)."""
    form = StartUploadForm(request.POST)
    if not form.is_valid():
        return failure("invalid_parameters", 422)
    if not (use := allow("files.upload", str(request.actor.user_id), limit=STARTS_AN_HOUR)):
        return failure("too_many_uploads", 429, TOO_MANY % {"when": possible_from(use.until)}, retry_safe=True)
    try:
        upload = services.start_upload(request.actor, **form.cleaned_data)
    except services.FileRefused as refused:
        return failure(refused.code, 422, refused.message)
    return answer({**_state(upload), "url": reverse("files:upload", args=[upload.pk])}, 201)


@never_cache
@require_http_methods(["GET", "HEAD", "PATCH"])
def upload(request: Request, upload_id: UUID) -> HttpResponse:
    """Return the progress of an upload; PATCH stores the part that begins at ``Upload-Offset``.

    A part that does not continue the upload gets 409 with the byte at which to continue.
    """
    if request.method != "PATCH":
        return answer(_state(selectors.get_upload(request.actor, upload_id)))
    offset, length = (request.headers.get(name, "") for name in ("upload-offset", "content-length"))
    if not all(number.isascii() and number.isdigit() for number in (offset, length)):
        selectors.get_upload(request.actor, upload_id)
        return failure("invalid_parameters", 422)
    if int(length) > services.MOST_PART_BYTES:  # before a byte of it is read
        return failure("part_too_large", 413, PART_TOO_LARGE)
    try:
        sent = services.append(request.actor, upload_id=upload_id, offset=int(offset), part=request.body)
    except services.UploadOutOfStep as step:
        return answer({"offset": step.offset}, 409)
    except UnreadablePostError:  # the connection broke within the part; nobody is there to read this
        return failure("invalid_parameters", 400)
    return answer(_state(sent))


def _state(upload: Any) -> dict[str, Any]:
    """Return the upload's id, name, size, received bytes and whether it was used, for JSON."""
    used = upload.used_at is not None
    return {"id": str(upload.pk), "offset": upload.received, "size": upload.size, "name": upload.name, "used": used}
