"""Find identities by name or document number. Whom the asker may find is for the caller to say.

The caller's condition is part of the query, before the ranking and the limit: people the asker may not know
of neither appear nor push others out of the list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import (
    SearchQuery,
    SearchVector,
    SearchVectorExact,
    TrigramSimilarity,
    TrigramWordSimilarity,
)
from django.db import connection, transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, F, FloatField, Func, Q, QuerySet, Window
from django.db.models.functions import Greatest

from ancu.apps.travellers.models import Identity
from ancu.apps.travellers.rules import document_key, fold_name, name_key
from ancu.apps.travellers.selectors.spelling import (
    Typed,
    begun,
    begun_whole,
    cut_short,
    holding,
    nearer,
    nearer_whole,
    nearly,
    nearly_whole,
    opening,
    regrouped,
    shorter,
)
from ancu.core.statements import run

LIMIT = 50
LETTERS = 4  # to a digit, from which on a text with digits may be a name that was misread
LIKE_WORD = 0.4  # trigram similarity of two words below which one is no misspelling of the other
FEW = 5  # with fewer found, a spelling error is likely
CANDIDATES = 100
FIRST = (200, 8_000)  # bearers of a common name: the second is enough for a commune with one guest in forty
# For this transaction; and where the first of a name's bearers would do, nobody's name is read but through an index,
# however common the database takes the name to be.
SETTINGS = "SELECT set_config('pg_trgm.similarity_threshold', %s, true), set_config('enable_seqscan', 'off', true)"

# Of whole names, those nearest to what was typed; each bearer by the name's index.
BEARERS = """
SELECT bearer.id FROM
    (SELECT key FROM unnest(%(keys)s::text[]) AS key ORDER BY similarity(key, %(typed)s) DESC, key) AS near,
    LATERAL (SELECT id FROM travellers_identity WHERE name_key = near.key LIMIT %(most)s) AS bearer
LIMIT %(most)s"""


@dataclass(frozen=True)
class Query:
    """What was typed, understood: a document number when it has a digit, else a name.

    A word in which a letter was read as a digit (``HAU6EN HEIDI``) is both: the name, where no number begins so.
    """

    text: str
    document: str = ""
    key: str = ""

    @property
    def kind(self) -> str:
        return "document" if self.document else "name" if self.key else ""


def read_query(text: str) -> Query:
    """Names need two letters (one for scripts that write a word in one sign), numbers three signs."""
    text = " ".join(text.split())[:100]
    if any(sign.isdigit() for sign in text):
        number = document_key(text)[:30]
        misread = sum(map(str.isalpha, text)) >= LETTERS * sum(map(str.isdigit, text))
        return Query(text, document=number if len(number) >= 3 else "", key=name_key(text) if misread else "")
    key = name_key(text)
    return Query(text, key=key if len(key) >= 2 or not key.isascii() else "")


def find_identities(query: Query, allowed: Q, *, limit: int = LIMIT) -> list[Identity]:
    """The closest first, among those ``allowed``; at most ``limit``."""
    people = Identity.objects.filter(allowed)
    found: list[Identity] = []
    if query.document:
        numbered = people.filter(document_number__startswith=query.document)
        found = list(numbered.order_by("document_number", "id")[:limit])
    return found or (_by_name(people, Typed(fold_name(query.text)), limit) if query.key else [])


@transaction.atomic
def _by_name(people: QuerySet[Identity], typed: Typed, limit: int) -> list[Identity]:
    """Exactly this name, names that begin so, names that hold every word; when these are few, what may be meant."""
    key = name_key(" ".join(typed))
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS, [str(LIKE_WORD)])
    found = list(_among(people, Q(name_key=key)).order_by("-id")[:limit])
    for enough, *ways in STEPS:
        if len(found) < min(enough, limit):
            for way in ways:
                if len(found) < limit and (wanted := way(typed)):
                    found += _closest(people, wanted, key, found, limit - len(found))
    return found


def _among(people: QuerySet[Identity], condition: Q) -> QuerySet[Identity]:
    """Those of ``people`` whose name fits: first the bearers by the name's index, as an array, then who is allowed.

    As a plain condition the database guesses how many bear a name, and guessing wrong goes through everybody. All
    bearers are asked about: were only so many, a commune's one guest of a very common name could be missed.
    """
    bearers = Identity.objects.filter(condition).order_by().values("pk")
    fits = Func(F("pk"), ArraySubquery(bearers), template="(%(expressions)s))", arg_joiner=" = ANY(")
    fits.output_field = BooleanField()
    return people.filter(Q(fits))


class Wanted(NamedTuple):
    """Which names fit, and where they are whole ones, their keys."""

    condition: Q
    keys: list[str] = []


def _closest(people: QuerySet[Identity], wanted: Wanted, key: str, found: list[Identity], limit: int) -> list[Identity]:
    """Of a name that thousands bear, CANDIDATES are ranked: none of them is closer than the others. Whoever may see
    most people finds them among the FIRST bearers; for others all are asked."""
    people = people.exclude(pk__within=[identity.pk for identity in found]) if found else people
    for most in FIRST:
        first = _first(wanted, key, most)
        ranked = list(_ranked(people.filter(pk__within=first), key)[:limit]) if first else []
        if len(first) < most or (ranked and ranked[0].candidates == CANDIDATES):
            return ranked
    return list(_ranked(_among(people, wanted.condition), key)[:limit])


def _first(wanted: Wanted, key: str, most: int) -> list[int]:
    if wanted.keys:
        return [pk for (pk,) in run(BEARERS, {"keys": wanted.keys, "typed": key, "most": most})]
    return list(Identity.objects.filter(wanted.condition).order_by().values_list("pk", flat=True)[:most])


def _begins(beginning: str) -> Wanted | None:
    return Wanted(Q(name_key__startswith=beginning)) if beginning else None


def _worded(words: str) -> Wanted | None:
    """``words`` as ``to_tsquery`` takes them, asked of the index of words."""
    vector = SearchVector("name_key", config="simple")
    asked = SearchVectorExact(vector, SearchQuery(words, config="simple", search_type="raw"))
    return Wanted(Q(asked)) if words else None


def _called(keys: list[str]) -> Wanted | None:
    return Wanted(Q(name_key__in=keys), keys) if keys else None


Way = Callable[[Typed], Wanted | None]  # None: there is nothing to ask
# Each is gone while fewer were found than it says. Of several ways the first finds names that hold nothing but what was
# meant, by keys: where very many bear the words, they fill the page, and the long lists of the others are not read.
STEPS: tuple[tuple[int, *tuple[Way, ...]], ...] = (
    (LIMIT, lambda typed: _begins(opening(typed))),
    (LIMIT, lambda typed: _worded(holding(typed))),
    (FEW, lambda typed: _begins(cut_short(typed))),
    (
        FEW,
        lambda typed: _called(begun_whole(typed)),
        lambda typed: _worded(regrouped(typed)),
        lambda typed: _worded(begun(typed)),
    ),
    (FEW, lambda typed: _called(nearer_whole(typed)), lambda typed: _worded(nearer(typed))),
    (FEW, lambda typed: _called(nearly_whole(typed)), lambda typed: _worded(nearly(typed))),
    (FEW, lambda typed: _worded(shorter(typed))),
)


def _ranked(people: QuerySet[Identity], key: str) -> QuerySet[Identity, Any]:
    """CANDIDATES of ``people``, the closest first; each says how many they are."""
    whole = TrigramSimilarity("name_key", key)
    part = Greatest(whole, TrigramWordSimilarity(key, "name_key"), output_field=FloatField())
    some = Identity.objects.filter(pk__in=people.values("pk")[:CANDIDATES])
    closeness = ExpressionWrapper(part + whole, output_field=FloatField())
    return some.annotate(candidates=Window(Count("pk"))).order_by(closeness.desc(), "name_key", "id")
