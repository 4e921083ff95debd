"""Programmes of the agency, and the acts that are entered in one."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.community import rules
from ancu.apps.community.forms import GiftForm, HandoverForm, ItemForm, ProgrammeForm, PurchaseForm, ReverseForm
from ancu.apps.community.selectors import ledger
from ancu.apps.community.services import posting
from ancu.apps.community.services import programmes as services
from ancu.apps.community.services.posting import Amount
from ancu.core.errors import Conflict, Http404, require
from ancu.core.http import Request, refusals_told

ACTS: dict[str, Any] = {"item": ItemForm, "gift": GiftForm, "purchase": PurchaseForm, "handover": HandoverForm}


def _require_keeper(request: Request) -> None:
    if not request.actor.is_agency:
        raise Http404
    require(rules.keeps_ledgers(request.actor))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def programmes(request: Request) -> HttpResponse:
    _require_keeper(request)
    form = ProgrammeForm(request.POST or None, units=ledger.units_to_choose(request.actor))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = services.open_programme(actor=request.actor, unit_id=given.pop("unit"), **given)
        messages.success(request, _("The programme is open. Now enter what is given."))
        return redirect("community:programme", made.pk)
    context = {"form": form, "rows": ledger.visible_to(request.actor).order_by("-begins_on", "-pk")[:100]}
    return render(request, "community/list.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@never_cache
def programme(request: Request, pk: int) -> HttpResponse:
    _require_keeper(request)
    return _page(request, pk)


def _page(request: Request, pk: int, status: int = 200, **refused: Any) -> HttpResponse:
    """The programme with every act's form; one that was refused takes the place of a fresh one."""
    found = ledger.get_programme(request.actor, pk)
    record_look(request.actor, found)
    forms = {name: _form(request, found, name) for name in ACTS}
    context = {
        "programme": found,
        "lines": ledger.sums(found),
        "entries": ledger.last_entries(found),
        "forms": forms | refused,
        "reverse_key": uuid4(),
    }
    return render(request, "community/programme.html", context, status=status)


def _form(request: Request, programme: Any, name: str, data: Any = None) -> Any:
    if name == "item":
        return ItemForm(data, prefix=name)
    units = ledger.units_to_choose(request.actor) if name == "handover" else []
    return ACTS[name](data, prefix=name, items=ledger.items_to_choose(programme), units=units)


@require_POST
@never_cache
def act(request: Request, pk: int, act: str) -> HttpResponse:
    _require_keeper(request)
    found = ledger.get_programme(request.actor, pk)
    if act not in ACTS:
        raise Http404
    form = _form(request, found, act, request.POST)
    if form.is_valid():
        try:
            _enter(request, found, act, form.cleaned_data)
        except Conflict as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("It is entered."))
            return redirect("community:programme", pk)
    return _page(request, pk, 422, **{act: form})


def _enter(request: Request, programme: Any, act: str, given: dict[str, Any]) -> None:
    actor = request.actor
    if act == "item":
        services.add_item(actor=actor, programme_id=programme.pk, **given)
        return
    amount = Amount(ledger.get_item(programme, given["item"]), given["quantity"])
    common = {
        "actor": actor, "programme_id": programme.pk, "amounts": [amount], "day": given["day"], "key": given["key"]
    }  # fmt: skip
    if act == "gift":
        wanted = {name: given[name] for name in ("kind", "name", "contact", "anonymous")}
        posting.give(donor=services.donor_named(actor, **wanted), **common)
    elif act == "purchase":
        posting.buy(pay=Amount(ledger.money_of(programme), given["paid"]), **common)
    else:
        wanted = {name: given[name] for name in ("kind", "name", "reason")}
        recipient = services.recipient_named(actor, programme, unit_id=given["unit"], **wanted)
        posting.hand_over(recipient=recipient, **common)


@require_POST
@never_cache
def reverse_entry(request: Request, pk: int, entry_id: int) -> HttpResponse:
    _require_keeper(request)
    found = ledger.get_programme(request.actor, pk)
    form = ReverseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please write what was wrong."))
        return redirect("community:programme", found.pk)
    with refusals_told(request):
        posting.reverse(actor=request.actor, programme_id=found.pk, entry_id=entry_id, **form.cleaned_data)
        messages.success(request, _("The entry is reversed. Both stay to be seen."))
    return redirect("community:programme", found.pk)
