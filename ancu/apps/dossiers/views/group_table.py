"""What the drafts of a request still ask, filled in by a table: the page with the table and its upload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers.forms.group_table import FilledTable, empty_table, read_table
from ancu.apps.dossiers.forms.workers import MAX_FILE_BYTES, WorkerFileForm
from ancu.apps.dossiers.rules.workers import may_prepare_group
from ancu.apps.dossiers.selectors import groups as selectors
from ancu.apps.dossiers.selectors.group_questions import open_questions
from ancu.apps.dossiers.services.groups import fill_group
from ancu.core.documents.spreadsheets import XLSX, attachment
from ancu.core.errors import require
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request, conflicts_as_messages
from ancu.core.web.language import localized

if TYPE_CHECKING:
    from ancu.apps.dossiers.models import GroupRequest


@never_cache
@require_safe
def download(request: Request, pk: int) -> HttpResponse:
    """Return the table of the drafts with the questions that are open; recorded as a look."""
    group = selectors.get_group(request.actor, pk)
    drafts = list(selectors.draft_dossiers(group))
    record_look(request.actor, group, export="xlsx", dossiers=[dossier.pk for dossier in drafts])
    mark = _("One person in each row. Write days as day/month/year. Leave empty what you do not know.")
    return attachment(empty_table(mark, drafts), XLSX, f"answers-{pk}.xlsx")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: Request, pk: int) -> HttpResponse:
    """Show the questions that are open; a POST stores what a filled table says, and shows what was left out."""
    group = selectors.get_group(request.actor, pk)
    require(may_prepare_group(request.actor, group.procedure))
    if request.method != "POST":
        return _show(request, group, WorkerFileForm())
    form = WorkerFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, group, form)
    table = read_table(form.cleaned_data["file"].read(), list(selectors.draft_dossiers(group)))
    if table.problem:
        form.add_error("file", str(table.problem))
        return _show(request, group, form)
    return _store(request, group, form, table)


def _store(request: Request, group: GroupRequest, form: WorkerFileForm, table: FilledTable) -> HttpResponse:
    """Store the valid answers, and lead back to the request; with wrong cells render them instead."""
    answers = {row.dossier.pk: row.answers for row in table.rows if row.dossier is not None and row.answers}
    with conflicts_as_messages(request):
        filled = fill_group(request.actor, group=group, answers=answers)
        sentence = counted("%(n)s dossier was filled in.", "%(n)s dossiers were filled in.", filled)
        if not table.wrong and not table.unknown:
            messages.add_message(request, messages.SUCCESS if filled else messages.WARNING, sentence)
            return redirect("dossiers:group", group.pk)
        return _show(request, group, form, table, sentence)
    return redirect("dossiers:group-fill", group.pk)


def _show(
    request: Request, group: GroupRequest, form: WorkerFileForm, table: FilledTable | None = None, stored: str = ""
) -> HttpResponse:
    """Render the open questions and the upload; of a table that was read, ``stored`` says how much was stored."""
    drafts = list(selectors.draft_dossiers(group))
    record_look(request.actor, group, page="answers", dossiers=[dossier.pk for dossier in drafts])
    context = {
        "group": group,
        "form": form,
        "max_bytes": MAX_FILE_BYTES,
        "drafts": len(drafts),
        "questions": [localized(question, "label") for question in open_questions(drafts)],
        "wrong": table.wrong if table else [],
        "unknown": table.unknown if table else [],
        "stored": stored,
    }
    return render(request, "dossiers/workers/group_table.html", context, status=422 if form.is_bound else 200)
