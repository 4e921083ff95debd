"""Search results about programmes, which are public."""

from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.community.models import Programme
from ancu.apps.community.rules import keeps_ledgers
from ancu.apps.community.selectors.public import LISTED, newest_programmes
from ancu.apps.places.selectors import name_matches
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.search import MAX_HITS, SearchHit, SearchQuery, SearchResults


def search_results(actor: Actor, query: SearchQuery) -> list[SearchResults]:
    """Return the programmes whose name or area matches the query; programmes are public."""
    fitting = [row for row in _newest_programmes().rows(LISTED) if name_matches(" ".join(row[2:]), query.text)]
    hits = [
        SearchHit(name, _programme_url(actor, pk, agency), ", ".join(filter(None, places)))
        for pk, agency, name, *places in fitting[:MAX_HITS]
    ]
    return [SearchResults(_("Support programmes"), "users", hits, all_url=reverse("community:public"))]


@cached_query
def _newest_programmes() -> QuerySet[Programme, Any]:
    """Return the newest programmes as tuples for the search, with the names of their areas."""
    further = StringAgg("areas__full_name", ", ", default=Value(""), order_by="areas__name")
    return newest_programmes().annotate(further=further).values_list(
        "pk", "agency", "name", "unit__full_name", "further"
    )  # fmt: skip


def _programme_url(actor: Actor, pk: int, agency: int) -> str:
    """Return the URL of the programme's page: the office's for keepers of its agency, else the public one."""
    own = keeps_ledgers(actor) and agency == actor.organisation_id
    return reverse("community:programme" if own else "community:public-programme", args=[pk])
