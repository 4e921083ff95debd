"""Pairs for officers: visible if both records are visible in the officer's area."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from ancu.apps.travellers.enums import UNDECIDED, PairState
from ancu.apps.travellers.models import Identity, TravellerJoin, TravellerPair
from ancu.apps.travellers.rules.access import may_see_people
from ancu.apps.travellers.selectors.sources import TravellerRecord, is_visible_to, records_of
from ancu.core.actor import Actor
from ancu.core.db.pagination import CursorPage, cursor_page
from ancu.core.errors import Http404, require

PAGE = 25
COUNTED = 1000  # larger counts are shown as "more than"
NARROW = 100  # units; a larger area contains most pairs, and comparing hundreds of units is slower than reading
SIDES = ("left", "right", "decided_by")


@dataclass(frozen=True)
class PairFilter:
    """``state`` is a key of ``STATES``; ``rule`` is a MatchRule or empty."""

    state: str = "undecided"
    rule: str = ""


@dataclass(frozen=True)
class PairSide:
    """One traveller with what the actor may see."""

    traveller: int
    best_identity: Identity
    identities: Sequence[Identity]
    records: Sequence[TravellerRecord]


# Filters of the list. Pairs that are one person by other joins need no decision.
STATES = {
    "undecided": Q(state__in=UNDECIDED, together=False),
    "rule": Q(state=PairState.SAME, decided_by=None),
    "officer": Q(state=PairState.SAME, decided_by__isnull=False),
    "different": Q(state=PairState.DIFFERENT),
}


def visible_to(actor: Actor) -> QuerySet[TravellerPair]:
    """Return the pairs of which the actor may see a record of each traveller; none without the right to see people."""
    if not may_see_people(actor) or not actor.area:
        return TravellerPair.objects.none()
    pairs, area = TravellerPair.objects.exclude(state=PairState.GONE), sorted(actor.area)
    if len(area) <= NARROW:
        pairs = pairs.filter(units_older__overlap=area, units_newer__overlap=area)
    return pairs.filter(is_visible_to(actor, "left_id"), is_visible_to(actor, "right_id"))


def get_pair(actor: Actor, pk: int) -> TravellerPair:
    """Return the pair with this id; 404 if the actor may see no record of one of its two travellers.

    403 for officers who may not see people.
    """
    _require_reader(actor)
    pair = visible_to(actor).select_related(*SIDES).filter(pk=pk).first()
    if pair is None:
        raise Http404
    return pair


def _require_reader(actor: Actor) -> None:
    """Raise 404 for users other than officers with an area, and 403 for officers who may not see people."""
    if not actor.is_agency or not actor.area:
        raise Http404
    require(may_see_people(actor))


def _listed(actor: Actor, pair_filter: PairFilter) -> QuerySet[TravellerPair]:
    """Return the pairs visible to the actor that match the filter's state and rule."""
    pairs = visible_to(actor).filter(STATES[pair_filter.state])
    return pairs.filter(rule=pair_filter.rule) if pair_filter.rule else pairs


def pair_page(actor: Actor, pair_filter: PairFilter, *, after: str = "") -> CursorPage[TravellerPair]:
    """Return a page of pairs after the cursor ``after``: undecided ones by likelihood, others newest first."""
    _require_reader(actor)
    pairs = _listed(actor, pair_filter).select_related(*SIDES)
    order = ("-score", "-pk") if pair_filter.state == "undecided" else ("-pk",)
    return cursor_page(pairs, *order, after=after, size=PAGE)


def counts(actor: Actor, rule: str = "") -> dict[str, int]:
    """Return the number of visible pairs by state of the list's filter, of one rule or all.

    Each is counted up to ``COUNTED`` + 1.
    """
    return {
        state: _listed(actor, PairFilter(state, rule)).order_by()[: COUNTED + 1].count() for state in STATES
    }  # fmt: skip


def sides(actor: Actor, pair: TravellerPair) -> tuple[PairSide, PairSide]:
    """Return the older and the newer traveller of a pair, each with the identities and records the actor may see."""
    visible_identities = Identity.objects.filter(
        is_visible_to(actor), traveller__in=[pair.older_id, pair.newer_id]
    ).order_by("id")
    identities = list(visible_identities)
    records = records_of(actor, [identity.pk for identity in identities])
    return _side(pair.older_id, pair.left, identities, records), _side(pair.newer_id, pair.right, identities, records)


def _side(
    traveller: int, best_identity: Identity, identities: Sequence[Identity], records: Sequence[TravellerRecord]
) -> PairSide:
    """Return a traveller of a pair with those of the visible ``identities`` and ``records`` that belong to it.

    ``best_identity`` is the one by which the pair was found.
    """
    mine = [identity for identity in identities if identity.traveller_id == traveller]
    ids = {identity.pk for identity in mine}
    return PairSide(traveller, best_identity, mine, [record for record in records if record.identity in ids])


def history(pair: TravellerPair) -> QuerySet[TravellerJoin]:
    """Return the joins of the pair, undone ones included, newest first."""
    return pair.joins.select_related("made_by", "undone_by").order_by("-id")


def pairs_of_person(actor: Actor, members: Collection[int]) -> list[TravellerPair]:
    """Return at most a page of the visible pairs with one of these travellers: joined ones, then undecided."""
    touching = Q(older__in=members) | Q(newer__in=members)
    pairs = visible_to(actor).filter(touching).filter(Q(state=PairState.SAME) | STATES["undecided"])
    return list(pairs.select_related(*SIDES).order_by("-state", "-score", "id")[:PAGE])
