"""Pages of the bank statement: upload, and settle each transfer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ancu.apps.audit.services import record_look
from ancu.apps.community.forms import ProgrammeStatementForm, StatementLineForm, UnreadLineForm
from ancu.apps.community.selectors import ledger
from ancu.apps.community.selectors import reconciling as selectors
from ancu.apps.community.selectors.accounts import account_in_force
from ancu.apps.community.services import form_entries
from ancu.apps.community.services import reconciling as services
from ancu.apps.community.views.office import require_keeper
from ancu.apps.files.services import MAX_BYTES, FileRefused
from ancu.core.errors import Conflict, Http404
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request, conflicts_as_messages


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bank(request: Request, pk: int) -> HttpResponse:
    """Show the programme's bank transfers, and read an uploaded bank statement."""
    require_keeper(request)
    programme = ledger.get_programme(request.actor, pk)
    record_look(request.actor, programme)
    form = ProgrammeStatementForm(request.POST, request.FILES) if request.method == "POST" else ProgrammeStatementForm()
    if form.is_bound and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            read = services.read_in(actor=request.actor, programme_id=pk, data=sent.read(), name=sent.name or "file")
        except (Conflict, FileRefused) as refused:
            form.add_error("file", str(refused.message))
        else:
            messages.success(request, _reading_message(read))
            return redirect("community:bank", pk)
    context = {
        "programme": programme,
        "form": form,
        "max_bytes": MAX_BYTES,
        "open": selectors.open_lines(programme),
        "settled": selectors.settled_lines(programme),
        "dismissed": selectors.dismissed_rows(programme),
        "without": selectors.gifts_without_line(programme),
        "unread": selectors.unread_lines(programme)[: selectors.LINES_SHOWN],
        "statements": selectors.statements(programme),
        "account": account_in_force(programme),
    }
    return render(request, "community/bank.html", context, status=422 if form.is_bound else 200)


def _reading_message(read: Any) -> str:
    """Return a message with the numbers of new transfers, entered gifts and unreadable rows."""
    message = counted("%(n)s new transfer was read.", "%(n)s new transfers were read.", read.new_lines)
    if read.gifts:
        message += " " + counted("%(n)s matches a pledge.", "%(n)s match pledges.", len(read.gifts))
    if read.unread:
        message += " " + counted(
            "We could not read %(n)s row: see below.",
            "We could not read %(n)s rows: see below.",
            read.unread,
        )
    return message


@require_POST
@never_cache
def line(request: Request, pk: int, line_id: int, step: str) -> HttpResponse:
    """Match a bank transfer with an entry, enter it as a gift, or set it aside, as ``step`` says."""
    require_keeper(request)
    programme = ledger.get_programme(request.actor, pk)
    form = StatementLineForm(request.POST)
    if step not in ("match", "gift", "aside"):
        raise Http404
    form.is_valid()
    with conflicts_as_messages(request):
        messages.success(request, _settle_line(request, programme, line_id, step, form.cleaned_data))
    return redirect("community:bank", pk)


def _settle_line(request: Request, programme: Any, line_id: int, step: str, cleaned: dict[str, Any]) -> str:
    """Match a bank transfer, enter it as a gift or set it aside (``step``); return the success message.

    Raises Conflict if a field is missing.
    """
    common: dict[str, Any] = {"actor": request.actor, "programme_id": programme.pk, "line_id": line_id}
    if step == "match":
        services.match(entry_id=cleaned.get("entry") or 0, **common)
        return _("Transfer matched with this entry.")
    if step == "aside":
        if not cleaned.get("aside"):
            raise Conflict("no_words", _("Write what the transfer is."))
        services.set_aside(why=cleaned["aside"], **common)
        return _("The transfer has been set aside.")
    if not cleaned.get("name") or not cleaned.get("kind"):
        raise Conflict("no_donor", _("Write who gave, and whether it is a person or an organisation."))
    donor_fields = {name: cleaned[name] for name in ("kind", "name", "anonymous")}
    form_entries.enter_transfer(request.actor, programme, line_id, donor_fields)
    return _("Gift entered.")


@require_POST
@never_cache
def unread(request: Request, pk: int, unread_id: int, step: str) -> HttpResponse:
    """Correct an unreadable statement row, or set it aside, as ``step`` says."""
    require_keeper(request)
    programme = ledger.get_programme(request.actor, pk)
    if step not in ("mend", "aside"):
        raise Http404
    form = UnreadLineForm(request.POST)
    with conflicts_as_messages(request):
        if not form.is_valid():
            raise Conflict("wrong", " ".join(str(error) for errors in form.errors.values() for error in errors))
        messages.success(request, _settle_unread(request, programme, unread_id, step, form.cleaned_data))
    return redirect("community:bank", pk)


def _settle_unread(request: Request, programme: Any, unread_id: int, step: str, values: dict[str, Any]) -> str:
    """Correct an unreadable statement row or set it aside (``step``); return the success message.

    Raises Conflict if a field is missing.
    """
    common: dict[str, Any] = {"actor": request.actor, "programme_id": programme.pk, "unread_id": unread_id}
    if step == "aside":
        if not values.get("aside"):
            raise Conflict("no_words", _("Write what the row is."))
        services.dismiss_unread(why=values["aside"], **common)
        return _("Row set aside.")
    if not values.get("day") or not values.get("vnd"):
        raise Conflict("no_words", _("Enter the day and the amount."))
    services.correct_unread(day=values["day"], vnd=values["vnd"], **common)
    return _("Row saved as a transfer.")
