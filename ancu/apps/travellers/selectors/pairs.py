"""The pairs an officer decides about: both sides must be known in his area, else the pair does not exist for him."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from ancu.apps.travellers.enums import UNDECIDED, PairState
from ancu.apps.travellers.models import Identity, Join, Pair
from ancu.apps.travellers.rules.access import may_see_people
from ancu.apps.travellers.selectors.sources import Record, records_of, seen_by
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require

PAGE = 25
COUNTED = 1000  # beyond that a count is only "more than"
NARROW = 100  # units; a wider area has most pairs in it, and comparing hundreds of units costs more than looking
SIDES = ("left", "right", "decided_by")


@dataclass(frozen=True)
class PairFilter:
    """``state`` is a key of ``STATES``, ``rule`` one of MatchRule or empty."""

    state: str = "undecided"
    rule: str = ""


@dataclass(frozen=True)
class PairPage:
    """``after`` is the address of the next page's first row, empty at the end."""

    pairs: Sequence[Pair]
    after: str


@dataclass(frozen=True)
class Side:
    """One traveller as far as the actor may know him."""

    traveller: int
    shown: Identity
    identities: Sequence[Identity]
    records: Sequence[Record]


# What a list may be narrowed to. One person already, by other joins: nothing to decide.
STATES = {
    "undecided": Q(state__in=UNDECIDED, together=False),
    "rule": Q(state=PairState.SAME, decided_by=None),
    "officer": Q(state=PairState.SAME, decided_by__isnull=False),
    "different": Q(state=PairState.DIFFERENT),
}


def visible_to(actor: Actor) -> QuerySet[Pair]:
    """Pairs both of whose records the actor may know of."""
    if not may_see_people(actor) or not actor.area:
        return Pair.objects.none()
    known, area = Pair.objects.exclude(state=PairState.GONE), sorted(actor.area)
    if len(area) <= NARROW:
        known = known.filter(units_one__overlap=area, units_other__overlap=area)
    return known.filter(seen_by(actor, "left_id"), seen_by(actor, "right_id"))


def get_pair(actor: Actor, pk: int) -> Pair:
    """The pair, or 404 for whom may not know of both its sides."""
    _require_reader(actor)
    pair = visible_to(actor).select_related(*SIDES).filter(pk=pk).first()
    if pair is None:
        raise Http404
    return pair


def _require_reader(actor: Actor) -> None:
    if not actor.is_agency or not actor.area:
        raise Http404
    require(may_see_people(actor))


def _listed(actor: Actor, wanted: PairFilter) -> QuerySet[Pair]:
    found = visible_to(actor).filter(STATES[wanted.state])
    return found.filter(rule=wanted.rule) if wanted.rule else found


def pair_page(actor: Actor, wanted: PairFilter, *, after: str = "") -> PairPage:
    """The likeliest first while undecided, else the newest first; 25 at a time after the row ``after`` names."""
    _require_reader(actor)
    found = _listed(actor, wanted).select_related(*SIDES)
    last = _read(after)
    if wanted.state == "undecided":
        if last:
            found = found.filter(Q(score__lt=last[0]) | Q(score=last[0], pk__lt=last[1]))
        found = found.order_by("-score", "-id")
    else:
        found = (found.filter(pk__lt=last[1]) if last else found).order_by("-id")
    rows = list(found[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    return PairPage(rows, f"{rows[-1].score!r}_{rows[-1].pk}" if more else "")


def _read(after: str) -> tuple[float, int] | None:
    score, _part, key = after.partition("_")
    try:
        return float(score), int(key)
    except ValueError:
        return None


def counts(actor: Actor, rule: str = "") -> dict[str, int]:
    """How many there are of each state, at most ``COUNTED`` and one."""
    return {
        state: _listed(actor, PairFilter(state, rule)).order_by()[: COUNTED + 1].count() for state in STATES
    }  # fmt: skip


def sides(actor: Actor, pair: Pair) -> tuple[Side, Side]:
    """Both travellers with the spellings and records that the actor may know of."""
    known = Identity.objects.filter(seen_by(actor), traveller__in=[pair.one_id, pair.other_id]).order_by("id")
    identities = list(known)
    records = records_of(actor, [identity.pk for identity in identities])
    return _side(pair.one_id, pair.left, identities, records), _side(pair.other_id, pair.right, identities, records)


def _side(traveller: int, shown: Identity, identities: Sequence[Identity], records: Sequence[Record]) -> Side:
    mine = [identity for identity in identities if identity.traveller_id == traveller]
    ids = {identity.pk for identity in mine}
    return Side(traveller, shown, mine, [record for record in records if record.identity in ids])


def history(pair: Pair) -> QuerySet[Join]:
    """Every join of the pair, the newest first, those undone too."""
    return pair.joins.select_related("made_by", "undone_by").order_by("-id")


def pairs_of_person(actor: Actor, members: Collection[int]) -> list[Pair]:
    """What holds these travellers, who are one person, together, and then what is still to be decided about them."""
    touching = Q(one__within=members) | Q(other__within=members)
    found = visible_to(actor).filter(touching).filter(Q(state=PairState.SAME) | STATES["undecided"])
    return list(found.select_related(*SIDES).order_by("-state", "-score", "id")[:PAGE])
