"""Search results for dossiers and procedures."""

from collections.abc import Iterator
from itertools import islice

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.procedures import day_of, name_of
from ancu.apps.dossiers.selectors.queues import LIST_COLUMNS, search, words_of
from ancu.apps.places.selectors import name_matches
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.registry.search import MAX_HITS, SearchHit, SearchQuery, SearchResults, search_url
from ancu.core.web.language import localized
from ancu.engines.rulebook import procedures_on


def search_results(actor: Actor, query: SearchQuery) -> list[SearchResults]:
    """Return the dossiers and procedures that match a search."""
    return list(_search_results(actor, query))


def _search_results(actor: Actor, query: SearchQuery) -> Iterator[SearchResults]:
    """Yield the dossiers that match the search, the office's or the actor's own, and matching procedures."""
    if rules.reads_dossiers(actor):
        rows = [row.dossier for row in search(actor, query.text, size=MAX_HITS).rows]
        hits = [_hit(dossier, "dossiers:office-dossier", dossier.full_name) for dossier in rows]
        people = [dossier.pk for dossier in rows]
        more = search_url("dossiers:queue", query)
        yield SearchResults(_("Dossiers"), "file", hits, more, people=people, kind="dossiers", rank=2)
    elif actor.user_id is not None and not actor.is_agency:
        hits = [_hit(dossier, "dossiers:page", dossier.full_name) for dossier in _own_dossiers(actor, query)]
        yield SearchResults(_("Your dossiers"), "file", hits, all_url=reverse("dossiers:mine"), rank=2)
    yield SearchResults(
        _("Procedures"), "list", _procedures(query), all_url=reverse("dossiers:public-procedures"), rank=7
    )


def _own_dossiers(actor: Actor, query: SearchQuery) -> list[Dossier]:
    """Return the actor's latest dossiers with this number, or else those that contain every word."""
    dossiers = visible_to(actor)
    if number := query.number:
        dossiers = dossiers.filter(number=number)
    for word in () if number else words_of(query.text):
        dossiers = dossiers.filter(search_key__contains=word)
    is_searchable = bool(number or words_of(query.text))
    return list(dossiers.only(*LIST_COLUMNS[:-2]).order_by("-id")[:MAX_HITS]) if is_searchable else []


def _hit(dossier: Dossier, page: str, name: str) -> SearchHit:
    """Return a dossier as a search hit with person, procedure and state; ``page`` names the view to link to."""
    second = " · ".join(part for part in (name, name_of(dossier.procedure, day_of(dossier))) if part)
    return SearchHit(dossier.number, reverse(page, args=[dossier.number]), second, dossier.get_state_display())


def _procedures(query: SearchQuery) -> list[SearchHit]:
    """Return the procedures whose name in either language, or code, contains every word."""
    matches = (
        procedure
        for procedure in procedures_on(clock.today())
        if name_matches(f"{procedure.name_vi} {procedure.name_en} {procedure.code}", query.text)
    )
    return [
        SearchHit(localized(procedure, "name"), reverse("dossiers:public-procedure", args=[procedure.code]))
        for procedure in islice(matches, MAX_HITS)
    ]
