"""The list of workers as a file: the empty table, the import with its preview, and the list itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers.forms.worker_file import (
    MOST_ROWS,
    WorkerFile,
    column_labels,
    read_worker_file,
    template_file,
    wrong_rows_file,
)
from ancu.apps.dossiers.forms.workers import MAX_FILE_BYTES, WorkerFileForm, WorkerFilterForm
from ancu.apps.dossiers.rules.workers import MOST_TOGETHER, may_keep_workers, may_prepare_group
from ancu.apps.dossiers.selectors import workers as selectors
from ancu.apps.dossiers.selectors.groups import PROCEDURE
from ancu.apps.dossiers.services import workers as services
from ancu.apps.files.selectors import get_file
from ancu.apps.files.services import FileRefused, read_bytes
from ancu.core.documents.spreadsheets import XLSX, Cell, attachment, formatted_now, table_file
from ancu.core.errors import Http404, require
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request
from ancu.core.web.language import reader_language
from ancu.engines.exchange import code_name
from ancu.engines.telephone import readable

if TYPE_CHECKING:
    from ancu.apps.dossiers.models import ForeignWorker
    from ancu.apps.files.models import StoredFile


@require_safe
def template(request: Request) -> HttpResponse:
    """Return the empty table to fill in, with the columns in the reader's language."""
    require(may_keep_workers(request.actor))
    mark = _("One person in each row. Write days as day/month/year. Leave empty what you do not know.")
    return attachment(template_file(mark), XLSX, "foreign-workers-template.xlsx")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: Request) -> HttpResponse:
    """Show and receive the upload of a list; an uploaded file leads to its preview."""
    require(may_keep_workers(request.actor))
    form = WorkerFileForm(request.POST, request.FILES) if request.method == "POST" else WorkerFileForm()
    if form.is_bound and form.is_valid() and (file := _stored(request, form)):
        return redirect("dossiers:workers-preview", file_id=file.pk)
    context = {"form": form, "max_bytes": MAX_FILE_BYTES, "most": MOST_ROWS}
    return render(request, "dossiers/workers/import.html", context, status=422 if form.is_bound else 200)


def _stored(request: Request, form: WorkerFileForm) -> StoredFile | None:
    """Store the uploaded file for its preview; return None, with the error in the form, if it is refused."""
    sent = form.cleaned_data["file"]
    try:
        return services.store_for_preview(request.actor, data=sent.read(), name=sent.name or "file")
    except FileRefused as refused:
        form.add_error("file", str(refused.message))
        return None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: Request, file_id: UUID) -> HttpResponse:
    """Show what importing the file would do, with the errors by row and cell; a POST imports the right rows."""
    file = _uploaded(request, file_id)
    sheet = _sheet(file)
    if request.method == "POST" and sheet.right:
        return _import(request, sheet)
    return _show_preview(request, file, sheet)


@require_safe
def wrong_rows(request: Request, file_id: UUID) -> HttpResponse:
    """Return the rows of an uploaded file that have errors, with the reasons; 404 without such rows."""
    sheet = _sheet(_uploaded(request, file_id))
    if not sheet.wrong:
        raise Http404
    record_look(request.actor, ("dossiers.workers", request.actor.organisation_id), rows=len(sheet.wrong))
    mark = _("Correct these rows and send the file again.")
    return attachment(wrong_rows_file(mark, sheet.wrong), XLSX, "foreign-workers-errors.xlsx")


def _uploaded(request: Request, file_id: UUID) -> StoredFile:
    """Return an uploaded list of workers of the actor's organisation; 404 for any other file."""
    require(may_keep_workers(request.actor))
    file = get_file(request.actor, file_id)
    if file.purpose != services.PURPOSE:
        raise Http404
    return file


def _sheet(file: StoredFile) -> WorkerFile:
    """Return what is read of an uploaded list."""
    return read_worker_file(read_bytes(file))


def _import(request: Request, sheet: WorkerFile) -> HttpResponse:
    """Import the rows without errors, and go to the list, or to the request for the people of the file."""
    imported = services.import_workers(request.actor, rows=sheet.right)
    added = counted("%(n)s person added", "%(n)s people added", imported.added)
    changed = counted("%(n)s person changed", "%(n)s people changed", imported.changed)
    messages.success(request, f"{added}, {changed}.")
    if sheet.wrong:
        left_out = counted("%(n)s row was left out.", "%(n)s rows were left out.", len(sheet.wrong))
        messages.warning(request, left_out)
    if "request" in request.POST:
        chosen = urlencode([("worker", pk) for pk in imported.ids])
        return redirect(f"{reverse('dossiers:group-new')}?{chosen}")
    return redirect("dossiers:workers")


def _show_preview(request: Request, file: StoredFile, sheet: WorkerFile) -> HttpResponse:
    """Render the rows with errors first, then what the others would do."""
    labels = column_labels()
    outcomes = services.preview_import(request.actor, sheet.right)
    lines = [(outcome, ", ".join(labels[name] for name in outcome.changed)) for outcome in outcomes]
    record_look(request.actor, ("dossiers.workers", request.actor.organisation_id), rows=len(sheet.rows))
    context: dict[str, Any] = {
        "file": file,
        "sheet": sheet,
        "lines": lines,
        "added": sum(outcome.is_new for outcome in outcomes),
        "changed": sum(bool(outcome.changed) for outcome in outcomes),
        "may_request": len(lines) <= MOST_TOGETHER and may_prepare_group(request.actor, PROCEDURE),
        "unchanged": sum(not outcome.is_new and not outcome.changed for outcome in outcomes),
    }
    return render(request, "dossiers/workers/preview.html", context)


@require_safe
def export(request: Request) -> HttpResponse:
    """Return the list, or one band of it, as a workbook that can be imported again; recorded as a look."""
    workers = list(selectors.all_workers(request.actor, WorkerFilterForm(request.GET).band))
    subject = ("dossiers.workers", request.actor.organisation_id)
    record_look(request.actor, subject, export="xlsx", workers=[worker.pk for worker in workers])
    values = {"who": request.actor.label, "organisation": request.actor.organisation_name, "when": formatted_now()}
    mark = _("Foreign workers of %(organisation)s, exported by %(who)s on %(when)s.") % values
    labels = column_labels()
    rows = [[_cell(worker, name) for name in labels] for worker in workers]
    return table_file("xlsx", mark, "foreign-workers", list(labels.values()), rows)


def _cell(worker: ForeignWorker, name: str) -> Cell:
    """Return a value of a worker as a cell: a day as a date, a code in words of the reader's language."""
    value = getattr(worker, name)
    if name in {"nationality", "sex"} and value:
        return code_name(name, value, reader_language())
    if name == "birth_date":
        return "/".join(reversed(value.split("-")))
    return readable(value) if name == "phone" else value
