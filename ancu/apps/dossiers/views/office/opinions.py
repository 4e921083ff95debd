"""Opinions requested from the officer's unit, and its answers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.office import OpinionAnswerForm
from ancu.apps.dossiers.selectors import get_opinion, office
from ancu.apps.dossiers.services.opinions import give_opinion
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.core import clock
from ancu.core.web.http import Request


@never_cache
@require_safe
def opinions(request: Request) -> HttpResponse:
    """Show the opinions requested from the actor's unit: those it owes, then those it gave."""
    waiting, answered = office.opinions_waiting(request.actor), office.opinions_given(request.actor)
    record_look(
        request.actor, ("dossiers.opinion", "list"), dossiers=[opinion.dossier_id for opinion in (*waiting, *answered)]
    )
    context = {"waiting": waiting, "answered": answered, "today": clock.today()}
    return render(request, "dossiers/office/opinions.html", context)


@never_cache
@conflict_page
@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: Request, pk: int) -> HttpResponse:
    """Show an opinion requested from the actor's unit, and the person as far as it must know; a POST answers."""
    opinion_asked = get_opinion(request.actor, pk)
    form = OpinionAnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        give_opinion(request.actor, opinion=opinion_asked, answer=form.cleaned_data["answer"])
        messages.success(request, _("Opinion sent to the office that requested it."))
        return redirect("dossiers:opinions")
    stays = office.stays_of(request.actor, opinion_asked.dossier)
    record_look(request.actor, opinion_asked, dossier=opinion_asked.dossier_id, stays=[stay.pk for stay in stays])
    context = {
        "opinion": opinion_asked,
        "dossier": opinion_asked.dossier,
        "form": form,
        "stays": office.with_notes(request.actor, stays),
        "may_answer": rules.may_give_opinion(request.actor, opinion_asked),
    }
    return render(request, "dossiers/office/opinion.html", context, status=422 if form.is_bound else 200)
