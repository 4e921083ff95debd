"""The address by which a person signs in, and the links that its letters hold."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ancu.apps.accounts import rules, selectors
from ancu.apps.accounts.forms import AddressForm
from ancu.apps.accounts.selectors.address_changes import pending_change
from ancu.apps.accounts.services import address_changes
from ancu.apps.accounts.services.address_changes import AddressSide
from ancu.core.security.fresh_sign_in import fresh_sign_in
from ancu.core.security.rate_limits import allow, limit_posts
from ancu.core.web.http import Request

REQUESTS_A_DAY = 5
DAY = 24 * 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in
def address(request: Request) -> HttpResponse:
    """Show the user's sign-in address and its pending change; receive the form that requests a change."""
    user = selectors.get_user(request.actor.user_id or 0)
    form = AddressForm(request.POST or None, present=user.email)
    if request.method == "POST" and form.is_valid() and _request_change(request, form):
        messages.success(request, _("We have sent two emails: one to your current address and one to the new address."))
        return redirect("account_email")
    context = {"form": form, "user_email": user.email, "change": pending_change(request.actor)}
    return render(request, "accounts/address.html", context, status=422 if form.errors else 200)


def _request_change(request: Request, form: AddressForm) -> bool:
    """Request the change of e-mail address unless today's limit is reached; return whether it was requested."""
    if not allow("address-change", str(request.actor.user_id), limit=REQUESTS_A_DAY, seconds=DAY):
        form.add_error("email", _("You have asked for this too many times today. Try again tomorrow."))
        return False
    address_changes.request_address_change(request.actor, email=form.cleaned_data["email"])
    return True


@require_POST
@fresh_sign_in
def cancel_change(request: Request) -> HttpResponse:
    """Withdraw the user's pending change of e-mail address."""
    address_changes.cancel_address_change(request.actor)
    messages.success(request, _("You have cancelled the change. You sign in with the same address as before."))
    return redirect("account_email")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limit_posts("address-link", limit=20)
def address_link(request: Request, token: str) -> HttpResponse:
    """Show what a letter's link offers, and on POST do it: confirm a change of address, or undo it.

    Only the link to the former address undoes it.
    """
    link = address_changes.read_link(token)
    if link is None:
        return render(request, "accounts/address_link_gone.html", status=404)
    change, side = link
    if request.method == "POST":
        if request.POST.get("act") == "undo" and side == AddressSide.OLD:
            address_changes.undo_address_change(change)
            return render(request, "accounts/address_undone.html", {"change": change})
        if request.POST.get("act") != "confirm":
            raise Http404
        change = address_changes.confirm_address_change(change, side=side)
    context = {
        "change": change,
        "is_former": side == AddressSide.OLD,
        "may_undo": side == AddressSide.OLD and rules.may_undo(change),
        "is_waiting": rules.awaits_confirmation(change),
        "has_confirmed": getattr(change, f"{side}_confirmed_at") is not None,
        "until": change.requested_at + rules.UNDO_WITHIN,
    }
    return render(request, "accounts/address_link.html", context)
