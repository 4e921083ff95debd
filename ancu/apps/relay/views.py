"""The office's reconciliation with the national portal, and the lodging's settings."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.lodging.selectors import current_establishment
from ancu.apps.relay import rules, selectors
from ancu.apps.relay.enums import ForwardingState
from ancu.apps.relay.forms import PauseForm, PortalAccountForm, ReconciliationDayForm, SettleForm
from ancu.apps.relay.services import accounts, reconciling
from ancu.core import clock
from ancu.core.errors import Conflict, require
from ancu.core.web.http import Request, conflicts_as_messages, requested_list

CHOSEN = "establishment"  # in the session: the lodging a business works in now

# --- the office -----------------------------------------------------------------------------------------------


@require_safe
def reconciliation(request: Request) -> HttpResponse:
    """List the forwardings of the officer's area in one state, with the forms to settle and pause."""
    return _reconciliation(request)


def _reconciliation(
    request: Request,
    *,
    which: str = "",
    settle_form: SettleForm | None = None,
    settling: int = 0,
    pause_form: PauseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the list of forwardings with the forms to settle and to pause, and record the look in the audit.

    ``which`` is the list shown; ``settling`` the id of the forwarding whose ``settle_form`` has errors.
    """
    require(rules.may_reconcile(request.actor))
    counts = selectors.counts(request.actor)
    first = next((name for name in selectors.LISTS if counts.get(name)), selectors.LISTS[0])
    which = which or requested_list(request.GET, "state", selectors.LISTS, first)
    page = selectors.page(request.actor, which, after=request.GET.get("after", ""))
    stays = [row.forwarding.stay_id for row in page.rows]
    record_look(request.actor, ("relay.list", which), count=len(stays), stays=stays)
    context = {
        "tabs": [(_list_name(name), f"?state={name}", name == which, counts.get(name, 0)) for name in selectors.LISTS],
        "which": which,
        "page": page,
        "next_url": f"?state={which}&after={page.after}" if page.after else "",
        "settle_form": settle_form or SettleForm(),
        "empty_form": SettleForm(),
        "settling": settling,
        "pause_form": pause_form or PauseForm(),
        "may_pause": rules.may_pause(request.actor),
        "paused": selectors.paused(),
        "progress": selectors.progress(),
        "is_on": rules.is_on(),
        "now": clock.now(),
    }
    return render(request, "relay/reconciliation.html", context, status=status)


def _list_name(name: str) -> str:
    """Return the title of the list ``name``: a state of forwardings, or those with stays changed since."""
    if name == selectors.CHANGED:
        return _("Changed since")
    return capfirst(str(ForwardingState(name).label))


@require_POST
def retry(request: Request, pk: int) -> HttpResponse:
    """Queue a forwarding that needs a person to be sent again, and redirect to its list."""
    with conflicts_as_messages(request):
        reconciling.retry(request.actor, pk=pk)
        messages.success(request, _("It will be sent again within a minute."))
    return _back(request)


@require_POST
def settle(request: Request, pk: int) -> HttpResponse:
    """Settle a forwarding by hand with a reason, and redirect to its list; an invalid form is shown again."""
    require(rules.may_reconcile(request.actor))
    forwarding = selectors.get_forwarding(request.actor, pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        which = request.POST.get("list", "") or (selectors.CHANGED if forwarding.todo else forwarding.state)
        return _reconciliation(request, which=which, settle_form=form, settling=pk, status=422)
    with conflicts_as_messages(request):
        reconciling.settle(request.actor, pk=pk, reason=form.cleaned_data["reason"])
        messages.success(request, _("You have marked it as resolved and given your reason."))
    return _back(request)


def _back(request: Request) -> HttpResponse:
    """Redirect to the list of forwardings from which the form was submitted."""
    which = request.POST.get("list", "")
    query = f"?state={which}" if which in selectors.LISTS else ""
    return redirect(reverse("relay:reconciliation") + query)


@require_POST
def pause(request: Request) -> HttpResponse:
    """Pause all sending to the national portal with a reason; 403 without the right."""
    require(rules.may_pause(request.actor))
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _reconciliation(request, pause_form=form, status=422)
    with conflicts_as_messages(request):
        reconciling.pause(request.actor, reason=form.cleaned_data["reason"])
        messages.success(request, _("You have paused forwarding. Nothing is sent to the portal until you resume it."))
    return redirect("relay:reconciliation")


@require_POST
def resume(request: Request) -> HttpResponse:
    """End the pause of sending to the national portal; 403 without the right."""
    require(rules.may_pause(request.actor))
    with conflicts_as_messages(request):
        reconciling.resume(request.actor)
        messages.success(request, _("The waiting declarations are now being sent to the portal."))
    return redirect("relay:reconciliation")


@require_safe
def days(request: Request) -> HttpResponse:
    """List, for each lodging, how many guests who arrived on one day are declared here and at the portal."""
    require(rules.may_reconcile(request.actor))
    day: date = ReconciliationDayForm(request.GET).chosen().get("day") or clock.today()
    form = ReconciliationDayForm({"day": f"{day:%d/%m/%Y}"})
    rows = selectors.day_rows(request.actor, day)
    return render(request, "relay/days.html", {"form": form, "day": day, "rows": rows})


# --- the lodging ----------------------------------------------------------------------------------------------


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def connection(request: Request) -> HttpResponse:
    """Show and change whether the lodging's declarations are forwarded, and by which account."""
    require(request.actor.is_lodging)
    establishment = current_establishment(request.actor, request.session.get(CHOSEN))
    account = selectors.account_of(establishment)
    form = _account_form(request, account)
    if request.method == "POST":
        require(rules.may_connect(request.actor, establishment))
        if request.POST.get("act") == "end":
            accounts.disconnect(request.actor, establishment=establishment)
            messages.success(request, _("From now on, your declarations are not forwarded."))
            return redirect("relay:connection")
        if form.is_valid() and _connect(request, establishment, form):
            return redirect("relay:connection")
    context = {
        "establishment": establishment,
        "account": account,
        "form": form,
        "may_connect": rules.may_connect(request.actor, establishment),
        "is_on": rules.is_on(),
        "counts": selectors.counts(request.actor, establishment),
    }
    return render(request, "relay/connection.html", context, status=422 if form.is_bound else 200)


def _account_form(request: Request, account: Any) -> PortalAccountForm:
    """Return the form of the lodging's portal account, bound to the submitted data or empty."""
    return PortalAccountForm(
        request.POST if request.method == "POST" else None,
        has_password=bool(account and account.password_sealed),
        kept_username=account.username if account else "",
        office=bool(settings.PORTAL_USERNAME),
    )


def _connect(request: Request, establishment: Any, form: PortalAccountForm) -> bool:
    """Connect the lodging to the portal; return False, with an error in the form, if there is no account."""
    try:
        accounts.connect(request.actor, establishment=establishment, **form.cleaned_data)
    except Conflict as refused:
        form.add_error("username", str(refused.message))
        return False
    messages.success(request, _("From now on your declarations are forwarded to the national portal."))
    return True
