"""Search results about surveys, for those who prepare or collect them."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.places.selectors import name_matches
from ancu.apps.surveys import rules
from ancu.apps.surveys.models import Survey
from ancu.apps.surveys.selectors.surveys import visible_to
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.search import MAX_HITS, SearchHit, SearchQuery, SearchResults

COLUMNS = ("id", "agency_id", "title_vi", "title_en", "state")
LOOKED_AT = 200  # an agency's surveys are few; their titles are compared as people type, without accents


def search_results(actor: Actor, query: SearchQuery) -> list[SearchResults]:
    """Return the surveys whose title matches the query, for those who prepare or collect them."""
    if not rules.collects(actor):
        return []
    surveys = [
        (Survey(**dict(zip(COLUMNS, row, strict=False))), row[-1]) for row in _search_candidates(actor).rows(LOOKED_AT)
    ]
    fitting = [
        (survey, agency)
        for survey, agency in surveys
        if name_matches(f"{survey.title_vi} {survey.title_en}", query.text)
    ]
    hits = [_hit(actor, survey, agency) for survey, agency in fitting[:MAX_HITS]]
    return [SearchResults(_("Surveys"), "list", hits, all_url=reverse("surveys:surveys"))]


@cached_query
def _search_candidates(actor: Actor) -> QuerySet[Survey, Any]:
    """Return the surveys that the actor may see as tuples of ``COLUMNS`` and agency name, newest first, for search."""
    return visible_to(actor).select_related(None).order_by("-pk").values_list(*COLUMNS, "agency__name")


def _hit(actor: Actor, survey: Survey, agency: str) -> SearchHit:
    """Return a survey as a search result, linked to the survey for its editors, otherwise to the list."""
    page = reverse("surveys:survey", args=[survey.pk]) if rules.may_edit(actor, survey) else reverse("surveys:surveys")
    return SearchHit(survey.title, page, agency, survey.get_state_display())
