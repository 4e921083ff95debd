"""Find identities by name or document number. Whom the asker may find is for the caller to say.

The caller's records are part of the query, before the ranking and the limit: people the asker may not know
of neither appear nor push others out of the list.
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
    Typed,
    begun,
    holding,
    nearer,
    nearly,
    opening,
    regrouped,
    shorter,
)
from ancu.core.db.statements import run

LIMIT = 50
LETTERS = 4  # to a digit, from which on a text with digits may be a name that was misread
LIKE_WORD = 0.4  # trigram similarity of two words below which one is no misspelling of the other
FEW = 5  # with fewer found, a spelling error is likely
NAMES, RANKED = 2_000, 500  # that hold what was typed; to say how near a name is takes two microseconds
BEARERS = 60  # of the nearest names: more than a page, for whoever sees everybody
# For this transaction; and where the first of a name's bearers would do, nobody's name is read but through an index,
# however common the database takes the name to be.
SETTINGS = "SELECT set_config('pg_trgm.similarity_threshold', %s, true), set_config('enable_seqscan', 'off', true)"

# The nearest names first; of each the bearers by the index.
NEAREST = "SELECT key FROM unnest(%(keys)s::text[]) AS key ORDER BY similarity(key, %(typed)s) DESC, key"
BEARING = f"""
SELECT bearer.id FROM ({NEAREST}) AS near,
    LATERAL (SELECT id FROM travellers_identity WHERE name_key = near.key LIMIT %(most)s) AS bearer
LIMIT %(most)s"""  # noqa: S608
AT_A_TIME = (10, 100)  # names, and all others at last


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


def find_identities(query: Query, records: QuerySet[Any], *, limit: int = LIMIT) -> list[Identity]:
    """The closest first, at most ``limit``. ``records`` are those the asker may know, each with its ``identity`` and
    the identity's ``name_key``."""
    if query.document:
        people = Identity.objects.filter(Exists(records.filter(identity=OuterRef("pk"))))
        numbered = people.filter(document_number__startswith=query.document)
        if found := list(numbered.order_by("document_number", "id")[:limit]):
            return found
    closest = _by_name(records, Typed(fold_name(query.text)), limit) if query.key else []
    known = Identity.objects.in_bulk(closest) if closest else {}
    return [known[pk] for pk in closest if pk in known]


@transaction.atomic
def _by_name(records: QuerySet[Any], typed: Typed, limit: int) -> list[int]:
    """Exactly this name, names that begin so, names that hold every word; when these are few, what may be meant."""
    key = name_key(" ".join(typed))
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS, [str(LIKE_WORD)])
    found = _bearing(records, key, limit)
    for enough, *ways in STEPS:
        if len(found) < min(enough, limit):
            for way in ways:
                if len(found) < limit:
                    found += _closest(records, way(typed), key, set(found), limit - len(found))
    return found


def _bearing(records: QuerySet[Any], key: str, limit: int) -> list[int]:
    """Of exactly this name the newest: bearers by the name's index, as an array, and then who of them is known.

    As a plain condition the database guesses how many bear a name, and guessing wrong goes through everybody. All
    bearers are asked about: were only so many, a commune's one guest of a very common name could be missed.
    """
    bearers = ArraySubquery(Identity.objects.filter(name_key=key).values("pk"))
    people = Identity.objects.filter(_one_of("pk", bearers), Exists(records.filter(identity=OuterRef("pk"))))
    return list(people.order_by("-id").values_list("pk", flat=True)[:limit])


def _one_of(field: str, values: Any) -> Q:
    fits = Func(F(field), values, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField())
    return Q(fits)


Names = QuerySet[Name, str] | list[str]


def _closest(records: QuerySet[Any], names: Names, key: str, found: set[int], limit: int) -> list[int]:
    """The bearers of these names, of those nearest to what was typed first; without those ``found`` already.

    Whoever may see most people finds a page of them among the first BEARERS. For others their own records are asked:
    were it only so many bearers, their one guest of a very common name could be missed.
    """
    asked = list(names[:NAMES])
    if not asked:
        return []
    known = list(dict.fromkeys(asked))  # one may be there twice, until the night
    first = [pk for (pk,) in run(BEARING, {"keys": known[:RANKED], "typed": key, "most": BEARERS})]
    here = set(records.filter(identity__within=first).values_list("identity", flat=True)) - found if first else ()
    if len(here) >= limit or (len(asked) <= RANKED and len(first) < BEARERS):
        return [pk for pk in first if pk in here][:limit]
    return _own(records, known if len(asked) < NAMES else list(names), key, found, limit)


def _own(records: QuerySet[Any], names: list[str], key: str, found: set[int], limit: int) -> list[int]:
    """Whose records these are, by the nearest names first; some names at a time, until there is a page of them."""
    nearest = list(dict.fromkeys(name for (name,) in run(NEAREST, {"keys": names, "typed": key})))
    people: list[int] = []
    for begin, end in pairwise((0, *AT_A_TIME, len(nearest))):
        place = {name: number for number, name in enumerate(nearest[begin:end])}
        if place and len(people) < limit:
            named = records.filter(_one_of("name_key", Value(list(place), ArrayField(TextField()))))
            rows = set(named.values_list("name_key", "identity"))
            people += [pk for _place, pk in sorted((place[name], pk) for name, pk in rows) if pk not in found]
    return people[:limit]


def _begins(beginning: str) -> Names:
    return Name.objects.filter(key__startswith=beginning).values_list("key", flat=True) if beginning else []


def _worded(words: str) -> Names:
    """``words`` as ``to_tsquery`` takes them, asked of the index of words."""
    vector = SearchVector("key", config="simple")
    asked = SearchVectorExact(vector, SearchQuery(words, config="simple", search_type="raw"))
    return Name.objects.filter(Q(asked)).values_list("key", flat=True) if words else []


Way = Callable[[Typed], Names]  # an empty list: there is nothing to ask
# Each is gone while fewer were found than it says.
STEPS: tuple[tuple[int, *tuple[Way, ...]], ...] = (
    (LIMIT, lambda typed: _begins(opening(typed))),
    (LIMIT, lambda typed: _worded(holding(typed))),
    (FEW, lambda typed: _worded(begun(typed)), lambda typed: _worded(regrouped(typed))),
    (FEW, lambda typed: _worded(nearer(typed))),
    (FEW, lambda typed: _worded(nearly(typed))),
    (FEW, lambda typed: _worded(shorter(typed))),
)
