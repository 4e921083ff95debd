"""Match identities: blocking keys, candidates, verdicts, and joins or proposals.

The same path serves new declarations, the nightly run and the command: a list of identities.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction

from ancu.apps.travellers.enums import MatchRule, PairState
from ancu.apps.travellers.models import Identity, MatchedIdentity, TravellerPair
from ancu.apps.travellers.rules.matching import VERSION, IdentityFacts, MatchVerdict, judge
from ancu.apps.travellers.selectors.people import persons_of
from ancu.apps.travellers.selectors.sources import in_two_places, is_real, sexes_of, units_of
from ancu.apps.travellers.services.joining import join_by_rule, rule_joins, separate_by_rule
from ancu.core import clock
from ancu.core.db.statements import run
from ancu.core.security.privacy import REDACTED
from ancu.engines.names import Reason
from ancu.engines.names.blocking import record_keys

AT_ONCE = 200  # identities in one transaction
A_MINUTE = 3_000  # identities; about half a minute of work, so that pages and other slow jobs have the rest
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
INSERT INTO travellers_matchedidentity (identity_id, version) SELECT unnest(%s::bigint[]), %s
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
class MatchTally:
    """Counts of a run; ``pairs`` are the ids joined, proposed or taken back."""

    looked_at: int = 0
    weighed: int = 0
    joined: int = 0
    proposed: int = 0
    parted: int = 0
    pairs: list[int] = field(default_factory=list)

    def add(self, addend: "MatchTally") -> None:
        """Add the counts and pairs of ``addend`` to this tally."""
        for name in ("looked_at", "weighed", "joined", "proposed", "parted"):
            setattr(self, name, getattr(self, name) + getattr(addend, name))
        self.pairs += addend.pairs


def match_new() -> MatchTally:
    """Match the newest identities that no version of the rules has processed; return the counts.

    A run matches at most ``A_MINUTE``, in order of id; the next run goes on. Older ones than ``LOOK_BACK`` ids before
    the newest processed one are left for the night.
    """
    newest = MatchedIdentity.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    waiting = Identity.objects.filter(pk__gt=newest - LOOK_BACK, matched=None)
    return match(waiting.values_list("pk", flat=True), A_MINUTE)


def match_all(limit: int | None = None, *, everyone: bool = False) -> MatchTally:
    """Match at most ``limit`` identities not yet processed by this version of the rules.

    Then review the joins of renewed documents and update the pairs' units. ``everyone`` includes identities already
    processed.
    """
    waiting = Identity.objects.all() if everyone else Identity.objects.exclude(matched__version=VERSION)
    tally = match(waiting.exclude(full_name=REDACTED).values_list("pk", flat=True), limit)
    tally.add(review())
    update_pair_units()
    return tally


def match(identities: Iterable[int], limit: int | None = None) -> MatchTally:
    """Compare each identity (at most ``limit``), in order of id, with similar ones; return the counts.

    Certain pairs are joined, likely ones proposed. Identities in a sandbox or without records are skipped.
    """
    tally, waiting = MatchTally(), sorted(identities)
    for start in range(0, len(waiting), AT_ONCE):
        remaining = AT_ONCE if limit is None else limit - tally.looked_at
        if remaining <= 0:
            break
        real = Identity.objects.filter(is_real(), pk__in=waiting[start : start + AT_ONCE]).order_by("pk")
        if ids := list(real.values_list("pk", flat=True)[:remaining]):
            tally.add(_match(ids))
    return tally


@transaction.atomic
def _match(ids: Sequence[int]) -> MatchTally:
    """Match these identities in one transaction: store their keys, compare candidates, join or propose pairs.

    Return the counts. Only one matcher runs at a time.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [ONE_MATCHER])
    new = facts_of(ids)
    keys = {pk: record_keys(facts.person(), facts.document_number) for pk, facts in new.items()}
    _store_keys(keys)
    couples = _candidates(keys)
    facts_by_id = facts_of({pk for couple in couples for pk in couple} - new.keys()) | new
    tally = MatchTally(looked_at=len(new), weighed=len(couples))
    verdicts = _with_doubts(_best(couples, facts_by_id))
    units = units_of({facts_by_id[pk].traveller for couple in verdicts for pk in couple}) if verdicts else {}
    for couple, verdict in verdicts.items():
        _store_verdict(facts_by_id[couple[0]], facts_by_id[couple[1]], verdict, units, tally)
    return tally


def facts_of(ids: Collection[int]) -> dict[int, IdentityFacts]:
    """Return by id the identities' facts for comparison; those whose data were deleted are missing."""
    if not ids:
        return {}
    sexes = sexes_of(ids)
    rows = (IdentityFacts(*row) for row in run(FACTS, [list(ids), REDACTED]))
    return {facts.identity: facts._replace(sex=sexes.get(facts.identity, "")) for facts in rows}


def _store_keys(keys: dict[int, list[int]]) -> None:
    """Add search keys (by identity id) to those stored, and note by which version of the rules they were matched."""
    flat = sorted((key, pk) for pk, mine in keys.items() for key in mine)
    run(WRITE_KEYS, [[key for key, _pk in flat], [pk for _key, pk in flat]])
    run(WRITE_MATCHED, [list(keys), VERSION])


def _candidates(keys: dict[int, list[int]]) -> set[Couple]:
    """Return the pairs of identity ids to compare, smaller id first.

    ``keys`` are the search keys by identity. A pair shares a key that few others have; each identity has at most
    ``WEIGHED`` candidates.
    """
    queried_keys = sorted({key for mine in keys.values() for key in mine})
    holders: dict[int, list[int]] = defaultdict(list)
    for key, pk in run(SHARED, [queried_keys, CROWDED + 1]):
        holders[key].append(pk)
    couples: set[Couple] = set()
    for pk, mine in keys.items():
        votes: dict[int, float] = defaultdict(float)
        for key in mine:
            if len(holders[key]) <= CROWDED:
                for candidate in holders[key]:
                    votes[candidate] += 1 / len(holders[key])
        votes.pop(pk, None)
        chosen = sorted(votes, key=lambda candidate: (-votes[candidate], candidate))[:WEIGHED]
        couples |= {(min(pk, candidate), max(pk, candidate)) for candidate in chosen}
    return couples


def _best(couples: Iterable[Couple], facts_by_id: dict[int, IdentityFacts]) -> dict[Couple, MatchVerdict]:
    """Compare the pairs of identities; return the verdicts on those that are likely or certainly one person.

    Keys are (identity of the older traveller, of the newer). For each two travellers only the best verdict is
    returned.
    """
    best: dict[Couple, tuple[Couple, MatchVerdict]] = {}
    for couple in sorted(couples):
        if couple[0] not in facts_by_id or couple[1] not in facts_by_id:
            continue
        left, right = sorted((facts_by_id[couple[0]], facts_by_id[couple[1]]), key=lambda facts: facts.traveller)
        if left.traveller == right.traveller or not (verdict := judge(left, right)):
            continue
        travellers, identities = (left.traveller, right.traveller), (left.identity, right.identity)
        if travellers not in best or _rank(verdict) > _rank(best[travellers][1]):
            best[travellers] = identities, verdict
    return dict(best.values())


def _rank(verdict: MatchVerdict) -> tuple[bool, float]:
    """Return the sort key of a verdict: certain ones above likely ones, then by score."""
    return verdict.certain, verdict.score


def _with_doubts(verdicts: dict[Couple, MatchVerdict]) -> dict[Couple, MatchVerdict]:
    """Return the verdicts; a certain renewal of a passport becomes only likely if there are doubts about it.

    Doubts are that other people have the name, or that both were at two places at once.
    """
    renewed = [couple for couple, v in verdicts.items() if v.certain and v.rule == MatchRule.RENEWED]
    doubts = doubts_about(renewed)
    return {couple: v.with_doubts(*doubts[couple]) if couple in doubts else v for couple, v in verdicts.items()}


def doubts_about(couples: Sequence[Couple]) -> dict[Couple, list[Reason]]:
    """Return the reasons against a certain renewal of a passport, by pair of identities.

    Other people born on another day have the name, or both were at two places at once. Pairs without doubts are
    missing.
    """
    if not couples:
        return {}
    doubts: dict[Couple, list[Reason]] = defaultdict(list)
    name_keys = dict(Identity.objects.filter(pk__in=[first for first, _right in couples]).values_list("pk", "name_key"))
    born = dict(Identity.objects.filter(pk__in=name_keys).values_list("pk", "birth_date"))
    lefts = [first for first, _right in couples]
    rows = run(BEARERS, [list(range(len(lefts))), [name_keys[pk] for pk in lefts], [born[pk] for pk in lefts]])
    for place, others in rows:
        if others:
            doubts[couples[place]].append(Reason("name_common", 0.0, (str(others),)))
    for couple in in_two_places(couples):
        doubts[couple].append(Reason("same_nights", 0.0))
    return doubts


def _store_verdict(
    left: IdentityFacts, right: IdentityFacts, verdict: MatchVerdict, units: dict[int, list[int]], tally: MatchTally
) -> None:
    """Store the pair of the two travellers, or better evidence for it, and count it in ``tally``.

    A certain pair is joined, a new likely one proposed. A pair that was decided, or with evidence as good, stays.
    ``units`` are the units by traveller.
    """
    values = {
        "left_id": left.identity, "right_id": right.identity, "rule": verdict.rule, "version": VERSION,
        "score": verdict.score, "reasons": verdict.stored_reasons(),
    }  # fmt: skip
    places = {"units_older": units.get(left.traveller, []), "units_newer": units.get(right.traveller, [])}
    defaults = {**values, **places, "found_at": clock.now()}
    pair, new = TravellerPair.objects.select_for_update().get_or_create(
        older_id=left.traveller, newer_id=right.traveller, defaults=defaults
    )
    if not new and (
        pair.decided_by_id or pair.state != PairState.OPEN or not (verdict.certain or verdict.score > pair.score)
    ):
        return
    if not new:
        TravellerPair.objects.filter(pk=pair.pk).update(**values)
        pair.refresh_from_db()
    tally.pairs.append(pair.pk)
    if verdict.certain:
        join_by_rule(pair)
        tally.joined += 1
    elif new:
        if len(persons_of([pair.older_id, pair.newer_id])) == 1:  # by other joins
            TravellerPair.objects.filter(pk=pair.pk).update(together=True)
        tally.proposed += 1


def review() -> MatchTally:
    """Undo rules' joins of renewed documents that are no longer certain today; return the counts.

    They become proposals with the reasons: others turned out to have the name, or both were at two places in one
    night. The result therefore does not depend on the order of declarations.
    """
    tally = MatchTally()
    joins = rule_joins(MatchRule.RENEWED)
    for start in range(0, len(joins), AT_ONCE):
        some = {(pair.left_id, pair.right_id): pair for pair in joins[start : start + AT_ONCE]}
        for couple, why in doubts_about(list(some)).items():
            separate_by_rule(some[couple], why)
            tally.parted += 1
            tally.pairs.append(some[couple].pk)
    return tally


def update_pair_units() -> int:
    """Update the units in which each side of a pair has records; return the number of pairs changed."""
    changed, last = 0, 0
    live_pairs = (
        TravellerPair.objects.exclude(state=PairState.GONE)
        .order_by("pk")
        .only("older", "newer", "units_older", "units_newer")
    )
    while pairs := list(live_pairs.filter(pk__gt=last)[:PLACED_AT_ONCE]):
        units = units_of({end for pair in pairs for end in (pair.older_id, pair.newer_id)})
        moved = []
        for pair in pairs:
            where = units.get(pair.older_id, []), units.get(pair.newer_id, [])
            if where != (pair.units_older, pair.units_newer):
                pair.units_older, pair.units_newer = where
                moved.append(pair)
        TravellerPair.objects.bulk_update(moved, ["units_older", "units_newer"])
        changed, last = changed + len(moved), pairs[-1].pk
    return changed
