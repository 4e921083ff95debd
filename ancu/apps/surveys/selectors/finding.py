"""What the one search brings up of surveys, for those who prepare or gather them."""

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


def finds(actor: Actor, wanted: SearchQuery) -> list[SearchResults]:
    if not rules.collects(actor):
        return []
    known = [(Survey(**dict(zip(COLUMNS, row, strict=False))), row[-1]) for row in _seen(actor).rows(LOOKED_AT)]
    fitting = [(one, agency) for one, agency in known if name_matches(f"{one.title_vi} {one.title_en}", wanted.text)]
    hits = [_hit(actor, one, agency) for one, agency in fitting[:MAX_HITS]]
    return [SearchResults(_("Surveys"), "list", hits, all_url=reverse("surveys:surveys"))]


@cached_query
def _seen(actor: Actor) -> QuerySet[Survey, Any]:
    return visible_to(actor).select_related(None).order_by("-pk").values_list(*COLUMNS, "agency__name")


def _hit(actor: Actor, one: Survey, agency: str) -> SearchHit:
    page = reverse("surveys:survey", args=[one.pk]) if rules.may_edit(actor, one) else reverse("surveys:surveys")
    return SearchHit(one.title, page, agency, one.get_state_display())
