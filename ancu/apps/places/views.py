"""Lookup of communes, and the office's list of remote communes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.places import rules, selectors, services
from ancu.apps.places.forms import RemoteEndForm, RemoteForm
from ancu.core.errors import Conflict, require
from ancu.core.web.http import Request, conflicts_as_messages

LEAST_SIGNS = 2  # as in lookup.js; one letter stands in nearly every name, and anybody may ask


@login_not_required
@require_safe
def communes(request: Request) -> JsonResponse:
    """Return the communes with a name that matches ``?q=``, for the lookup fields."""
    typed = request.GET.get("q", "").strip()[:100]
    if len(typed) < LEAST_SIGNS:
        return JsonResponse({"results": []})
    matches = selectors.find_communes(typed)
    office = selectors.in_office_area({selectors.unit_today(unit).pk for unit in matches})
    return JsonResponse(
        {
            "results": [
                {"value": str(unit.pk), "label": selectors.label(unit), "note": selectors.note(unit, office)}
                for unit in matches
            ]
        }
    )


@require_http_methods(["GET", "HEAD", "POST"])
def remote(request: Request) -> HttpResponse:
    """Show the remote communes with a form to add one, and add it; 403 for all but the administrator."""
    require(rules.may_set_remote(request.actor))
    form = RemoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_remote(request.actor, **form.cleaned_data)
        except Conflict as conflict:
            form.add_error("valid_from", conflict.message)
        else:
            messages.success(request, _("The commune is now marked as remote on these days."))
            return redirect("places:remote")
    return render(request, "places/remote.html", {"form": form, "periods": selectors.remote_periods()})


@require_POST
def remote_end(request: Request, pk: int) -> HttpResponse:
    """Set the last day on which the period's commune counts as remote."""
    require(rules.may_set_remote(request.actor))
    form = RemoteEndForm(request.POST)
    if form.is_valid():
        period = selectors.get_remote_period(pk)
        with conflicts_as_messages(request):
            services.end_remote(request.actor, period=period, **form.cleaned_data)
            messages.success(request, _("The last day has been saved."))
    else:
        messages.error(request, form.errors["valid_until"].as_text().removeprefix("* "))
    return redirect("places:remote")
