"""A tour group: up to twenty passports photographed, one preview, one declaration."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ancu.apps.audit.services import record_look
from ancu.apps.stays.enums import DeclarationChannel, UploadState
from ancu.apps.stays.forms.group import GroupForm, group_form
from ancu.apps.stays.forms.undeclared import DismissForm
from ancu.apps.stays.selectors.changes import acts_on_group, row_changes
from ancu.apps.stays.services import photos as service
from ancu.apps.stays.services import pictures, uploads
from ancu.apps.stays.services.row_texts import changed_texts
from ancu.apps.stays.views.today import declaring_page
from ancu.core.errors import Conflict, Http404
from ancu.core.web.http import Request, parse_whole_number, show_lodging_in_header
from ancu.engines.passports import MOST_BYTES, prepare_reader


@require_http_methods(["GET", "POST"])
@declaring_page
def photos(request: Request, establishment: Any) -> HttpResponse:
    """Begin a group of pictures: empty for the script, which sends them one by one, or with all pictures of a form."""
    if request.method == "GET":
        prepare_reader()
        return _page(request, establishment, None, group_form(None, {}))
    if request.headers.get("X-Requested-With") == "fetch":
        group = service.start_group(actor=request.actor, establishment=establishment)
        return JsonResponse(_addresses(group.pk))
    form = group_form(request.POST, {})
    sent = request.FILES.getlist("picture")
    if not sent or not form.is_valid():
        if not sent:
            form.add_error(None, _("Choose the pictures first."))
        return _page(request, establishment, None, form)
    group = gather(request, establishment, sent)
    service.set_group(actor=request.actor, upload_id=group.pk, texts=form.texts)
    return redirect("stays:upload_preview", pk=group.pk)


def _page(request: Request, establishment: Any, upload: Any, form: Any, **more: Any) -> HttpResponse:
    """Render the page of a group of passport pictures, and record the look in the audit."""
    show_lodging_in_header(request, establishment)
    status = more.pop("status", 422 if form.is_bound else 200)
    rows = pictures.rows_of(upload) if upload else []
    if rows:
        record_look(request.actor, upload, rows=len(rows))
    context = more | {
        "form": form,
        "establishment": establishment,
        "upload": upload,
        "rows": rows,
        "next": service.next_position(upload) if upload else 1,
        "most": service.MOST_PICTURES,
        "max_bytes": MOST_BYTES,
        "addresses": _addresses(upload.pk) if upload else {},
    }
    return render(request, "stays/photos.html", context, status=status)


def _addresses(pk: UUID) -> dict[str, str]:
    """Return the addresses that the script of a group of pictures calls, by name."""
    return {
        "add": reverse("stays:photos_add", args=[pk]),
        "group": reverse("stays:photos_group", args=[pk]),
        "preview": reverse("stays:upload_preview", args=[pk]),
    }


def gather(request: Request, establishment: Any, sent: Sequence[Any]) -> Any:
    """Start a group with all pictures of one form, for browsers without script; the page waits until they are read."""
    group = service.start_group(actor=request.actor, establishment=establishment)
    _add_all(request, group.pk, sent)
    return group


def _add_all(request: Request, pk: UUID, sent: Sequence[Any], first: int = 1) -> None:
    """Add the pictures to the group, from position ``first`` on; stop with a message when the group is full."""
    try:
        for position, file in enumerate(sent, first):
            service.add_picture(actor=request.actor, upload_id=pk, position=position, data=file.read())
    except Conflict as full:
        messages.warning(request, str(full.message))


@require_http_methods(["GET", "POST"])
@declaring_page
def group(request: Request, establishment: Any, pk: UUID) -> HttpResponse:
    """Add pictures to a group, or set the common values of its guests."""
    upload = uploads.get_upload(request.actor, pk)
    if upload.channel != DeclarationChannel.PHOTO:
        raise Http404
    if upload.state != "preview":
        return redirect("stays:upload_preview", pk=pk)
    form = group_form(request.POST if request.method == "POST" else None, upload.group)
    if form.is_bound:
        _add_all(request, pk, request.FILES.getlist("picture"), service.next_position(upload))
    if not form.is_bound or not form.is_valid():
        return _page(request, establishment, upload, form)
    try:
        service.set_group(
            actor=request.actor, upload_id=pk, texts=form.texts, displayed=form.cleaned_data["page_texts"]
        )
    except Conflict as conflict:
        if conflict.code != "changed_since":
            raise
        return _overtaken(request, establishment, uploads.get_upload(request.actor, pk), form)
    return redirect("stays:upload_preview", pk=pk)


def _overtaken(request: Request, establishment: Any, upload: Any, form: GroupForm) -> HttpResponse:
    """Render the common values that somebody else saved after the page was read, and what the person typed."""
    differences = changed_texts(form.cleaned_data["page_texts"], upload.group)
    changes = row_changes(request.actor, acts_on_group(upload), differences)
    return _page(request, establishment, upload, form.with_texts(upload.group), changes_since=changes, status=409)


@require_POST
def add(request: Request, pk: UUID) -> HttpResponse:
    """Read one picture for the script; return what was read, or why it is unreadable."""
    sent, position = request.FILES.get("picture"), parse_whole_number(request.POST.get("position", ""))
    if sent is None or position is None:
        raise Http404
    picture = service.add_picture(actor=request.actor, upload_id=pk, position=position, data=sent.read())
    upload = uploads.get_upload(request.actor, pk)
    rows = [row for row in pictures.rows_of(upload) if row.position % pictures.BESIDE == picture.position]
    record_look(request.actor, upload, rows=len(rows))
    return render(request, "stays/photos.html#rows", {"rows": rows})


@require_POST
def right(request: Request, pk: UUID, position: int) -> HttpResponse:
    """Confirm that the doubtful characters of a row, as read from its picture, are right."""
    uploads.correct_row(actor=request.actor, upload_id=pk, position=position, texts={})
    return redirect(f"{reverse('stays:upload_preview', args=[pk])}#row-{position}")


@require_http_methods(["GET", "POST"])
def remove(request: Request, pk: UUID, position: int) -> HttpResponse:
    """Ask why the guest of a row is not declared, and remove the row."""
    upload = uploads.get_upload(request.actor, pk)
    row = next((row for row in pictures.rows_of(upload) if row.position == position), None)
    if row is None or (upload.state != UploadState.PREVIEW and request.method == "GET"):
        return redirect("stays:upload_preview", pk=pk)
    form = DismissForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        record_look(request.actor, upload, row=position)
        show_lodging_in_header(request, upload.establishment)
        context = {"upload": upload, "row": row, "form": form}
        return render(request, "stays/dismiss_rows.html", context, status=422 if form.is_bound else 200)
    service.remove_picture(actor=request.actor, upload_id=pk, position=position, **form.cleaned_data)
    messages.info(request, _("Row %(n)s was taken out of the group.") % {"n": pictures.row_number(position)})
    return redirect("stays:upload_preview", pk=pk)
