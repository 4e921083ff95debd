"""Find identities by name or document number. Whom the asker may find is for the caller to say.

The caller's condition is part of the query, before the ranking and the limit: people the asker may not know
of neither appear nor push others out of the list.
"""

from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db import connection
from django.db.models import F, FloatField, Q, QuerySet
from django.db.models.functions import Greatest

from ancu.apps.travellers.models import Identity
from ancu.apps.travellers.rules import document_key, name_key

LIMIT = 50
WHOLE_NAME = 0.42  # trigram similarity below which two names are not worth showing
WHOLE_WORD = 3


@dataclass(frozen=True)
class Query:
    """What was typed, understood: a document number when it has a digit, else a name."""

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
        return Query(text, document=number if len(number) >= 3 else "")
    key = name_key(text)
    return Query(text, key=key if len(key) >= 2 or not key.isascii() else "")


def find_identities(query: Query, allowed: Q, *, limit: int = LIMIT) -> list[Identity]:
    """The closest first, among those ``allowed``; at most ``limit``."""
    people = Identity.objects.filter(allowed)
    if query.kind == "document":
        found = people.filter(document_number__startswith=query.document)
        return list(found.order_by("document_number", "id")[:limit])
    if query.kind == "name":
        exact = list(_ranked(people.filter(_holds_all(query.key)), query.key)[:limit])
        return exact if len(exact) >= limit else exact + _near(people, query.key, exact, limit)
    return []


def _holds_all(key: str) -> Q:
    """Every word typed begins a word of the name; finds the accentless, the reordered and the shortened.

    A word of up to three letters must stand there whole ("li" is not "lisa"): as a beginning it would be in
    too many names. Scripts without spaces are matched anywhere. Words hold letters and digits only.
    """
    condition = Q()
    for word in key.split():
        if not word.isascii():
            condition &= Q(name_key__contains=word)
        else:
            condition &= Q(name_key__regex=f"(^| ){word}" + ("( |$)" if len(word) <= WHOLE_WORD else ""))
    return condition


def _ranked(people: QuerySet[Identity], key: str) -> QuerySet[Identity]:
    likeness = Greatest(
        TrigramSimilarity("name_key", key), TrigramWordSimilarity(key, "name_key"), output_field=FloatField()
    )
    return people.annotate(likeness=likeness, whole=TrigramSimilarity("name_key", key)).order_by(
        (F("likeness") + F("whole")).desc(), "name_key", "id"
    )


def _near(people: QuerySet[Identity], key: str, exact: list[Identity], limit: int) -> list[Identity]:
    """Names with small errors, after those that hold every word."""
    if not key.isascii() or len(key) < 4:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, false)", [str(WHOLE_NAME)])
    near = people.filter(name_key__trigram_similar=key).exclude(pk__in=[identity.pk for identity in exact])
    return list(_ranked(near, key)[: limit - len(exact)])
