"""Who is one person follows from the joins alone: any order, any going back, gives the same persons."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from ancu.apps.travellers.enums import MatchRule
from ancu.apps.travellers.models import Identity, Traveller, TravellerJoin, TravellerPair
from ancu.apps.travellers.rules.gathering import JoinEdge, partition_persons
from ancu.apps.travellers.services.joining import join, join_by_rule, regroup, separate, undo
from ancu.apps.travellers.tests.factories import declare
from ancu.core import clock
from ancu.core.errors import Conflict

PEOPLE = 7
PAIRS = [(a, b) for b in range(PEOPLE) for a in range(b)]
EDGES = st.lists(
    st.builds(
        lambda couple, rule, officer: JoinEdge(PAIRS.index(couple), *couple, rule, officer),
        st.sampled_from(PAIRS),
        st.sampled_from([rule.value for rule in MatchRule]),
        st.booleans(),
    ),
    unique_by=lambda edge: edge.pair,
    max_size=12,
)
APART = st.sets(st.sampled_from(PAIRS), max_size=3)


@given(edges=EDGES, apart=APART, order=st.randoms())
def test_the_order_of_joins_makes_no_difference(edges: list[JoinEdge], apart: set[Any], order: Any) -> None:
    shuffled = list(edges)
    order.shuffle(shuffled)
    assert partition_persons(range(PEOPLE), edges, apart) == partition_persons(reversed(range(PEOPLE)), shuffled, apart)


@given(edges=EDGES, apart=APART)
def test_persons_are_what_the_joins_say(edges: list[JoinEdge], apart: set[Any]) -> None:
    heads, held_pairs = partition_persons(range(PEOPLE), edges, apart)
    assert all(heads[head] == head and head <= member for member, head in heads.items())
    assert not any(heads[a] == heads[b] for a, b in apart)
    in_force = [edge for edge in edges if edge.pair not in held_pairs]
    assert all(heads[edge.older] == heads[edge.newer] for edge in in_force)
    assert partition_persons(range(PEOPLE), in_force, apart) == (heads, frozenset())  # the held ones did nothing
    if not apart:
        assert not held_pairs
    alone = set(range(PEOPLE)) - {end for edge in in_force for end in (edge.older, edge.newer)}
    assert all(list(heads.values()).count(member) == 1 for member in alone)


@given(edges=EDGES, apart=APART, last=st.sampled_from(PAIRS))
def test_a_join_and_its_undoing_leave_nothing_behind(edges: list[JoinEdge], apart: set[Any], last: Any) -> None:
    """The persons are worked out of what stands: what was undone is not among it."""
    before = partition_persons(range(PEOPLE), edges, apart)
    partition_persons(range(PEOPLE), [*edges, JoinEdge(999, *last, MatchRule.ALIKE, True)], apart)
    assert partition_persons(range(PEOPLE), edges, apart) == before


class JoiningOffice(RuleBasedStateMachine):
    """Rules and officers join, undo and tell apart as they come, in the database; at any moment the pointers are those
    that a look at everything gives, declared rows are untouched, and no row is gone."""

    world: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.taken_back = transaction.atomic()
        self.taken_back.__enter__()
        self.actor = self.world.actor("olga")
        people = [declare(self.world.lodging, document_number=f"X{n}") for n in range(PEOPLE)]
        self.ids = [identity.traveller_id for identity in people]
        self.declared = self.rows(Identity)
        self.count = (0, 0)
        self.pairs = {}
        for a, b in PAIRS:
            self.pairs[a, b] = TravellerPair.objects.create(
                older_id=self.ids[a], newer_id=self.ids[b], left=people[a], right=people[b], score=0.97, version=1,
                rule=list(MatchRule)[(a + b) % 4], reasons=[], found_at=clock.now(),
            )  # fmt: skip

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.taken_back.__exit__(None, None, None)

    def rows(self, model: Any) -> list[Any]:
        return list(model.objects.order_by("pk").values_list())

    @rule(couple=st.sampled_from(PAIRS))
    def a_rule_joins(self, couple: Any) -> None:
        pair = TravellerPair.objects.get(pk=self.pairs[couple].pk)
        if pair.state == "open" and pair.decided_by is None:
            join_by_rule(pair)

    @rule(couple=st.sampled_from(PAIRS), act=st.sampled_from(["join", "apart", "undo"]))
    def an_officer_decides(self, couple: Any, act: str) -> None:
        before = self.rows(Traveller), self.rows(TravellerPair), self.rows(TravellerJoin)
        pair = self.pairs[couple]
        try:
            if act == "join":
                join(self.actor, pair=pair)
            elif act == "apart":
                separate(self.actor, pair=pair)
            else:
                undo(self.actor, pair=pair, reason="why not")
        except Conflict:
            assert before == (self.rows(Traveller), self.rows(TravellerPair), self.rows(TravellerJoin))

    @invariant()
    def the_pointers_are_those_of_the_joins(self) -> None:
        standing = TravellerJoin.objects.filter(undone_at=None).select_related("pair")
        edges = [
            JoinEdge(j.pair_id, j.pair.older_id, j.pair.newer_id, j.rule, j.made_by_id is not None) for j in standing
        ]
        apart = set(TravellerPair.objects.filter(state="different").values_list("older_id", "newer_id"))
        expected = partition_persons(self.ids, edges, apart)
        actual = dict(Traveller.objects.filter(pk__in=self.ids).values_list("pk", "person_id"))
        assert {pk: head or pk for pk, head in actual.items()} == expected.heads
        assert set(TravellerPair.objects.filter(state="held").values_list("pk", flat=True)) == expected.held_pairs
        together = TravellerPair.objects.values_list("older_id", "newer_id", "together")
        assert all(
            is_together is (expected.heads[older] == expected.heads[newer]) for older, newer, is_together in together
        )
        assert all(regroup([older]) <= expected.held_pairs for older in self.ids)

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.rows(Identity) == self.declared
        count = TravellerPair.objects.count(), TravellerJoin.objects.count()
        assert count >= self.count
        self.count = count


@pytest.mark.slow
@pytest.mark.django_db
def test_random_histories_replay_to_the_same_persons(world: Any) -> None:
    run_state_machine_as_test(
        type("OfficeOfThisWorld", (JoiningOffice,), {"world": world}),
        settings=settings(max_examples=12, stateful_step_count=14, deadline=None),
    )
