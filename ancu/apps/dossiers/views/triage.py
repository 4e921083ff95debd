"""Questions that lead to the right procedure, and the start of a dossier.

They are public: people learn the requirements before they create an account.
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.forms.filing import BeginDossierForm
from ancu.apps.dossiers.selectors.mandates import CompanyChoice, company_choice
from ancu.apps.dossiers.selectors.prefill import earlier_people, fill_forms, prefill_values
from ancu.apps.dossiers.selectors.promises import current_expectation
from ancu.apps.dossiers.selectors.triage import TriageQuestion, next_question, procedure_needs
from ancu.apps.dossiers.services import filing
from ancu.core import clock
from ancu.core.actor import MandateScope
from ancu.core.errors import require
from ancu.core.security.rate_limits import allow, too_many
from ancu.core.web.http import Request
from ancu.core.web.language import localized
from ancu.engines.rulebook import NotInForce, Procedure, get_procedure

RECEIPTS_AN_HOUR = 30


@login_not_required
@require_safe
def triage(request: Request) -> HttpResponse:
    """Show the next question before filing or, after the last one, the matching procedures."""
    choices = {name: request.GET.get(name, "") for name in TriageQuestion.ORDER}
    return render(
        request, "dossiers/filing/triage.html", {"question": next_question(request.actor, choices, clock.today())}
    )


@login_not_required
@require_safe
def procedure(request: Request, code: str) -> HttpResponse:
    """Show requirements, costs, legal and actual duration, and the button to start."""
    procedure = _procedure(code)
    filer = _filer(procedure, request.GET.get("filer") or procedure.filers[0])
    form, choice = None, company_choice(request.actor, filer, procedure.code, request.GET.get("company", ""))
    if rules.may_begin(request.actor, filer, procedure.code) and choice.is_decided:
        form = BeginDossierForm(filer=filer, people=earlier_people(request.actor, choice.mandate))
    return _show(request, procedure, filer, form, choice)


def _show(
    request: Request, procedure: Procedure, filer: Filer, form: Any, choice: CompanyChoice, status: int = 200
) -> HttpResponse:
    """Render the start page of a procedure: requirements, costs, duration and the form to begin; record the look.

    Only a view of people of earlier dossiers is recorded. ``form`` is None for users who may not file, and while an
    agent has not chosen the company (``choice``).
    """
    if form is not None and form.people:
        dossier_ids = [dossier.pk for dossier in form.people.values()]
        record_look(request.actor, ("dossiers.list", request.actor.organisation_id), dossiers=dossier_ids)
    context = {
        "procedure": procedure,
        "name": localized(procedure, "name"),
        "summary": localized(procedure, "summary"),
        "article": localized(procedure, "article"),
        "filer": filer,
        "asks_who_files": len(set(procedure.filers)) > 1 and "filer" not in request.GET,
        "takes": procedure_needs(procedure, filer, clock.today()),
        "expected": current_expectation(procedure.code),
        "form": form,
        "choice": choice,
        "beyond_limits": not rules.may_prepare(request.actor, procedure.code),
    }
    return render(request, "dossiers/filing/procedure.html", context, status=status)


def _procedure(code: str) -> Procedure:
    """Return the version of the procedure in force today; 404 if there is none."""
    try:
        return get_procedure(code, clock.today())
    except (KeyError, NotInForce) as error:
        raise Http404 from error


def _filer(procedure: Procedure, text: str) -> Filer:
    """Return the kind of filer named in the address; 404 if the procedure does not allow it."""
    if text not in procedure.filers:
        raise Http404
    return Filer(text)


@require_POST
def begin(request: Request, code: str) -> HttpResponse:
    """Start a prefilled draft; wrong receipt codes are rate-limited, as they may be guesses."""
    require(rules.may_start(request.actor))
    procedure = _procedure(code)
    filer = _filer(procedure, request.POST.get("filer", ""))
    choice = company_choice(request.actor, filer, procedure.code, request.POST.get("company", ""))
    require(rules.may_begin(request.actor, filer, procedure.code) and choice.is_decided)
    if request.POST.get("receipt") and not (
        use := allow("receipt", str(request.actor.user_id), limit=RECEIPTS_AN_HOUR)
    ):
        return too_many(request, use)
    form = BeginDossierForm(request.POST, filer=filer, people=earlier_people(request.actor, choice.mandate))
    if not form.is_valid():
        return _show(request, procedure, filer, form, choice, status=422)
    return _start(request, procedure, filer, form, choice.mandate)


def _start(
    request: Request, procedure: Procedure, filer: Filer, form: BeginDossierForm, mandate: MandateScope | None
) -> HttpResponse:
    """Start the prefilled draft of a valid form, for the company of an agent's ``mandate``; go to its first page."""
    values = prefill_values(
        request.actor,
        filer,
        is_sponsor=form.is_sponsor,
        before=form.before,
        stay=form.cleaned_data["receipt"],
        mandate=mandate,
    )
    dossier = filing.start(
        request.actor,
        procedure=procedure.code,
        filer=filer,
        answers=fill_forms(procedure, values),
        is_sponsor=form.is_sponsor,
        organisation_id=mandate.organisation_id if mandate else None,
    )
    return redirect("dossiers:passport-first", dossier.number)
