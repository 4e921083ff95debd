"""An applicant adds a dossier from the counter to the own account."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.at_counter import TakeOverForm
from ancu.apps.dossiers.services.at_counter import take_over as add_to_account
from ancu.core.errors import require
from ancu.core.security.rate_limits import allow, too_many
from ancu.core.web.http import Request

ATTEMPTS_AN_HOUR = 10


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: Request) -> HttpResponse:
    """Show the form for number, code and passport number; a POST adds the dossier, at most ten times an hour.

    Anything wrong gets the same answer.
    """
    require(rules.may_start(request.actor) and not rules.is_sponsor_office(request.actor))
    form = TakeOverForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if not (use := allow("dossier-take-over", str(request.actor.user_id), limit=ATTEMPTS_AN_HOUR)):
            return too_many(request, use)
        dossier = add_to_account(request.actor, **form.cleaned_data)
        if dossier is not None:
            messages.success(request, _("The dossier is in your account now. We will write to you about it."))
            return redirect("dossiers:page", number=dossier.number)
        form.add_error(
            None, _("No dossier from the counter matches. Compare all three with the slip and the passport.")
        )
    return render(request, "dossiers/counter/take_over.html", {"form": form}, status=422 if form.is_bound else 200)
