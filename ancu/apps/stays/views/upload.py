"""Upload a file, preview and correct its rows, declare the good ones, and download the refused ones."""

from collections.abc import Mapping, Set
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ancu.apps.files.services import MAX_BYTES, FileRefused
from ancu.apps.stays import services
from ancu.apps.stays.enums import DeclarationChannel, UndeclaredState, UploadState
from ancu.apps.stays.forms.acts import UploadForm
from ancu.apps.stays.forms.group import group_form
from ancu.apps.stays.forms.guest import message
from ancu.apps.stays.forms.oddities import oddities_context
from ancu.apps.stays.forms.picture import row_answers
from ancu.apps.stays.forms.undeclared import DismissForm
from ancu.apps.stays.forms.upload_row import RowForm
from ancu.apps.stays.selectors.changes import acts_on_row, field_changes, row_changes
from ancu.apps.stays.selectors.undeclared import waiting_rows
from ancu.apps.stays.services import pictures, redeclared, uploads
from ancu.apps.stays.services.matching import DeclarationPreview
from ancu.apps.stays.services.row_texts import changed_texts, texts_of
from ancu.apps.stays.services.undeclared import stored_rows
from ancu.apps.stays.views.today import declaring_page
from ancu.core.documents.spreadsheets import XLSX, attachment
from ancu.core.errors import Conflict, Http404
from ancu.core.web.http import Request, parse_whole_number, show_lodging_in_header
from ancu.core.web.language import reader_language
from ancu.engines.exchange import GuestRow, write_refused_xlsx, write_xlsx_official

PAGE = 50
DECLARED_BEFORE = 200  # rows of guests declared before that the outcome lists
DIFFERING = 200  # rows declared before with other data that the outcome lists
SHOW = ("all", "odd", "errors", "warnings", "corrected", "before")


@require_http_methods(["GET", "POST"])
@declaring_page
def upload(request: Request, establishment: Any) -> HttpResponse:
    """Show the form for a file; a sent file leads to its preview."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            started = uploads.start(
                actor=request.actor, establishment=establishment, data=sent.read(), name=sent.name or "file"
            )
        except FileRefused as refused_file:
            form.add_error("file", refused_file.message)
        else:
            return redirect("stays:upload_preview", pk=started.pk)
    context = {"form": form, "establishment": establishment, "max_bytes": MAX_BYTES}
    return render(request, "stays/upload.html", context, status=422 if form.is_bound else 200)


@require_GET
@declaring_page
def template(request: Request, establishment: Any) -> HttpResponse:
    """Return the national portal's workbook without guests; this office and the portal read it."""
    return attachment(write_xlsx_official([]), XLSX, "KBTT-mau.xlsx")


@require_GET
def preview(request: Request, pk: UUID) -> HttpResponse:
    """Show the preview of an uploaded file or, depending on its state, its progress, failure or outcome.

    404 for a discarded one.
    """
    upload = uploads.get_upload(request.actor, pk)
    show_lodging_in_header(request, upload.establishment)
    if upload.state in ("reading", "sending"):
        stored = upload.state == "sending" and upload.done >= upload.total
        return render(request, "stays/upload_wait.html", {"upload": upload, "storing": stored})
    if upload.state == "failed":
        return render(request, "stays/upload_failed.html", {"upload": upload, "problem": upload.problem})
    if upload.state == "discarded":
        raise Http404
    if upload.state == "done":
        return _outcome(request, upload)
    return _preview(request, upload)


UNUSED = "unknown_column"  # a template of another kind has a dozen: they are told in one line, behind what matters


def _preview(request: Request, upload: Any) -> HttpResponse:
    """Render the preview: the rows by the chosen filter, with errors, oddities and earlier declarations."""
    judged = uploads.preview_of(upload)
    rows, before = judged.rows, judged.receipts
    oddities = uploads.upload_oddities(upload, judged)
    show = request.GET.get("show", "all")
    chosen = {
        "corrected": {int(position) for position in upload.corrections},
        "before": set(before),
        "odd": {position for oddity in oddities for position in oddity.positions},
    }
    visible_rows = _filtered(rows, show, chosen)
    page, next_url = _paged(request, visible_rows, {"show": show})
    bad = sum(1 for row in rows if row.errors)
    is_photo = upload.channel == DeclarationChannel.PHOTO
    reading = uploads.reading_of(upload)
    questions = {oddity.finding for oddity in oddities} if len(rows) > bad else set()
    context = oddities_context(oddities) | {
        "upload": upload,
        "reading": reading,
        "notices": [notice for notice in reading.notices if notice.code != UNUSED and notice not in questions],
        "unused": [notice.value for notice in reading.notices if notice.code == UNUSED],
        "rows": _previewed_rows(upload, judged, page),
        "next_url": next_url,
        "show": show,
        "before": len(before),
        "total": len(rows),
        "good": len(rows) - bad,
        "bad": bad,
        "warned": sum(1 for row in rows if row.warnings and not row.errors),
        "examples": reading.skipped_examples,
        "corrected": set(upload.corrections),
        "group_form": group_form(None, upload.group) if is_photo else None,
    }
    return render(request, "stays/upload_preview.html", context)


def _previewed_rows(upload: Any, judged: DeclarationPreview, page: list[GuestRow]) -> list[tuple[Any, ...]]:
    """Return what the preview shows of each row of a page, as a tuple.

    It is (row, whether declared before, receipt, what was read of its picture, differences, id of another guest's
    stay in its way).
    """
    strips = pictures.answers_by_position(upload, [row.position for row in page])
    differs = redeclared.differences_in(upload, [row for row in page if row.position in judged.receipts])
    return [
        (
            row,
            row.position in judged.receipts,
            judged.receipts.get(row.position, ""),
            row_answers(strips.get(row.position, [])),
            field_changes(differs.get(row.position, [])),
            judged.strangers.get(row.position),
        )
        for row in page
    ]


def _filtered(rows: list[GuestRow], show: str, chosen: Mapping[str, Set[int]]) -> list[GuestRow]:
    """Return the rows that the filter ``show`` selects; 404 for an unknown one.

    ``chosen`` has the positions by filter.
    """
    if show not in SHOW:
        raise Http404
    if show == "errors":
        return [row for row in rows if row.errors]
    if show == "warnings":
        return [row for row in rows if row.warnings and not row.errors]
    return rows if show == "all" else [row for row in rows if row.position in chosen[show]]


def _paged(request: Request, rows: list[GuestRow], query: dict[str, str]) -> tuple[list[GuestRow], str]:
    """Return a page of the rows that come after ``?after``, and the address of the next page ("" at the end)."""
    after = parse_whole_number(request.GET.get("after", "")) or 0
    rest = [row for row in rows if row.position > after]
    more = len(rest) > PAGE
    return rest[:PAGE], f"?{urlencode(query | {'after': str(rest[PAGE - 1].position)})}" if more else ""


def _outcome(request: Request, upload: Any) -> HttpResponse:
    """Render what became of a declared file, with its refused rows."""
    is_kept = upload.file is not None or upload.channel == DeclarationChannel.PHOTO
    refused = uploads.refused_rows(upload) if upload.outcome["refused"] and is_kept else []
    stored = stored_rows(request.actor, upload, refused)
    dismissed = {n: entry for n, entry in stored.items() if entry.state == UndeclaredState.DISMISSED}
    declared = {n: entry for n, entry in stored.items() if entry.declared_as and n not in dismissed}
    page, next_url = _paged(request, [row for row in refused if row.position not in {*declared, *dismissed}], {})
    context = {
        "upload": upload,
        "outcome": upload.outcome,
        "number_refused": upload.outcome["refused"] - len(declared) - len(dismissed),
        "declared_since": [(row, declared[row.position]) for row in refused if row.position in declared],
        "dismissed": [(row, dismissed[row.position]) for row in refused if row.position in dismissed],
        "refused": [(row, stored.get(row.position)) for row in page],
        "waiting": waiting_rows(request.actor).filter(upload=upload).count(),
        "next_url": next_url,
    }
    differing = redeclared.differing_rows(upload)[:DIFFERING]
    context["differing"] = [(row, field_changes(row.differs)) for row in differing]
    context["already"] = redeclared.already_declared(upload)[:DECLARED_BEFORE]
    return render(request, "stays/upload_outcome.html", context)


@require_http_methods(["GET", "POST"])
def correct_row(request: Request, pk: UUID, position: int) -> HttpResponse:
    """Show the form of one row of an upload in preview; once sent, store the corrections."""
    upload = uploads.get_upload(request.actor, pk)
    show_lodging_in_header(request, upload.establishment)
    row = _row_at(upload, position)
    if row is None and request.method == "GET":
        raise Http404
    form = RowForm(request.POST or None, row=row, texts=texts_of(row) if row else {})
    if not form.is_bound or not form.is_valid():
        return _row_page(request, upload, position, row, form)
    typed, displayed = form.cleaned_data, form.cleaned_data["page_texts"]
    try:
        mended = uploads.correct_row(
            actor=request.actor, upload_id=pk, position=position, texts=typed, displayed=displayed
        )
    except Conflict as conflict:
        return _conflict_page(request, uploads.get_upload(request.actor, pk), position, form, conflict)
    if mended.errors:
        return redirect("stays:upload_row", pk=pk, position=position)
    back = urlencode({"show": "all", "after": str(max(0, position - 2))})
    return redirect(f"{reverse('stays:upload_preview', args=[pk])}?{back}#row-{position}")


def _row_at(upload: Any, position: int) -> GuestRow | None:
    """Return the upload's row at this position with its errors.

    None without such a row, and once the upload was declared or discarded.
    """
    rows = uploads.preview_of(upload).rows if upload.state == UploadState.PREVIEW else []
    return next((row for row in rows if row.position == position), None)


def _conflict_page(request: Request, upload: Any, position: int, form: RowForm, conflict: Conflict) -> HttpResponse:
    """Render a row's form after a conflict: what others saved meanwhile beside what was typed.

    For an upload declared or discarded meanwhile, that the row is settled.
    """
    row = _row_at(upload, position) if conflict.code == "changed_since" else None
    if row is None:
        return _row_page(request, upload, position, row, form, settled=conflict.message, status=409)
    differences = changed_texts(form.cleaned_data["page_texts"], texts_of(row))
    changes = row_changes(request.actor, acts_on_row(upload, position), differences)
    return _row_page(request, upload, position, row, form.with_texts(texts_of(row)), changes_since=changes, status=409)


def _row_page(
    request: Request, upload: Any, position: int, row: GuestRow | None, form: RowForm, **more: Any
) -> HttpResponse:
    """Render the form of one row of an upload, with what was read of its picture.

    ``row`` is None once the upload is settled.
    """
    status = more.pop("status", 422 if form.is_bound else 200)
    strips = row_answers(pictures.answers_by_position(upload, [position]).get(position, []))
    context = more | {"form": form, "upload": upload, "position": position, "row": row, "strips": strips}
    return render(request, "stays/upload_row.html", context, status=status)


@require_POST
def confirm(request: Request, pk: UUID) -> HttpResponse:
    """Declare the file's or group's rows without errors; their number must still be that displayed."""
    good = parse_whole_number(request.POST.get("good", ""))
    try:
        uploads.confirm(
            actor=request.actor, upload_id=pk, good=-1 if good is None else good, sure=request.POST.get("sure", "")
        )
    except Conflict as refused:
        if refused.code != "odd":
            raise
        messages.warning(request, str(refused.message))
    return redirect("stays:upload_preview", pk=pk)


@require_POST
def correct(request: Request, pk: UUID, position: int) -> HttpResponse:
    """Correct the declaration of a guest declared before to the values in the file."""
    try:
        stay = redeclared.correct_as_sent(actor=request.actor, upload_id=pk, position=position)
    except services.InvalidCorrection as invalid:
        messages.error(request, message(invalid.findings[0]))
    except Conflict as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The declaration of %(name)s is corrected.") % {"name": stay.full_name})
    return redirect("stays:upload_preview", pk=pk)


@require_http_methods(["GET", "POST"])
def discard(request: Request, pk: UUID) -> HttpResponse:
    """Ask why nobody of the file or group is declared, and discard it."""
    upload = uploads.get_upload(request.actor, pk)
    if upload.state != UploadState.PREVIEW and request.method == "GET":
        return redirect("stays:upload_preview", pk=pk)
    form = DismissForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        show_lodging_in_header(request, upload.establishment)
        context = {"upload": upload, "number": len(uploads.undeclared_in(upload)), "form": form}
        return render(request, "stays/dismiss_rows.html", context, status=422 if form.is_bound else 200)
    uploads.discard(actor=request.actor, upload_id=pk, **form.cleaned_data)
    if upload.channel == DeclarationChannel.PHOTO:
        messages.info(request, _("The pictures were discarded. Nothing was declared."))
        return redirect("stays:photos")
    messages.info(request, _("The file was discarded. Nothing was declared."))
    return redirect("stays:upload")


@require_GET
def refused(request: Request, pk: UUID) -> HttpResponse:
    """Return the refused rows as a workbook with the reasons, to be corrected and sent again."""
    upload = uploads.get_upload(request.actor, pk)
    rows = uploads.refused_rows(upload)
    if not rows:
        raise Http404
    return attachment(write_refused_xlsx(rows, reader_language()), XLSX, f"{upload.establishment.code}-refused.xlsx")
