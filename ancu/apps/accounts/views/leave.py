"""Handing over one's work for a leave, and keeping a colleague's."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ancu.apps.accounts import rules, selectors, services
from ancu.apps.accounts.forms import LeaveForm
from ancu.core.errors import Conflict, Http404, require
from ancu.core.web.http import Request, conflicts_as_messages


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: Request) -> HttpResponse:
    """List the delegations by and to the actor, and delegate the actor's work for a leave."""
    actor = request.actor
    if not actor.is_agency:
        raise Http404
    form = LeaveForm(request.POST or None, mates=selectors.possible_delegates(actor))
    if request.method == "POST":
        require(rules.may_delegate(actor))
        if form.is_valid() and _delegate(request, form):
            return redirect("accounts:leave")
    rows = [
        (delegation, rules.may_revoke(actor, delegation), delegation.delegate.user_id == actor.user_id)
        for delegation in selectors.delegations(actor)
    ]
    context = {"form": form, "rows": rows, "may_delegate": rules.may_delegate(actor)}
    return render(request, "accounts/leave.html", context, status=422 if form.errors else 200)


def _delegate(request: Request, form: LeaveForm) -> bool:
    """Delegate the actor's work as the valid form says; return whether that was done.

    Invalid days become an error of their field.
    """
    try:
        services.delegate(request.actor, **form.cleaned_data)
    except Conflict as refused:
        form.add_error("mate_id" if refused.code == "mate_away" else "starts_on", str(refused.message))
        return False
    messages.success(request, _("Your work is handed over for these days. We have notified your colleague."))
    return True


@require_POST
def end_leave(request: Request, pk: int) -> HttpResponse:
    """End a delegation of the actor's work early."""
    delegation = selectors.get_delegation(request.actor, pk)
    with conflicts_as_messages(request):
        services.revoke_delegation(request.actor, delegation=delegation)
        messages.success(request, _("You have taken back your work."))
    return redirect("accounts:leave")
