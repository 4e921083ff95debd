"""Public results: figures of published surveys, also beside a meeting."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ancu.apps.surveys.selectors import results as selectors
from ancu.apps.surveys.selectors.arrivals import arrivals
from ancu.apps.surveys.views.results import drawn
from ancu.core.db.pagination import newest_first
from ancu.core.web.http import Request


@login_not_required
@require_safe
def surveys(request: Request) -> HttpResponse:
    """List surveys with public figures, the newest first."""
    page = newest_first(selectors.published(), request.GET.get("after", ""))
    return render(request, "surveys/public_list.html", {"page": page})


@login_not_required
@require_safe
def figures(request: Request, slug: str) -> HttpResponse:
    survey = selectors.get_published(slug)
    tally = selectors.counted(survey)
    context = {
        "survey": survey,
        "counts": tally,
        "arrivals": arrivals(survey),
        "results": drawn(selectors.results(tally)),
    }
    return render(request, "surveys/public_figures.html", context)


@never_cache
@require_safe
def beside(request: Request, slug: str) -> HttpResponse:
    """Return the figures of a meeting's survey as part of its page."""
    survey = selectors.beside(request.actor, slug)
    counts = selectors.counted(survey) if survey else None
    context = {"survey": survey, "counts": counts, "results": selectors.results(counts) if counts else []}
    return render(request, "surveys/_beside.html", context)
