"""The cash desk: find a dossier, take its fee, print the receipt, count the cash."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.money import CloseCashForm, FindFeeForm, TakeFeeForm
from ancu.apps.dossiers.selectors import get_dossier, money
from ancu.apps.dossiers.services.money.cash import close_cash
from ancu.apps.dossiers.services.money.paying import take_cash
from ancu.core.errors import Conflict, require
from ancu.core.web.http import Request


@require_GET
def desk(request: Request) -> HttpResponse:
    """Show the cash desk; a typed number or reference leads to its dossier's fee."""
    require(rules.may_take_money(request.actor))
    form = FindFeeForm(request.GET if "q" in request.GET else None)
    if form.is_bound and form.is_valid():
        dossier = money.find_for_counter(request.actor, form.cleaned_data["q"])
        if dossier is not None:
            return redirect("dossiers:take-fee", number=dossier.number)
        form.add_error("q", _("No dossier submitted to this office has this number or reference."))
    return _desk(request, form, None)


def _desk(request: Request, form: FindFeeForm, close_form: CloseCashForm | None) -> HttpResponse:
    """Render the cash desk with the payments since the last closing, and record the look at their dossiers.

    ``close_form`` is a form with errors to close the book.
    """
    payments = money.cash_payments(request.actor)
    book = sum(payment.vnd for payment in payments)
    rate, waiting = money.rate_and_waiting_count(request.actor)
    if dossier_ids := sorted({payment.charge.dossier_id for payment in payments}):
        record_look(request.actor, ("dossiers.cashdesk", request.actor.organisation_id), dossiers=dossier_ids)
    context: dict[str, Any] = {
        "form": form,
        "close_form": close_form or CloseCashForm(initial={"book": book}),
        "payments": payments,
        "book": book,
        "rate": rate,
        "waiting": waiting,
        "to_look_at": money.open_count(),
        "closings": money.closings(request.actor),
    }
    status = 422 if close_form is not None or (form.is_bound and form.errors) else 200
    return render(request, "dossiers/money/desk.html", context, status=status)


@require_POST
def close(request: Request) -> HttpResponse:
    """Close the cash book with the counted sum; if it differs from the book, a note is required."""
    require(rules.may_take_money(request.actor))
    form = CloseCashForm(request.POST)
    if form.is_valid():
        cleaned = form.cleaned_data
        try:
            close_cash(request.actor, book=cleaned["book"], counted=cleaned["counted"], note_text=cleaned["note"])
        except Conflict as conflict:
            if conflict.code != "cash_differs":
                raise
            form.add_error("note", conflict.message)
        else:
            messages.success(request, _("Cash book closed."))
            return redirect("dossiers:desk")
    return _desk(request, FindFeeForm(), form)


@require_http_methods(["GET", "POST"])
def take(request: Request, number: str) -> HttpResponse:
    """Show the form to take a dossier's fee in cash, and record the payment."""
    dossier = get_dossier(request.actor, number)
    require(rules.may_take_money(request.actor) and rules.is_office(request.actor, dossier))
    fee = money.fee_of(dossier)
    form = TakeFeeForm(
        request.POST if request.method == "POST" else None,
        initial={"vnd": fee.charge.vnd if fee.charge else 0, "payer": dossier.full_name},
    )
    if request.method == "POST" and form.is_valid():
        take_cash(request.actor, dossier=dossier, vnd=form.cleaned_data["vnd"], payer=form.cleaned_data["payer"])
        messages.success(request, _("Fee recorded in the book. Print the receipt and give it to the payer."))
        return redirect("dossiers:take-fee", number=dossier.number)
    record_look(request.actor, dossier)
    status = 422 if form.is_bound else 200
    return render(request, "dossiers/money/take.html", {"dossier": dossier, "fee": fee, "form": form}, status=status)
