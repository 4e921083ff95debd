"""Join two travellers, undo a join, separate them; and recompute persons.

Nothing is deleted and no declared data moves: a join is a row, undoing closes it, and ``Traveller.person`` is computed
from the rows (``rules.gathering``).
"""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.travellers.enums import MatchRule, PairState
from ancu.apps.travellers.models import Traveller, TravellerJoin, TravellerPair
from ancu.apps.travellers.rules.access import may_decide_people, may_join, may_separate, may_undo
from ancu.apps.travellers.rules.gathering import JoinEdge, partition_persons
from ancu.apps.travellers.selectors.people import persons_of
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.errors import Conflict, require
from ancu.engines.names import Reason

ONE_JOINER = 0x0A0D19  # joins are rare; an advisory lock serialises them
RULES = system("travellers.match")


@transaction.atomic
def join(actor: Actor, *, pair: TravellerPair, note: str = "") -> TravellerJoin:
    """Join the pair's travellers to one person, as an officer; return the join.

    Rules' joins that contradict it lose their effect. Conflict if it contradicts another officer's decision, or if
    the pair's state does not allow a join.
    """
    locked = _lock(pair)
    _require(may_join(actor, locked), actor, locked)
    before = _held_officer_joins() - {locked.pk}
    _close(locked, actor, _("decided again"))
    new_join = _open_join(locked, actor)
    _decide(locked, actor, PairState.SAME, note)
    regroup([locked.older_id, locked.newer_id])
    if _held_officer_joins() - before:
        raise Conflict(
            "told_apart",
            _(
                "An officer has confirmed that these are two different people. Undo that first, if they are the "
                "same person."
            ),
        )
    record(actor, "travellers.joined", locked, rule=locked.rule, version=locked.version)
    return new_join


def _held_officer_joins() -> set[int]:
    """Return the ids of pairs that an officer joined without effect, because a separation contradicts the join."""
    held_joins = TravellerJoin.objects.filter(undone_at=None, made_by__isnull=False, pair__state=PairState.HELD_APART)
    return set(held_joins.values_list("pair_id", flat=True))


@transaction.atomic
def undo(actor: Actor, *, pair: TravellerPair, reason: str) -> None:
    """Undo a join or a separation as an officer: the pair is undecided again, and rules no longer join it.

    Conflict without a reason, or if the pair was neither joined nor separated.
    """
    if not reason.strip():
        raise Conflict("reason_missing", _("Say why this is undone."))
    locked = _lock(pair)
    _require(may_undo(actor, locked), actor, locked)
    _close(locked, actor, reason)
    _decide(locked, actor, PairState.OPEN, reason)
    regroup([locked.older_id, locked.newer_id])
    record(actor, "travellers.undone", locked, reason=reason)


@transaction.atomic
def separate(actor: Actor, *, pair: TravellerPair, note: str = "") -> None:
    """Decide as an officer that the pair is two people; Conflict if it is neither undecided nor joined.

    Its join ends, and rules neither join nor propose the two again.
    """
    locked = _lock(pair)
    _require(may_separate(actor, locked), actor, locked)
    _close(locked, actor, note or _("different people"))
    _decide(locked, actor, PairState.DIFFERENT, note)
    regroup([locked.older_id, locked.newer_id])
    record(actor, "travellers.told_apart", locked, reason=note)


# ---- what the rules do -----------------------------------------------------------------------------------


def join_by_rule(pair: TravellerPair) -> TravellerJoin:
    """Join a certain, undecided pair without an officer, and return the join.

    It has no effect while an officer's separation contradicts it.
    """
    lock_joins()
    new_join = _open_join(pair, None)
    TravellerPair.objects.filter(pk=pair.pk).update(state=PairState.SAME)
    regroup([pair.older_id, pair.newer_id])
    record(RULES, "travellers.joined", pair, rule=pair.rule, version=pair.version)
    return new_join


@transaction.atomic
def separate_by_rule(pair: TravellerPair, why: Iterable[Reason]) -> None:
    """Undo a join that a rule made: the pair is undecided again, and ``why`` is added to its reasons."""
    locked = _lock(pair)
    new_reasons = list(why)
    codes = ", ".join(reason.code for reason in new_reasons)
    TravellerJoin.objects.filter(pair=locked, undone_at=None).update(undone_at=clock.now(), undone_because=codes)
    reasons = [
        *locked.reasons,
        *({"code": r.code, "points": 0.0, "values": list(r.values), "a": "", "b": ""} for r in new_reasons),
    ]
    TravellerPair.objects.filter(pk=locked.pk).update(state=PairState.OPEN, reasons=reasons)
    regroup([locked.older_id, locked.newer_id])
    record(RULES, "travellers.undone", locked, reason=codes)


def rule_joins(rule: MatchRule) -> list[TravellerPair]:
    """Return the pairs joined by this rule on which no officer has decided, oldest join first."""
    standing = TravellerJoin.objects.filter(rule=rule, made_by=None, undone_at=None, pair__decided_by=None)
    return [join_row.pair for join_row in standing.select_related("pair").order_by("pk")]


# ---- who is one person -----------------------------------------------------------------------------------


def regroup(travellers: Sequence[int]) -> frozenset[int]:
    """Recompute to which person each of these travellers belongs, from all joins that connect them.

    Return the ids of the joined pairs whose join has no effect, because a separation contradicts it.
    """
    members = _connected_travellers(travellers)
    edges = _edges(members)
    apart = TravellerPair.objects.filter(state=PairState.DIFFERENT, older__in=members, newer__in=members)
    partition = partition_persons(members, edges, set(apart.values_list("older_id", "newer_id")))
    before = dict(Traveller.objects.filter(pk__in=members).values_list("pk", "person_id"))
    for traveller, head in partition.heads.items():
        person = None if head == traveller else head
        if before[traveller] != person:
            Traveller.objects.filter(pk=traveller).update(person_id=person)
    pairs = TravellerPair.objects.filter(pk__in=[edge.pair for edge in edges])
    pairs.filter(pk__in=partition.held_pairs).exclude(state=PairState.HELD_APART).update(state=PairState.HELD_APART)
    pairs.exclude(pk__in=partition.held_pairs).exclude(state=PairState.SAME).update(state=PairState.SAME)
    _note_together(partition.heads)
    return partition.held_pairs


def _note_together(heads: dict[int, int]) -> None:
    """Store for each pair of these travellers whether both belong to one person, in its field ``together``.

    Undecided pairs of one person need no decision. ``heads`` maps each traveller to its person's oldest one.
    """
    inner = TravellerPair.objects.filter(older__in=heads, newer__in=heads)
    rows = list(inner.values_list("pk", "older_id", "newer_id", "together"))
    for now in (True, False):
        changed = [pk for pk, older, newer, was in rows if (heads[older] == heads[newer]) is now and was is not now]
        if changed:
            TravellerPair.objects.filter(pk__in=changed).update(together=now)


def _connected_travellers(travellers: Sequence[int]) -> set[int]:
    """Return the ids of these travellers and of all travellers connected with them by joins, also indirectly."""
    members = set(travellers).union(*persons_of(travellers).values())
    while True:
        ends = {end for edge in _edges(members) for end in (edge.older, edge.newer)} - members
        if not ends:
            return members
        members |= ends.union(*persons_of(ends).values())


def _edges(members: set[int]) -> list[JoinEdge]:
    """Return the joins that were not undone and have one or both ends among the travellers ``members``."""
    touching = Q(pair__older__in=members) | Q(pair__newer__in=members)
    columns = ("pair_id", "pair__older_id", "pair__newer_id", "rule", "made_by_id")
    standing = TravellerJoin.objects.filter(touching, undone_at=None).values_list(*columns)
    return [JoinEdge(pair, older, newer, rule, made_by is not None) for pair, older, newer, rule, made_by in standing]


# ---- parts of an act -------------------------------------------------------------------------------------


def lock_joins() -> None:
    """Take the lock for joining and separating until the transaction ends; wait while another transaction has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_JOINER])


def _lock(pair: TravellerPair) -> TravellerPair:
    """Return the pair, locked until the transaction ends; no other transaction joins or separates meanwhile."""
    lock_joins()
    return TravellerPair.objects.select_for_update().get(pk=pair.pk)


def _require(allowed: bool, actor: Actor, pair: TravellerPair) -> None:
    """Raise 403 without the right to decide on pairs; Conflict ``decided_meanwhile`` if not ``allowed``."""
    require(may_decide_people(actor))
    if not allowed:
        raise overtaken_conflict(actor, "decided_meanwhile", pair, _("These two have already been decided."))


def _open_join(pair: TravellerPair, actor: Actor | None) -> TravellerJoin:
    """Store a join of the pair with its rule, score and reasons, and return it.

    ``actor`` is the officer who joined; None for a join by the rule itself.
    """
    return TravellerJoin.objects.create(
        pair=pair,
        rule=pair.rule,
        version=pair.version,
        score=pair.score,
        reasons=pair.reasons,
        made_at=clock.now(),
        made_by_id=actor.user_id if actor else None,
    )


def _close(pair: TravellerPair, actor: Actor, reason: object) -> None:
    """Mark the pair's join as undone by the actor now, with the reason; nothing happens if it has none."""
    standing = TravellerJoin.objects.filter(pair=pair, undone_at=None)
    standing.update(undone_at=clock.now(), undone_by_id=actor.user_id, undone_because=str(reason)[:300])


def _decide(pair: TravellerPair, actor: Actor, state: PairState, note: str) -> None:
    """Set and save the pair's state as decided by the officer now, with the note."""
    pair.state, pair.note = state, note.strip()[:300]
    pair.decided_at, pair.decided_by_id = clock.now(), actor.user_id
    pair.save(update_fields=["state", "note", "decided_at", "decided_by"])
