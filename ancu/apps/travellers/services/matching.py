"""Find who may be somebody known already: keys, candidates, verdicts, and what follows from them.

One path for one identity after a declaration, for the nightly run and for the command: a list of identities.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction

from ancu.apps.travellers.enums import MatchRule, PairState
from ancu.apps.travellers.models import Identity, Matched, Pair
from ancu.apps.travellers.rules.matching import VERSION, Facts, Verdict, judge
from ancu.apps.travellers.selectors.people import persons_of
from ancu.apps.travellers.selectors.sources import is_real, seen_apart, sexes_of, units_of
from ancu.apps.travellers.services.joining import join_by_rule, part_by_rule, rule_joins
from ancu.core import clock
from ancu.core.db.statements import prepared, run
from ancu.core.security.privacy import REDACTED
from ancu.engines.names import Reason
from ancu.engines.names.blocking import record_keys

AT_ONCE = 200  # identities in one transaction
A_NIGHT = 500_000  # identities; with new rules everybody is looked at again, over some nights
PLACED_AT_ONCE = 2_000
CROWDED = 64  # a key more records share than this says too little
WEIGHED = 24  # candidates the card looks at, those with most keys in common first
LOOK_BACK = 60_000  # identities: a file of 50,000 rows may be committed after what came later
ONE_MATCHER = 0x0A0D18  # two at once would not see each other's new records
LOCK = "SELECT pg_advisory_xact_lock(%s)"
FACTS = """
SELECT id, traveller_id, full_name, document_number, nationality, birth_date
FROM travellers_identity WHERE id = ANY(%s::bigint[]) AND full_name <> %s
"""
WRITE_KEYS = """
INSERT INTO travellers_matchkey (key, identity) SELECT * FROM unnest(%s::int[], %s::bigint[])
ON CONFLICT DO NOTHING
"""
WRITE_MATCHED = """
INSERT INTO travellers_matched (identity_id, version) SELECT unnest(%s::bigint[]), %s
ON CONFLICT (identity_id) DO UPDATE SET version = excluded.version
"""
SHARED = """
SELECT asked.key, held.identity
FROM (SELECT DISTINCT unnest(%s::int[]) AS key) asked
CROSS JOIN LATERAL (SELECT identity FROM travellers_matchkey held WHERE held.key = asked.key LIMIT %s) held
"""
BEARERS = """
SELECT asked.place, (
    SELECT count(*) FROM (
        SELECT DISTINCT birth_date FROM travellers_identity held
        WHERE held.name_key = asked.name_key AND held.birth_date <> asked.birth_date AND held.birth_date <> '' LIMIT 5
    ) others)
FROM unnest(%s::int[], %s::text[], %s::text[]) AS asked(place, name_key, birth_date)
"""
Couple = tuple[int, int]


@dataclass
class Tally:
    """What a run did; ``pairs`` are the ids of what it joined, proposed or took back, for whoever wants to look."""

    looked_at: int = 0
    weighed: int = 0
    joined: int = 0
    proposed: int = 0
    parted: int = 0
    pairs: list[int] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        for name in ("looked_at", "weighed", "joined", "proposed", "parted"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.pairs += other.pairs


def match_new() -> Tally:
    """What was declared since: identities that nobody has looked at, of the newest ``LOOK_BACK``."""
    newest = Matched.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return match(Identity.objects.filter(pk__gt=newest - LOOK_BACK, matched=None).values_list("pk", flat=True))


def match_all(limit: int | None = None, *, again: bool = False) -> Tally:
    """Everybody whom this version of the rules has not looked at, and the joins that the rules would not make again.

    ``again``: everybody, whoever looked before.
    """
    waiting = Identity.objects.all() if again else Identity.objects.exclude(matched__version=VERSION)
    tally = match(waiting.exclude(full_name=REDACTED).values_list("pk", flat=True), limit)
    tally.add(review())
    place_pairs()
    return tally


@prepared()
def match(identities: Iterable[int], limit: int | None = None) -> Tally:
    """Look for each of them (for ``limit`` at most), in order of their ids.

    Those that were emptied, that belong to a sandbox or that no record points to are left out.
    """
    tally, waiting = Tally(), sorted(identities)
    for start in range(0, len(waiting), AT_ONCE):
        left = AT_ONCE if limit is None else limit - tally.looked_at
        if left <= 0:
            break
        real = Identity.objects.filter(is_real(), pk__within=waiting[start : start + AT_ONCE]).order_by("pk")
        if found := list(real.values_list("pk", flat=True)[:left]):
            tally.add(_match(found))
    return tally


@transaction.atomic
def _match(ids: Sequence[int]) -> Tally:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [ONE_MATCHER])
    new = facts_of(ids)
    keys = {pk: record_keys(facts.person(), facts.document_number) for pk, facts in new.items()}
    _remember(keys)
    couples = _candidates(keys)
    known = facts_of({pk for couple in couples for pk in couple} - new.keys()) | new
    tally = Tally(looked_at=len(new), weighed=len(couples))
    found = _settled(_best(couples, known))
    units = units_of({known[pk].traveller for couple in found for pk in couple}) if found else {}
    for couple, verdict in found.items():
        _follow(known[couple[0]], known[couple[1]], verdict, units, tally)
    return tally


def facts_of(ids: Collection[int]) -> dict[int, Facts]:
    """Identities as they are compared, the emptied left out."""
    if not ids:
        return {}
    sexes = sexes_of(ids)
    found = (Facts(*row) for row in run(FACTS, [list(ids), REDACTED]))
    return {facts.identity: facts._replace(sex=sexes.get(facts.identity, "")) for facts in found}


def _remember(keys: dict[int, list[int]]) -> None:
    flat = sorted((key, pk) for pk, mine in keys.items() for key in mine)
    run(WRITE_KEYS, [[key for key, _pk in flat], [pk for _key, pk in flat]])
    run(WRITE_MATCHED, [list(keys), VERSION])


def _candidates(keys: dict[int, list[int]]) -> set[Couple]:
    """Pairs of identities, the smaller id first, that share keys few others have."""
    asked = sorted({key for mine in keys.values() for key in mine})
    holders: dict[int, list[int]] = defaultdict(list)
    for key, pk in run(SHARED, [asked, CROWDED + 1]):
        holders[key].append(pk)
    couples: set[Couple] = set()
    for pk, mine in keys.items():
        votes: dict[int, float] = defaultdict(float)
        for key in mine:
            if len(holders[key]) <= CROWDED:
                for other in holders[key]:
                    votes[other] += 1 / len(holders[key])
        votes.pop(pk, None)
        chosen = sorted(votes, key=lambda other: (-votes[other], other))[:WEIGHED]
        couples |= {(min(pk, other), max(pk, other)) for other in chosen}
    return couples


def _best(couples: Iterable[Couple], known: dict[int, Facts]) -> dict[Couple, Verdict]:
    """Of each two travellers the identities that agree best, with what they say; two of one traveller are left out."""
    best: dict[Couple, tuple[Couple, Verdict]] = {}
    for couple in sorted(couples):
        if couple[0] not in known or couple[1] not in known:
            continue
        left, right = sorted((known[couple[0]], known[couple[1]]), key=lambda facts: facts.traveller)
        if left.traveller == right.traveller or not (verdict := judge(left, right)):
            continue
        travellers, identities = (left.traveller, right.traveller), (left.identity, right.identity)
        if travellers not in best or _rank(verdict) > _rank(best[travellers][1]):
            best[travellers] = identities, verdict
    return dict(best.values())


def _rank(verdict: Verdict) -> tuple[bool, float]:
    return verdict.certain, verdict.score


def _settled(found: dict[Couple, Verdict]) -> dict[Couple, Verdict]:
    """The same, renewals doubted where others bear the name or both were at two places in one night."""
    renewed = [couple for couple, v in found.items() if v.certain and v.rule == MatchRule.RENEWED]
    doubts = doubts_about(renewed)
    return {couple: v.doubted(*doubts[couple]) if couple in doubts else v for couple, v in found.items()}


def doubts_about(couples: Sequence[Couple]) -> dict[Couple, list[Reason]]:
    """Why a renewal is not certain, for those where it is not."""
    if not couples:
        return {}
    doubts: dict[Couple, list[Reason]] = defaultdict(list)
    told = dict(Identity.objects.filter(pk__in=[left for left, _right in couples]).values_list("pk", "name_key"))
    born = dict(Identity.objects.filter(pk__in=told).values_list("pk", "birth_date"))
    lefts = [left for left, _right in couples]
    rows = run(BEARERS, [list(range(len(lefts))), [told[pk] for pk in lefts], [born[pk] for pk in lefts]])
    for place, others in rows:
        if others:
            doubts[couples[place]].append(Reason("name_common", 0.0, (str(others),)))
    for couple in seen_apart(couples):
        doubts[couple].append(Reason("same_nights", 0.0))
    return doubts


def _follow(left: Facts, right: Facts, verdict: Verdict, units: dict[int, list[int]], tally: Tally) -> None:
    """Keep the pair, on its best evidence; join it where that is certain and no officer has spoken."""
    values = {
        "left_id": left.identity, "right_id": right.identity, "rule": verdict.rule, "version": VERSION,
        "score": verdict.score, "reasons": verdict.card(),
    }  # fmt: skip
    places = {"units_one": units.get(left.traveller, []), "units_other": units.get(right.traveller, [])}
    made = {**values, **places, "found_at": clock.now()}
    pair, new = Pair.objects.select_for_update().get_or_create(
        one_id=left.traveller, other_id=right.traveller, defaults=made
    )
    if not new and (
        pair.decided_by_id or pair.state != PairState.OPEN or not (verdict.certain or verdict.score > pair.score)
    ):
        return
    if not new:
        Pair.objects.filter(pk=pair.pk).update(**values)
        pair.refresh_from_db()
    tally.pairs.append(pair.pk)
    if verdict.certain:
        join_by_rule(pair)
        tally.joined += 1
    elif new:
        if len(persons_of([pair.one_id, pair.other_id])) == 1:  # by other joins
            Pair.objects.filter(pk=pair.pk).update(together=True)
        tally.proposed += 1


def review() -> Tally:
    """Take back the rule's own renewals that it would not join today; they become proposals, and the join says why.

    The name turned out to be borne by others, or both were since at two places in one night. So what is joined in the
    end does not depend on who was declared first.
    """
    tally = Tally()
    joins = rule_joins(MatchRule.RENEWED)
    for start in range(0, len(joins), AT_ONCE):
        some = {(pair.left_id, pair.right_id): pair for pair in joins[start : start + AT_ONCE]}
        for couple, why in doubts_about(list(some)).items():
            part_by_rule(some[couple], why)
            tally.parted += 1
            tally.pairs.append(some[couple].pk)
    return tally


def place_pairs() -> int:
    """Note anew where each side of the pairs has records: people travel on. Returns how many changed."""
    changed, last = 0, 0
    kept = Pair.objects.exclude(state=PairState.GONE).order_by("pk").only("one", "other", "units_one", "units_other")
    while pairs := list(kept.filter(pk__gt=last)[:PLACED_AT_ONCE]):
        units = units_of({end for pair in pairs for end in (pair.one_id, pair.other_id)})
        moved = []
        for pair in pairs:
            where = units.get(pair.one_id, []), units.get(pair.other_id, [])
            if where != (pair.units_one, pair.units_other):
                pair.units_one, pair.units_other = where
                moved.append(pair)
        Pair.objects.bulk_update(moved, ["units_one", "units_other"])
        changed, last = changed + len(moved), pairs[-1].pk
    return changed
