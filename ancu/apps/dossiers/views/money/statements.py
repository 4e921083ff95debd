"""The bank's statements: upload, preview, import."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.money import BankStatementForm
from ancu.apps.dossiers.selectors import money
from ancu.apps.dossiers.services.money import statements as services
from ancu.apps.files.selectors import get_file
from ancu.apps.files.services import MAX_BYTES, FileRefused
from ancu.core.errors import Http404, require
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request

MAX_LINES = 200


@require_http_methods(["GET", "POST"])
def statements(request: Request) -> HttpResponse:
    """Show the imported bank statements and the upload form; an uploaded file leads to its preview."""
    require(rules.may_take_money(request.actor))
    form = BankStatementForm(request.POST, request.FILES) if request.method == "POST" else BankStatementForm()
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            file = services.store_for_preview(request.actor, data=sent.read(), name=sent.name or "file")
        except FileRefused as refused:
            form.add_error("file", refused.message)
        else:
            return redirect("dossiers:statement-preview", file_id=file.pk)
    context = {
        "form": form,
        "statements": money.statements(request.actor),
        "to_look_at": money.open_count(),
        "max_bytes": MAX_BYTES,
    }
    return render(request, "dossiers/money/statements.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def preview(request: Request, file_id: UUID) -> HttpResponse:
    """Show what importing the uploaded bank statement would do; a POST imports it."""
    require(rules.may_take_money(request.actor))
    file = get_file(request.actor, file_id)
    if file.purpose != services.PURPOSE:
        raise Http404
    if request.method == "POST":
        stored, paid = services.import_statement(request.actor, file=file)
        messages.success(request, counted("%(n)s fee was paid.", "%(n)s fees were paid.", paid))
        return redirect("dossiers:statement", pk=stored.pk)
    preview_result = services.preview(request.actor, file=file)
    context: dict[str, Any] = {
        "file": file,
        "preview": preview_result,
        "lines": sorted(
            preview_result.lines,
            key=lambda preview_line: (preview_line.is_known, not preview_line.outcome.problem, preview_line.credit.row),
        )[:MAX_LINES],
        "unread": preview_result.statement.unread[:MAX_LINES],
        "more": len(preview_result.lines) > MAX_LINES,
        "problem": services.problem_in_words(preview_result.statement.problem),
    }
    return render(request, "dossiers/money/statement_preview.html", context)


@require_GET
def statement(request: Request, pk: int) -> HttpResponse:
    """Show a bank statement with a page of its transfers."""
    statement = money.get_statement(request.actor, pk)
    page = money.statement_lines(statement, request.GET.get("after", ""))
    context = {"statement": statement, "lines": page.rows, "next_url": f"?after={page.after}" if page.after else ""}
    return render(request, "dossiers/money/statement.html", context)
