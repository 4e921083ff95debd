"""What do you need? A few questions that end at the right procedure, and its beginning.

The questions are open to all: a person learns what it takes before he opens an account.
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.forms.filing import BeginForm
from ancu.apps.dossiers.selectors.prefill import known_for, people_before, spread
from ancu.apps.dossiers.selectors.promises import how_long_now
from ancu.apps.dossiers.selectors.triage import Question, ask, takes
from ancu.apps.dossiers.services import filing
from ancu.core import clock
from ancu.core.errors import require
from ancu.core.security.rate_limits import allow, too_many
from ancu.core.web.http import Request
from ancu.core.web.language import localized
from ancu.engines.rulebook import NotInForce, Procedure, get_procedure

RECEIPTS_AN_HOUR = 30


@login_not_required
@require_safe
def triage(request: Request) -> HttpResponse:
    """The next question, or the procedures it comes to."""
    given = {name: request.GET.get(name, "") for name in Question.ORDER}
    return render(request, "dossiers/filing/triage.html", {"asked": ask(request.actor, given, clock.today())})


@login_not_required
@require_safe
def procedure(request: Request, code: str) -> HttpResponse:
    """What it takes, costs and how long it takes by law and in truth; and the button to begin."""
    found = _procedure(code)
    filer = _filer(found, request.GET.get("filer") or found.filers[0])
    form = None
    if rules.may_start(request.actor) and rules.may_file_as(request.actor, filer):
        form = BeginForm(filer=filer, people=people_before(request.actor))
    return _show(request, found, filer, form)


def _show(request: Request, found: Procedure, filer: Filer, form: Any, status: int = 200) -> HttpResponse:
    if form is not None and form.people:
        named = [dossier.pk for dossier in form.people.values()]
        record_look(request.actor, ("dossiers.list", request.actor.organisation_id), dossiers=named)
    context = {
        "procedure": found,
        "name": localized(found, "name"),
        "summary": localized(found, "summary"),
        "article": localized(found, "article"),
        "filer": filer,
        "asks_who_files": len(set(found.filers)) > 1 and "filer" not in request.GET,
        "takes": takes(found, filer, clock.today()),
        "expected": how_long_now(found.code),
        "form": form,
    }
    return render(request, "dossiers/filing/procedure.html", context, status=status)


def _procedure(code: str) -> Procedure:
    try:
        return get_procedure(code, clock.today())
    except (KeyError, NotInForce) as error:
        raise Http404 from error


def _filer(found: Procedure, text: str) -> Filer:
    if text not in found.filers:
        raise Http404
    return Filer(text)


@require_POST
def begin(request: Request, code: str) -> HttpResponse:
    """Start the draft, filled with what the office has; wrong receipt codes are counted, as they may be guesses."""
    require(rules.may_start(request.actor))
    found = _procedure(code)
    filer = _filer(found, request.POST.get("filer", ""))
    require(rules.may_file_as(request.actor, filer))
    if request.POST.get("receipt") and not (
        use := allow("receipt", str(request.actor.user_id), limit=RECEIPTS_AN_HOUR)
    ):
        return too_many(request, use)
    form = BeginForm(request.POST, filer=filer, people=people_before(request.actor))
    if not form.is_valid():
        return _show(request, found, filer, form, status=422)
    known = known_for(
        request.actor, filer, is_sponsor=form.is_sponsor, before=form.before, stay=form.cleaned_data["receipt"]
    )
    dossier = filing.start(
        request.actor, procedure=found.code, filer=filer, answers=spread(found, known), is_sponsor=form.is_sponsor
    )
    return redirect("dossiers:step", dossier.number, 1)
