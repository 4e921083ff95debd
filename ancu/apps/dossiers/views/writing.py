"""The form, one section per step, saved while typing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers.forms.filing import RevisionForm
from ancu.apps.dossiers.forms.steps import StepForm
from ancu.apps.dossiers.selectors import get_dossier
from ancu.apps.dossiers.selectors.prefill import borrowed_answers
from ancu.apps.dossiers.selectors.procedures import day_of, procedure_of
from ancu.apps.dossiers.selectors.results import card_limit
from ancu.apps.dossiers.selectors.steps import FormStep, get_step, steps_of
from ancu.apps.dossiers.services import filing, moving
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.apps.dossiers.views.outline import outline
from ancu.core import clock
from ancu.core.errors import Conflict
from ancu.core.web.http import Request
from ancu.core.web.language import localized

if TYPE_CHECKING:
    from ancu.apps.dossiers.models import Dossier

SAVED_ELSEWHERE = "dossier_saved_elsewhere"


def writable(request: Request, number: str) -> Dossier:
    """Return the filer's dossier if it is a draft or waits for documents.

    Otherwise 404 for strangers, 403 for those who may only read it, 409 in another state.
    """
    return moving.writable(request.actor, get_dossier(request.actor, number))


@never_cache
@conflict_page
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: Request, number: str, step: int) -> HttpResponse:
    """Show one step of the dossier's forms with its errors; a POST saves it and continues."""
    dossier = writable(request, number)
    steps = steps_of(dossier)
    now = get_step(steps, step)
    if request.method == "POST":
        return _save(request, dossier, steps, now)
    form = StepForm(now.with_answers(borrowed_answers(dossier, now)), day_of(dossier))
    # Missing answers are marked only for visitors from the check; before it they are not due yet.
    form.add_problems({**now.wrong, **(now.missing if "mend" in request.GET else {})})
    return _show(request, dossier, steps, now, form)


def _save(request: Request, dossier: Dossier, steps: list[FormStep], now: FormStep) -> HttpResponse:
    """Save a step's answers and redirect to the next step; with wrong answers show the step again.

    409 with what was typed if another window saved meanwhile.
    """
    form = StepForm(now, day_of(dossier), request.POST)
    answers = form.answers()
    try:
        saved = filing.save(
            request.actor, dossier=dossier, answers={now.form.code: answers}, **RevisionForm.read(request.POST)
        )
    except Conflict as conflict:
        if conflict.code != SAVED_ELSEWHERE:
            raise
        dossier.refresh_from_db()
        return _show(request, dossier, steps_of(dossier), now, form, elsewhere=True, status=409)
    renewed = steps_of(saved)
    if form.errors or get_step(renewed, now.number).wrong:
        form.add_problems(get_step(renewed, now.number).wrong)
        return _show(request, saved, renewed, now, form, status=422)
    if "stay" in request.POST:
        return redirect("dossiers:step", saved.number, now.number)
    return redirect(_next_url(saved, renewed, now))


def _next_url(dossier: Dossier, steps: list[FormStep], now: FormStep) -> str:
    """Return the address of the step after ``now``; after the last step that of the papers."""
    if now.number < len(steps):
        return reverse("dossiers:step", args=[dossier.number, now.number + 1])
    return reverse("dossiers:papers", args=[dossier.number])


def _show(
    request: Request,
    dossier: Dossier,
    steps: list[FormStep],
    now: FormStep,
    form: StepForm,
    *,
    elsewhere: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Render a step of the dossier's forms, and record the look in the audit.

    ``elsewhere``: another window saved meanwhile, so this one's input was not.
    """
    record_look(request.actor, dossier, page="step")
    context: dict[str, Any] = {
        "dossier": dossier,
        "outline": outline(dossier, steps, now.number),
        "name": localized(procedure_of(dossier), "name"),
        "title": localized(now.section, "title"),
        "form_name": localized(now.form, "name"),
        "step": now,
        "card_limit": card_limit(dossier),
        "last": len(steps),
        "form": form,
        "elsewhere": elsewhere,
        "skip_url": _next_url(dossier, steps, now) if status == 422 else "",
        "back_url": reverse("dossiers:step", args=[dossier.number, now.number - 1]) if now.number > 1 else "",
    }
    return render(request, "dossiers/filing/step.html", context, status=status)


@require_POST
def autosave(request: Request, number: str, step: int) -> JsonResponse:
    """Save the current step. 409 tells a window that another one saved since; nothing is overwritten."""
    dossier = writable(request, number)
    now = get_step(steps_of(dossier), step)
    answers = StepForm(now, day_of(dossier), request.POST).answers()
    try:
        saved = filing.save(
            request.actor, dossier=dossier, answers={now.form.code: answers}, **RevisionForm.read(request.POST)
        )
    except Conflict as conflict:
        return JsonResponse({"code": conflict.code, "message": str(conflict.message)}, status=409)
    time = clock.local(saved.saved_at)
    return JsonResponse({"revision": saved.revision, "saved": _("Saved at %(time)s") % {"time": f"{time:%H:%M}"}})
