"""Find identities by name or document number; the caller defines which records are visible.

Visibility is part of the query, before ranking and limit: invisible people neither appear nor displace others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorExact
from django.db import connection, transaction
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value

from ancu.apps.travellers.models import Identity, Name
from ancu.apps.travellers.rules import document_key, fold_name, name_key
from ancu.apps.travellers.selectors.spelling import (
    TypedWords,
    all_words_query,
    key_prefix,
    misspelt_query,
    omitted_word_query,
    regrouped_query,
    short_prefix_query,
    unknown_words_query,
)
from ancu.core.db.statements import run

LIMIT = 50
LETTERS = 4  # to a digit, from which on a text with digits may be a name that was misread
LIKE_WORD = 0.4  # trigram similarity of two words below which one is no misspelling of the other
FEW_RESULTS = 5  # with fewer found, a spelling error is likely
NAMES, RANKED = 2_000, 500  # that hold what was typed; to say how near a name is takes two microseconds
BEARERS = 60  # of the nearest names: more than a page, for whoever sees everybody
# For this transaction. Sequential scans are off because the planner overestimates frequent names.
SETTINGS = "SELECT set_config('pg_trgm.similarity_threshold', %s, true), set_config('enable_seqscan', 'off', true)"

# Nearest names first, with their bearers by index.
NEAREST = "SELECT key FROM unnest(%(keys)s::text[]) AS key ORDER BY similarity(key, %(typed)s) DESC, key"
BEARING = f"""
SELECT bearer.id FROM ({NEAREST}) AS near,
    LATERAL (SELECT id FROM travellers_identity WHERE name_key = near.key LIMIT %(most)s) AS bearer
LIMIT %(most)s"""  # noqa: S608
AT_A_TIME = (10, 100)  # names, and all others at last


@dataclass(frozen=True)
class TravellerQuery:
    """A parsed search: a document number if it contains a digit, otherwise a name.

    A word with a misread digit (``HAU6EN HEIDI``) is both: a name, unless a number begins with it.
    """

    text: str
    document: str = ""
    key: str = ""

    @property
    def kind(self) -> str:
        """The kind of search: ``document``, ``name``, or empty for a text that is too short."""
        return "document" if self.document else "name" if self.key else ""


def read_query(text: str) -> TravellerQuery:
    """Return a typed search as a document number if it has a digit, otherwise as a name.

    It is both with few digits, which may be misread letters, and neither if too short. Names need two letters (one in
    scripts with a character per word), numbers three characters.
    """
    text = " ".join(text.split())[:100]
    if any(sign.isdigit() for sign in text):
        number = document_key(text)[:30]
        misread = sum(map(str.isalpha, text)) >= LETTERS * sum(map(str.isdigit, text))
        return TravellerQuery(text, document=number if len(number) >= 3 else "", key=name_key(text) if misread else "")
    key = name_key(text)
    return TravellerQuery(text, key=key if len(key) >= 2 or not key.isascii() else "")


def find_identities(query: TravellerQuery, records: QuerySet[Any], *, limit: int = LIMIT) -> list[Identity]:
    """Return the identities closest to the query among the visible ``records``, closest first, at most ``limit``.

    They are those whose document number begins with the typed one; if there are none, those with the closest names.
    ``records`` have ``identity`` and ``name_key``. Empty for an empty query.
    """
    if query.document:
        people = Identity.objects.filter(Exists(records.filter(identity=OuterRef("pk"))))
        numbered = people.filter(document_number__startswith=query.document)
        if identities := list(numbered.order_by("document_number", "id")[:limit]):
            return identities
    closest = _by_name(records, TypedWords(fold_name(query.text)), limit) if query.key else []
    by_id = Identity.objects.in_bulk(closest) if closest else {}
    return [by_id[pk] for pk in closest if pk in by_id]


@transaction.atomic
def _by_name(records: QuerySet[Any], typed: TypedWords, limit: int) -> list[int]:
    """Return the ids of at most ``limit`` visible identities by name, best matches first.

    The order: exact names, names that begin with the typed text, names with every word and, if these are few, likely
    misspellings.
    """
    key = name_key(" ".join(typed))
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS, [str(LIKE_WORD)])
    people = _identities_named(records, key, limit)
    for enough, *ways in STEPS:
        if len(people) < min(enough, limit):
            for way in ways:
                if len(people) < limit:
                    people += _closest(records, way(typed), key, set(people), limit - len(people))
    return people


def _identities_named(records: QuerySet[Any], key: str, limit: int) -> list[int]:
    """Return the ids of the newest visible identities with exactly this name key, at most ``limit``.

    The bearers are an array subquery because the planner misjudges the frequency of names. All bearers are checked,
    so that a commune's only guest with a common name is not missed.
    """
    bearers = ArraySubquery(Identity.objects.filter(name_key=key).values("pk"))
    people = Identity.objects.filter(_in_subquery("pk", bearers), Exists(records.filter(identity=OuterRef("pk"))))
    return list(people.order_by("-id").values_list("pk", flat=True)[:limit])


def _in_subquery(field: str, values: Any) -> Q:
    """Return the condition ``field = ANY(values)`` for an expression that gives an array."""
    fits = Func(F(field), values, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField())
    return Q(fits)


Names = QuerySet[Name, str] | list[str]


def _closest(records: QuerySet[Any], names: Names, key: str, excluded: set[int], limit: int) -> list[int]:
    """Return the ids of visible identities with one of these names, those with names nearest to ``key`` first.

    Ids in ``excluded`` are left out; at most ``limit``. For users who see most people the first ``BEARERS`` suffice.
    For others their own records are queried, so that their only guest with a common name is not missed.
    """
    candidates = list(names[:NAMES])
    if not candidates:
        return []
    unique_names = list(dict.fromkeys(candidates))  # one may be there twice, until the night
    first = [pk for (pk,) in run(BEARING, {"keys": unique_names[:RANKED], "typed": key, "most": BEARERS})]
    here = set(records.filter(identity__in=first).values_list("identity", flat=True)) - excluded if first else ()
    if len(here) >= limit or (len(candidates) <= RANKED and len(first) < BEARERS):
        return [pk for pk in first if pk in here][:limit]
    return _visible_identities(records, unique_names if len(candidates) < NAMES else list(names), key, excluded, limit)


def _visible_identities(
    records: QuerySet[Any], names: list[str], key: str, excluded: set[int], limit: int
) -> list[int]:
    """Return the ids of the identities with ``records`` under these names, at most ``limit``.

    Names nearest to ``key`` come first; they are queried in batches until there are enough. Ids in ``excluded`` are
    left out.
    """
    nearest = list(dict.fromkeys(name for (name,) in run(NEAREST, {"keys": names, "typed": key})))
    people: list[int] = []
    for begin, end in pairwise((0, *AT_A_TIME, len(nearest))):
        place = {name: number for number, name in enumerate(nearest[begin:end])}
        if place and len(people) < limit:
            named = records.filter(_in_subquery("name_key", Value(list(place), ArrayField(TextField()))))
            rows = set(named.values_list("name_key", "identity"))
            people += [pk for _place, pk in sorted((place[name], pk) for name, pk in rows) if pk not in excluded]
    return people[:limit]


def _names_beginning(beginning: str) -> Names:
    """Return the stored name keys that begin with this text; an empty list for an empty text."""
    return Name.objects.filter(key__startswith=beginning).values_list("key", flat=True) if beginning else []


def _matching_names(words: str) -> Names:
    """Return the stored name keys that match a query in ``to_tsquery`` syntax; an empty list for an empty query."""
    vector = SearchVector("key", config="simple")
    condition = SearchVectorExact(vector, SearchQuery(words, config="simple", search_type="raw"))
    return Name.objects.filter(Q(condition)).values_list("key", flat=True) if words else []


Way = Callable[[TypedWords], Names]  # an empty list: there is nothing to ask
# Each step is applied while fewer results were found than its number.
STEPS: tuple[tuple[int, *tuple[Way, ...]], ...] = (
    (LIMIT, lambda typed: _names_beginning(key_prefix(typed))),
    (LIMIT, lambda typed: _matching_names(all_words_query(typed))),
    (
        FEW_RESULTS,
        lambda typed: _matching_names(short_prefix_query(typed)),
        lambda typed: _matching_names(regrouped_query(typed)),
    ),
    (FEW_RESULTS, lambda typed: _matching_names(unknown_words_query(typed))),
    (FEW_RESULTS, lambda typed: _matching_names(misspelt_query(typed))),
    (FEW_RESULTS, lambda typed: _matching_names(omitted_word_query(typed))),
)
