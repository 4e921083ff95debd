"""Join two travellers, undo it, tell them apart; and work out anew who is one person.

Nothing is deleted and nothing declared is moved: a join is a row, undoing closes it, and ``Traveller.person`` follows
from the rows alone (``rules.gathering``).
"""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.travellers.enums import MatchRule, PairState
from ancu.apps.travellers.models import Join, Pair, Traveller
from ancu.apps.travellers.rules.access import may_decide_people, may_join, may_tell_apart, may_undo
from ancu.apps.travellers.rules.gathering import Edge, gather
from ancu.apps.travellers.selectors.people import persons_of
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.errors import Conflict, require
from ancu.engines.names import Reason

ONE_JOINER = 0x0A0D19  # joins are rare: one after the other, and none works with what another is changing
RULES = system("travellers.match")


@transaction.atomic
def join(actor: Actor, *, pair: Pair, note: str = "") -> Join:
    """An officer says that both are one person; a rule's join that does not go with that gives way, and is held.

    Conflict where it contradicts what officers said before.
    """
    found = _lock(pair)
    _require(may_join(actor, found), actor, found)
    before = _words_without_effect() - {found.pk}
    _close(found, actor, _("decided anew"))
    made = _open_join(found, actor)
    _decide(found, actor, PairState.SAME, note)
    regroup([found.one_id, found.other_id])
    if _words_without_effect() - before:
        raise Conflict(
            "told_apart",
            _("An officer told two records of these persons apart. Undo that first, if these two are one person."),
        )
    record(actor, "travellers.joined", found, rule=found.rule, version=found.version)
    return made


def _words_without_effect() -> set[int]:
    """Pairs that an officer joined and that are held all the same."""
    held = Join.objects.filter(undone_at=None, made_by__isnull=False, pair__state=PairState.HELD)
    return set(held.values_list("pair_id", flat=True))


@transaction.atomic
def undo(actor: Actor, *, pair: Pair, reason: str) -> None:
    """Take back a join or a word that they are different: undecided again, and no rule joins these two any more."""
    if not reason.strip():
        raise Conflict("reason_missing", _("Please say why this is undone."))
    found = _lock(pair)
    _require(may_undo(actor, found), actor, found)
    _close(found, actor, reason)
    _decide(found, actor, PairState.OPEN, reason)
    regroup([found.one_id, found.other_id])
    record(actor, "travellers.undone", found, reason=reason)


@transaction.atomic
def tell_apart(actor: Actor, *, pair: Pair, note: str = "") -> None:
    """An officer says that they are different people: undone where joined, held apart, and not proposed again."""
    found = _lock(pair)
    _require(may_tell_apart(actor, found), actor, found)
    _close(found, actor, note or _("different people"))
    _decide(found, actor, PairState.DIFFERENT, note)
    regroup([found.one_id, found.other_id])
    record(actor, "travellers.told_apart", found, reason=note)


# ---- what the rules do -----------------------------------------------------------------------------------


def join_by_rule(pair: Pair) -> Join:
    """A certain pair that nobody decided about. Where an officer's word stands against it, it is held."""
    serialise()
    made = _open_join(pair, None)
    Pair.objects.filter(pk=pair.pk).update(state=PairState.SAME)
    regroup([pair.one_id, pair.other_id])
    record(RULES, "travellers.joined", pair, rule=pair.rule, version=pair.version)
    return made


@transaction.atomic
def part_by_rule(pair: Pair, why: Iterable[Reason]) -> None:
    """The rule takes its own join back, for reasons that the pair then shows."""
    found = _lock(pair)
    told = list(why)
    codes = ", ".join(reason.code for reason in told)
    Join.objects.filter(pair=found, undone_at=None).update(undone_at=clock.now(), undone_because=codes)
    reasons = [
        *found.reasons,
        *({"code": r.code, "points": 0.0, "values": list(r.values), "a": "", "b": ""} for r in told),
    ]
    Pair.objects.filter(pk=found.pk).update(state=PairState.OPEN, reasons=reasons)
    regroup([found.one_id, found.other_id])
    record(RULES, "travellers.undone", found, reason=codes)


def rule_joins(rule: MatchRule) -> list[Pair]:
    """The pairs that the rule joined and nobody decided about, oldest first."""
    standing = Join.objects.filter(rule=rule, made_by=None, undone_at=None, pair__decided_by=None)
    return [one.pair for one in standing.select_related("pair").order_by("pk")]


# ---- who is one person -----------------------------------------------------------------------------------


def regroup(travellers: Sequence[int]) -> frozenset[int]:
    """Work out anew who is one person with these, from all joins that reach them; returns the pairs held apart."""
    members = _reached(travellers)
    edges = _edges(members)
    apart = Pair.objects.filter(state=PairState.DIFFERENT, one__within=members, other__within=members)
    found = gather(members, edges, set(apart.values_list("one_id", "other_id")))
    before = dict(Traveller.objects.filter(pk__within=members).values_list("pk", "person_id"))
    for traveller, head in found.heads.items():
        person = None if head == traveller else head
        if before[traveller] != person:
            Traveller.objects.filter(pk=traveller).update(person_id=person)
    pairs = Pair.objects.filter(pk__in=[edge.pair for edge in edges])
    pairs.filter(pk__in=found.held).exclude(state=PairState.HELD).update(state=PairState.HELD)
    pairs.exclude(pk__in=found.held).exclude(state=PairState.SAME).update(state=PairState.SAME)
    _note_together(found.heads)
    return found.held


def _note_together(heads: dict[int, int]) -> None:
    """What is one person already, by whatever joins, needs no word of an officer."""
    inner = Pair.objects.filter(one__within=heads, other__within=heads)
    known = list(inner.values_list("pk", "one_id", "other_id", "together"))
    for now in (True, False):
        changed = [pk for pk, one, other, was in known if (heads[one] == heads[other]) is now and was is not now]
        if changed:
            Pair.objects.filter(pk__in=changed).update(together=now)


def _reached(travellers: Sequence[int]) -> set[int]:
    """These, whoever is one person with them now, and whoever a join leads to from there, held or not."""
    members = set(travellers).union(*persons_of(travellers).values())
    while True:
        ends = {end for edge in _edges(members) for end in (edge.one, edge.other)} - members
        if not ends:
            return members
        members |= ends.union(*persons_of(ends).values())


def _edges(members: set[int]) -> list[Edge]:
    touching = Q(pair__one__within=members) | Q(pair__other__within=members)
    columns = ("pair_id", "pair__one_id", "pair__other_id", "rule", "made_by_id")
    standing = Join.objects.filter(touching, undone_at=None).values_list(*columns)
    return [Edge(pair, one, other, rule, made_by is not None) for pair, one, other, rule, made_by in standing]


# ---- parts of an act -------------------------------------------------------------------------------------


def serialise() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_JOINER])


def _lock(pair: Pair) -> Pair:
    serialise()
    return Pair.objects.select_for_update().get(pk=pair.pk)


def _require(allowed: bool, actor: Actor, pair: Pair) -> None:
    """403 for whom may never decide, Conflict for what the state of the pair no longer allows."""
    require(may_decide_people(actor))
    if not allowed:
        raise overtaken_conflict(actor, "decided_meanwhile", pair, _("These two are decided about already."))


def _open_join(pair: Pair, actor: Actor | None) -> Join:
    return Join.objects.create(
        pair=pair,
        rule=pair.rule,
        version=pair.version,
        score=pair.score,
        reasons=pair.reasons,
        made_at=clock.now(),
        made_by_id=actor.user_id if actor else None,
    )


def _close(pair: Pair, actor: Actor, reason: object) -> None:
    """End the join in force, if there is one."""
    standing = Join.objects.filter(pair=pair, undone_at=None)
    standing.update(undone_at=clock.now(), undone_by_id=actor.user_id, undone_because=str(reason)[:300])


def _decide(pair: Pair, actor: Actor, state: PairState, note: str) -> None:
    pair.state, pair.note = state, note.strip()[:300]
    pair.decided_at, pair.decided_by_id = clock.now(), actor.user_id
    pair.save(update_fields=["state", "note", "decided_at", "decided_by"])
