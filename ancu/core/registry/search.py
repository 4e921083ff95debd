"""One search over everything a person may see: each app registers its own in ``SEARCHES``.

A search asks its app's selectors, so that it finds nothing the actor may not see. It names the people whose data its
hits show, by id: the search is a look, and goes into the audit.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise

from ancu.core.actor import Actor
from ancu.core.documents.reference_numbers import normalise_number
from ancu.core.registry import Hook

MAX_HITS = 6  # of one kind; its own page finds the rest
LONGEST = 100
SHORTEST = 2  # signs; one alone only where a script writes a word in one
Words = str | Promise
SEARCHES: Hook["Callable[[Actor, SearchQuery], Iterable[SearchResults]]"] = Hook()


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A typed search text, without characters the database cannot hold, cut to a sensible length."""

    text: str

    @property
    def number(self) -> str:
        """The typed text as a reference number, if it is one of this office; else empty."""
        number = normalise_number(self.text) or ""
        prefix = number.partition("-")[0]
        ours = prefix.startswith(settings.OFFICE_PREFIX) and len(prefix) <= len(settings.OFFICE_PREFIX) + 1
        return number if ours else ""

    @property
    def is_asked(self) -> bool:
        """Whether the query is long enough to search for; with a non-ASCII letter one character is enough."""
        return len(self.text) >= SHORTEST or (bool(self.text) and not self.text.isascii())


@dataclass(frozen=True, slots=True)
class SearchHit:
    title: Words
    url: str
    second: Words = ""
    chip: Words = ""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """Hits of one kind. ``people`` are the ids of those whose data are shown, ``kind`` what they are ids of.

    ``more_url`` searches on with the same words (see ``further``), ``all_url`` lists every one; a kind has one of them
    at most. Kinds of a lower ``rank`` stand above others: places, lodgings and rules before people with a like syllable
    in their names, and these before papers and pages.
    """

    label: Words
    icon: str
    hits: Sequence[SearchHit]
    more_url: str = ""
    all_url: str = ""
    people: Sequence[object] = field(default=())
    kind: str = ""
    rank: int = 5

    @property
    def may_be_cut(self) -> bool:
        """Whether the list of hits reached its limit, so that more records may match."""
        return len(self.hits) >= MAX_HITS


def search_url(page: str, query: SearchQuery, **choices: str) -> str:
    """Return the URL of the list view ``page``, filtered by the query's text and the GET parameters ``choices``."""
    return f"{reverse(page)}?{urlencode({**choices, 'q': query.text})}"


def parse_query(text: str) -> SearchQuery:
    """Return the search query for a typed text: without control characters, cut to the longest one allowed."""
    return SearchQuery(" ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())[:LONGEST])


def search_all(actor: Actor, query: SearchQuery) -> list[SearchResults]:
    """Return the results of every app's search for the actor, by rank; kinds without a hit are left out."""
    if not query.is_asked:
        return []
    results = [kind for search in SEARCHES for kind in search(actor, query) if kind.hits]
    return sorted(results, key=lambda kind: kind.rank)
