"""What other units ask of mine, and my unit's answers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.office import AnswerForm
from ancu.apps.dossiers.selectors import get_opinion, office
from ancu.apps.dossiers.services import handling
from ancu.apps.dossiers.views.conflict import says_conflict
from ancu.core import clock
from ancu.core.web.http import Request


@never_cache
@require_safe
def opinions(request: Request) -> HttpResponse:
    """The questions that wait for an answer, then those answered."""
    waiting, given = office.opinions_waiting(request.actor), office.opinions_given(request.actor)
    record_look(request.actor, ("dossiers.opinion", "list"), dossiers=[one.dossier_id for one in (*waiting, *given)])
    context = {"waiting": waiting, "given": given, "today": clock.today()}
    return render(request, "dossiers/office/opinions.html", context)


@never_cache
@says_conflict
@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: Request, pk: int) -> HttpResponse:
    """One question with the person it is about, as far as the unit needs to know; and the answer."""
    asked = get_opinion(request.actor, pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        handling.give_opinion(request.actor, opinion=asked, answer=form.cleaned_data["answer"])
        messages.success(request, _("Your opinion is with the office that asked."))
        return redirect("dossiers:opinions")
    stays = office.stays_of(request.actor, asked.dossier)
    record_look(request.actor, asked, dossier=asked.dossier_id, stays=[one.pk for one in stays])
    context = {
        "opinion": asked,
        "dossier": asked.dossier,
        "form": form,
        "stays": office.with_notes(request.actor, stays),
        "may_answer": rules.may_give_opinion(request.actor, asked),
    }
    return render(request, "dossiers/office/opinion.html", context, status=422 if form.is_bound else 200)
