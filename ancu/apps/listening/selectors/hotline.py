"""For the hotline: earlier petitions of a caller, and similar petitions of others."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q

from ancu.apps.listening.models import Petition
from ancu.apps.listening.selectors import visible_to
from ancu.apps.places.selectors import fold
from ancu.core.actor import Actor
from ancu.engines import telephone

MOST_SHOWN = 6
LEAST_DIGITS, LEAST_LETTERS = 4, 4
ALIKE = 0.45


@dataclass(frozen=True)
class CallerMatches:
    """``earlier``: of this caller; ``similar``: of anybody, the likest first, without those already in ``earlier``."""

    earlier: Sequence[Petition]
    similar: Sequence[Petition]


def caller_matches(actor: Actor, *, phone: str = "", name: str = "", words: str = "") -> CallerMatches:
    """Return the caller's earlier petitions, and others similar to ``words``, as far as the actor may see them.

    Earlier ones are found by the beginning of the phone number, otherwise of the name, from four digits or letters
    on.
    """
    earlier = _earlier(actor, phone, fold(name))
    similar = _similar(actor, fold(words)[:300], [petition.pk for petition in earlier])
    return CallerMatches(earlier, similar)


def _earlier(actor: Actor, phone: str, name: str) -> list[Petition]:
    """Return the newest petitions whose phone number, or else name, begins like the caller's; none if too short."""
    condition = Q()
    if sum(sign.isdecimal() for sign in phone) >= LEAST_DIGITS:
        condition |= Q(phone__startswith=telephone.prefix(phone))
    elif len(name) >= LEAST_LETTERS:
        condition |= Q(search_key__startswith=name)
    return list(visible_to(actor).filter(condition).order_by("-id")[:MOST_SHOWN]) if condition else []


def _similar(actor: Actor, words: str, without: list[int]) -> list[Petition]:
    """Return petitions whose texts are similar to ``words``, except those with an id in ``without``."""
    if len(words) < LEAST_LETTERS:
        return []
    likeness = TrigramWordSimilarity(words, "search_key")
    similar = visible_to(actor).exclude(pk__in=without).annotate(likeness=likeness).filter(likeness__gte=ALIKE)
    return list(similar.order_by("-likeness", "-id")[:MOST_SHOWN])
