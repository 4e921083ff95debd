"""The queue at the counters: the clerk's acts, and the board that everybody may see."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.dossiers.forms.at_counter import OpenAtCounterForm, QueueActForm
from ancu.apps.dossiers.rules import is_office, may_write
from ancu.apps.dossiers.rules.counter import may_receive_at_counter, writes_at_counter
from ancu.apps.dossiers.selectors import get_dossier
from ancu.apps.dossiers.selectors.queue_tickets import queue_boards
from ancu.apps.dossiers.services import queue_tickets as services
from ancu.core.documents.reference_numbers import normalise_number
from ancu.core.errors import require
from ancu.core.templatetags.ui import number as grouped
from ancu.core.web.http import Request, conflicts_as_messages


@require_POST
def act(request: Request) -> HttpResponse:
    """Give out a number, call the next one, or close the one that is served; then show the page of the counter."""
    require(may_receive_at_counter(request.actor))
    form = QueueActForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    chosen, counter_id = form.cleaned_data["act"], form.cleaned_data["counter"]
    with conflicts_as_messages(request):
        if chosen == "issue":
            ticket = services.issue_ticket(request.actor)
            messages.success(request, _("Number %(number)s is given out.") % {"number": grouped(ticket.number)})
        elif chosen == "call":
            services.call_next(request.actor, counter_id=counter_id, served_id=form.cleaned_data["served"])
        else:
            services.close_ticket(request.actor, came=chosen == "served")
    return redirect("dossiers:begin-at-counter")


@require_POST
def open_dossier(request: Request) -> HttpResponse:
    """Open the dossier of the person who is served: to record what was brought, or the officer's page."""
    require(may_receive_at_counter(request.actor))
    form = OpenAtCounterForm(request.POST)
    number = normalise_number(form.cleaned_data["number"]) if form.is_valid() else None
    try:
        dossier = get_dossier(request.actor, number or "")
        require(is_office(request.actor, dossier) or writes_at_counter(request.actor, dossier))
    except Http404:
        messages.error(request, _("No dossier of this office has this number."))
        return redirect("dossiers:begin-at-counter")
    services.join_ticket(request.actor, dossier)
    may_write_here = writes_at_counter(request.actor, dossier) and may_write(request.actor, dossier)
    return redirect("dossiers:at-counter" if may_write_here else "dossiers:office-dossier", dossier.number)


@login_not_required
@never_cache
@require_safe
def board(request: Request) -> HttpResponse:
    """Show which numbers were called last, to which counter, and how many people wait."""
    return render(request, "dossiers/counter/board.html", {"boards": queue_boards()})
