"""Unmatched transfers, handled one by one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.money import MatchTransferForm, SetAsideForm
from ancu.apps.dossiers.selectors import money
from ancu.apps.dossiers.services.money.paying import match_by_hand, set_aside
from ancu.core.errors import Conflict, require
from ancu.core.web.http import Request


@require_GET
def lines(request: Request) -> HttpResponse:
    """List the bank transfers that match no fee yet, oldest first."""
    require(rules.may_take_money(request.actor))
    page = money.open_lines(request.actor, request.GET.get("after", ""))
    context = {"lines": page.rows, "next_url": f"?after={page.after}" if page.after else ""}
    return render(request, "dossiers/money/lines.html", context)


@require_http_methods(["GET", "POST"])
def line(request: Request, pk: int) -> HttpResponse:
    """Show one bank transfer; a POST matches it to a dossier's fee, or sets it aside."""
    bank_line = money.get_bank_line(request.actor, pk)
    aside = request.POST.get("act") == "aside"
    match_form = MatchTransferForm(request.POST if request.POST and not aside else None)
    aside_form = SetAsideForm(request.POST if aside else None, prefix="aside")
    if match_form.is_bound and match_form.is_valid() and _match(request, bank_line, match_form):
        return redirect("dossiers:money-lines")
    if aside_form.is_bound and aside_form.is_valid():
        set_aside(request.actor, line=bank_line, note_text=aside_form.cleaned_data["note"])
        messages.success(request, _("Transfer set aside."))
        return redirect("dossiers:money-lines")
    dossier = money.find_for_counter(request.actor, bank_line.text)
    record_look(request.actor, bank_line, dossiers=[dossier.pk] if dossier else [])
    context = {
        "line": bank_line,
        "match_form": match_form,
        "aside_form": aside_form,
        "named_dossier": dossier,
    }
    bound = match_form.is_bound or aside_form.is_bound
    return render(request, "dossiers/money/line.html", context, status=422 if bound else 200)


def _match(request: Request, bank_line: object, form: MatchTransferForm) -> bool:
    """Pay the fee of the typed dossier by the transfer; return False, with the error in the form, if impossible."""
    dossier = money.find_for_counter(request.actor, form.cleaned_data["number"])
    if dossier is None:
        form.add_error("number", _("No dossier submitted to this office has this number or reference."))
        return False
    try:
        match_by_hand(request.actor, line=bank_line, dossier=dossier, note_text=form.cleaned_data["note"])  # type: ignore[arg-type]
    except Conflict as conflict:
        if conflict.code == "line_settled":
            raise
        form.add_error("number", conflict.message)
        return False
    messages.success(request, _("This transfer pays the fee."))
    return True
