"""The trial of a changed rule on the past year: its figures, and the dossiers behind each of them."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers.enums import RuleEffect, RuleKind, RuleTrialState
from ancu.apps.dossiers.forms.rule_trials import TrialCaseForm
from ancu.apps.dossiers.selectors import rule_trials as selectors
from ancu.apps.dossiers.selectors.procedures import name_of
from ancu.apps.dossiers.selectors.rule_wording import draft_title
from ancu.core.web.http import Request


def trial_context(request: Request, draft: Any) -> dict[str, Any]:
    """Return the newest trial of a draft and its figures by procedure and month, each with its list's address.

    The examples name dossiers, so the look is in the audit.
    """
    trial = selectors.latest_trial(draft)
    if trial is None or trial.state != RuleTrialState.DONE:
        return {"trial": trial}
    is_own = trial.agency_id == request.actor.organisation_id
    examples = selectors.example_cases(request.actor, trial) if is_own else []
    _record_look(request, trial, [case.dossier_id for case in examples])
    return {
        "trial": trial, "examples": examples, "total": selectors.trial_figures(trial), "all_url": _url(draft),
        "is_fee": draft.rule == RuleKind.FEE, "is_day": draft.rule == RuleKind.DAY,
        "is_form": RuleKind.of(draft.rule) == RuleKind.FORM, **_figures(draft, trial),
        "appointments": selectors.count_appointments(trial) if draft.rule == RuleKind.DAY else 0,
    }  # fmt: skip


def _figures(draft: Any, trial: Any) -> dict[str, Any]:
    """Return the figures of a trial by effect, procedure and month, each with its list's address."""
    return {
        "effects": [
            (RuleEffect(effect).label, count, _url(draft, effect=effect))
            for effect, count in selectors.effect_counts(trial).items()
            if count
        ],
        "procedures": [
            (name_of(code, trial.until), figures, _url(draft, procedure=code))
            for code, figures in selectors.figures_by_procedure(trial)
        ],
        "months": [
            (month, figures, _url(draft, month=f"{month:%Y-%m}"))
            for month, figures in selectors.figures_by_month(trial)
        ],
    }


def _url(draft: Any, **filters: str) -> str:
    """Return the address of the list of a trial's dossiers with a filter."""
    page = reverse("dossiers:rule-trial-cases", args=[draft.pk])
    return f"{page}?{urlencode(filters)}" if filters else page


def _record_look(request: Request, trial: Any, dossier_ids: list[int]) -> None:
    """Record in the audit which dossiers the page names."""
    if dossier_ids:
        record_look(request.actor, trial, count=len(dossier_ids), dossiers=dossier_ids)


@never_cache
@require_safe
def trial_cases(request: Request, pk: int) -> HttpResponse:
    """List the dossiers of a draft's newest trial, all or those of a procedure or month, with their figures."""
    trial = selectors.get_latest_trial(request.actor, pk)
    chosen = TrialCaseForm(request.GET).chosen()
    month: date | None = chosen["month"].first if "month" in chosen else None
    filters = selectors.TrialCaseFilter(chosen.get("procedure", ""), month, chosen.get("effect", ""))
    page = selectors.case_page(request.actor, trial, filters, request.GET.get("after", ""))
    _record_look(request, trial, [case.dossier_id for case in page.rows])
    query = {
        "procedure": filters.procedure, "month": f"{month:%Y-%m}" if month else "", "effect": filters.effect,
        "after": page.after,
    }  # fmt: skip
    context = {
        "draft": trial.draft, "title": draft_title(trial.draft), "trial": trial, "filters": filters, "page": page,
        "is_fee": trial.draft.rule == RuleKind.FEE, "figures": selectors.trial_figures(trial, filters),
        "procedure_name": name_of(filters.procedure, trial.until) if filters.procedure else "",
        "rows": [(case, name_of(case.procedure, trial.until)) for case in page.rows],
        "next_url": "?" + urlencode({name: value for name, value in query.items() if value}) if page.after else "",
    }  # fmt: skip
    return render(request, "dossiers/rule_changes/cases.html", context)
