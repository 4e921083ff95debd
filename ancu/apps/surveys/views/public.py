"""Public results: figures of published surveys, also beside a meeting."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ancu.apps.surveys.selectors import published
from ancu.apps.surveys.selectors import results as selectors
from ancu.apps.surveys.selectors.arrivals import response_counts
from ancu.apps.surveys.views.mean_charts import means_figure
from ancu.apps.surveys.views.results import with_charts
from ancu.core.db.pagination import newest_first
from ancu.core.web.http import Request


@login_not_required
@require_safe
def surveys(request: Request) -> HttpResponse:
    """List surveys with public figures, the newest first."""
    page = newest_first(published.published(), request.GET.get("after", ""))
    return render(request, "surveys/public_list.html", {"page": page})


@login_not_required
@require_safe
def figures(request: Request, slug: str) -> HttpResponse:
    """Show publicly the released figures of a survey, by question."""
    survey = published.get_published(slug)
    tally = selectors.count_answers(survey)
    results = selectors.results(tally)
    context = {
        "survey": survey,
        "counts": tally,
        "arrivals": response_counts(survey),
        "means": means_figure(results),
        "results": with_charts(results),
    }
    return render(request, "surveys/public_figures.html", context)


@never_cache
@require_safe
def beside(request: Request, slug: str) -> HttpResponse:
    """Return the figures of a meeting's survey as a part of the meeting's page."""
    survey = published.survey_beside_meeting(request.actor, slug)
    counts = selectors.count_answers(survey) if survey else None
    context = {"survey": survey, "counts": counts, "results": selectors.results(counts) if counts else []}
    return render(request, "surveys/_beside.html", context)
