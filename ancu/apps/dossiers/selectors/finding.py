"""What the one search brings up of dossiers and procedures."""

from collections.abc import Iterator
from itertools import islice

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.procedures import day_of, name_of
from ancu.apps.dossiers.selectors.queues import SHOWN as LISTED
from ancu.apps.dossiers.selectors.queues import search, words_of
from ancu.apps.places.selectors import name_matches
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.registry.search import MAX_HITS, SearchHit, SearchQuery, SearchResults, search_url
from ancu.core.web.language import localized
from ancu.engines.rulebook import procedures_on


def finds(actor: Actor, wanted: SearchQuery) -> list[SearchResults]:
    return list(_finds(actor, wanted))


def _finds(actor: Actor, wanted: SearchQuery) -> Iterator[SearchResults]:
    if rules.reads_dossiers(actor):
        rows = [row.dossier for row in search(actor, wanted.text, size=MAX_HITS).rows]
        hits = [_hit(one, "dossiers:office-dossier", one.full_name) for one in rows]
        people = [one.pk for one in rows]
        more = search_url("dossiers:queue", wanted)
        yield SearchResults(_("Dossiers"), "file", hits, more, people=people, kind="dossiers", rank=2)
    elif actor.user_id is not None and not actor.is_agency:
        hits = [_hit(one, "dossiers:page", one.full_name) for one in _own(actor, wanted)]
        yield SearchResults(_("Your dossiers"), "file", hits, all_url=reverse("dossiers:mine"), rank=2)
    yield SearchResults(
        _("Procedures"), "list", _procedures(wanted), all_url=reverse("dossiers:public-procedures"), rank=7
    )


def _own(actor: Actor, wanted: SearchQuery) -> list[Dossier]:
    found = visible_to(actor)
    if number := wanted.number:
        found = found.filter(number=number)
    for word in () if number else words_of(wanted.text):
        found = found.filter(search_key__contains=word)
    asked = bool(number or words_of(wanted.text))
    return list(found.only(*LISTED[:-2]).order_by("-id")[:MAX_HITS]) if asked else []


def _hit(one: Dossier, page: str, name: str) -> SearchHit:
    second = " · ".join(part for part in (name, name_of(one.procedure, day_of(one))) if part)
    return SearchHit(one.number, reverse(page, args=[one.number]), second, one.get_state_display())


def _procedures(wanted: SearchQuery) -> list[SearchHit]:
    """By every word of a procedure's name in either language, or by its code."""
    fitting = (
        one
        for one in procedures_on(clock.today())
        if name_matches(f"{one.name_vi} {one.name_en} {one.code}", wanted.text)
    )
    return [
        SearchHit(localized(one, "name"), reverse("dossiers:public-procedure", args=[one.code]))
        for one in islice(fitting, MAX_HITS)
    ]
