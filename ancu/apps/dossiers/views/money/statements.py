"""The bank's statements: sent, looked at, read in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.money import StatementForm
from ancu.apps.dossiers.selectors import money
from ancu.apps.dossiers.services.money import statements as services
from ancu.apps.files.selectors import get_file
from ancu.apps.files.services import MAX_BYTES, FileRefused
from ancu.core.errors import Http404, require
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request

SHOWN = 200


@require_http_methods(["GET", "POST"])
def statements(request: Request) -> HttpResponse:
    require(rules.may_take_money(request.actor))
    form = StatementForm(request.POST, request.FILES) if request.method == "POST" else StatementForm()
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            file = services.take_file(request.actor, data=sent.read(), name=sent.name or "file")
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
    """What reading the file in would do; then it is done."""
    require(rules.may_take_money(request.actor))
    file = get_file(request.actor, file_id)
    if file.purpose != services.PURPOSE:
        raise Http404
    if request.method == "POST":
        kept, paid = services.read_in(request.actor, file=file)
        messages.success(request, counted("%(n)s fee was paid.", "%(n)s fees were paid.", paid))
        return redirect("dossiers:statement", pk=kept.pk)
    seen = services.preview(request.actor, file=file)
    context: dict[str, Any] = {
        "file": file,
        "preview": seen,
        "lines": sorted(seen.lines, key=lambda one: (one.known, not one.told.problem, one.credit.row))[:SHOWN],
        "unread": seen.statement.unread[:SHOWN],
        "more": len(seen.lines) > SHOWN,
        "problem": services.problem_in_words(seen.statement.problem),
    }
    return render(request, "dossiers/money/statement_preview.html", context)


@require_GET
def statement(request: Request, pk: int) -> HttpResponse:
    found = money.get_statement(request.actor, pk)
    page, next_url = paged(request, lambda after: money.lines_in(found, after=after))
    context = {"statement": found, "lines": page, "next_url": next_url}
    return render(request, "dossiers/money/statement.html", context)


def paged(request: Request, find: Any) -> tuple[list[Any], str]:
    """A page after the line asked for, and the address of the next."""
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    found = find(after)
    page = found[: money.PAGE]
    return page, f"?after={page[-1].pk}" if len(found) > money.PAGE else ""
