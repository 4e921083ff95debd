"""Search results: lodgings by name or code, nearest names first."""

import re
from collections.abc import Sequence

from django.db.models import Case, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.rules import reads_area
from ancu.apps.lodging.selectors import matching
from ancu.apps.places.selectors import fold, has_words
from ancu.core.actor import Actor, ActorKind
from ancu.core.registry.search import MAX_HITS, SearchHit, SearchQuery, SearchResults, search_url

# Folded words at the beginning of a name that only say what kind of lodging it is.
KIND_WORDS = (
    "khach san|nha nghi|nha khach|nha tro|nha san|nha rieng|can ho|ky tuc xa|khu nghi duong|phong kham|benh vien"
    "|homestay|hotel|motel|hostel|resort|villa|apartment|guest house|guesthouse"
)
CONSIDERED = 100  # nearest lodgings, which are then sorted by the tones typed


def search_results(actor: Actor, query: SearchQuery) -> list[SearchResults]:
    """Return the lodgings the actor may see whose name or code matches; none without the right to read them."""
    if actor.kind is not ActorKind.PERSON or not (actor.is_lodging or reads_area(actor)):
        return []
    matches = matching(actor, text=query.text).select_related(None).select_related("unit")
    lodgings = matches.only("name", "code", "status", "unit__full_name")
    rows = _closest_names(lodgings, query.text) if fold(query.text) else []
    office = actor.is_agency
    hits = [
        SearchHit(lodging.name, reverse("lodging:detail", args=[lodging.pk]) if office else reverse("lodging:mine"),
            f"{lodging.code} · {lodging.unit.full_name}", lodging.get_status_display())
        for lodging in rows
    ]  # fmt: skip
    more = search_url("stays:lodgings", query) if office else ""
    return [SearchResults(_("Lodgings"), "bed", hits, more, rank=1)]


def _closest_names(establishments: QuerySet[Establishment], text: str) -> Sequence[Establishment]:
    """Return at most MAX_HITS of these lodgings, those with names closest to the text first.

    A name that is or begins with the text, its word for the kind of lodging aside, comes first, then names with the
    text's words anywhere, then the others. Among equals, names with the typed tones come first.
    """
    typed = re.escape(fold(text))
    nearness = Case(
        When(search_key__regex=rf"^(({KIND_WORDS}) )*{typed} [^ ]+$", then=0),  # the key ends with the code
        When(search_key__regex=rf"^(({KIND_WORDS}) )*{typed} ", then=1),
        When(search_key__regex=rf"(^| ){typed}( |$)", then=2),
        default=3,
    )
    ranked = establishments.annotate(nearness=nearness).order_by("nearness", "search_key", "pk")[:CONSIDERED]
    return sorted(ranked, key=lambda lodging: (lodging.nearness, not has_words(lodging.name, text)))[:MAX_HITS]
