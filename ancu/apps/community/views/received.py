"""The recipient's page: confirm a handover or object."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ancu.apps.community.enums import ConfirmationMethod, LedgerAccount
from ancu.apps.community.forms import RecipientConfirmationForm
from ancu.apps.community.selectors import ledger, public
from ancu.apps.community.services import confirming
from ancu.core.errors import Conflict
from ancu.core.security.rate_limits import limit_posts
from ancu.core.web.http import Request, mark_private


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limit_posts("community.received", limit=60)
def received(request: Request, number: str, code: str) -> HttpResponse:
    """Show the recipient, by code, what was handed over and when, without names; save a confirmation or objection."""
    entry = public.get_handover_by_code(number, code)
    form = RecipientConfirmationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            confirming.confirm_as_recipient(
                actor=request.actor, entry=entry, agrees=request.POST.get("answer") == "yes", **form.cleaned_data
            )
        except Conflict as refused:
            form.add_error("words" if refused.code == "no_words" else None, str(refused.message))
        else:
            return redirect(request.path)
    confirmation = public.confirmation_to_show(entry)
    context = {
        "entry": entry,
        "amounts": ledger.amounts_of(entry, LedgerAccount.HANDED_OVER),
        "form": form,
        "confirmation": confirmation,
        "is_closed": confirmation is not None and confirmation.agrees and confirmation.how == ConfirmationMethod.CODE,
    }
    return mark_private(render(request, "community/received.html", context, status=422 if form.is_bound else 200))
