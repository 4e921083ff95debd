"""What joins by itself, what is proposed, and what is neither; through the database, as declared."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.travellers.enums import MatchRule, PairState
from ancu.apps.travellers.models import Identity, Traveller, TravellerJoin, TravellerPair
from ancu.apps.travellers.selectors.pairs import STATES
from ancu.apps.travellers.selectors.people import person_of
from ancu.apps.travellers.services import matching
from ancu.apps.travellers.services.matching import match_all, match_new
from ancu.apps.travellers.tests.factories import KLAUS
from ancu.apps.travellers.tests.factories import declare as declared

pytestmark = pytest.mark.django_db

CERTAIN = [
    ({}, {"birth_date": "1984-08-03"}, MatchRule.SAME_DOCUMENT),  # day and month exchanged
    ({}, {"birth_date": "1984", "full_name": "HOFFMANN JOERG"}, MatchRule.SAME_DOCUMENT),
    ({}, {"document_number": "CO1XOT478"}, MatchRule.MISREAD),
    ({}, {"document_number": "C01X0T487", "full_name": "JOERG KLAUS HOFFMANN"}, MatchRule.MISREAD),
    ({}, {"document_number": "C77Y1K902", "full_name": "JOERG KLAUS HOFFMANN"}, MatchRule.RENEWED),
    ({"full_name": "KIM MINJUNG"}, {"full_name": "KIM MIN JUNG", "document_number": "C01X0T47B"}, MatchRule.MISREAD),
]
LIKELY = [
    ({}, {"document_number": "C77Y1K902", "full_name": "HOFMANN JORG KLAUS"}, MatchRule.ALIKE),
    ({}, {"document_number": "C77Y1K902", "birth_date": "1984-08-03"}, MatchRule.ALIKE),
    ({"sex": "M"}, {"document_number": "C77Y1K902", "sex": ""}, MatchRule.RENEWED),
    ({}, {"birth_date": "1971-05-30"}, MatchRule.SAME_DOCUMENT),
    # a common name, a name of a people whose names are few, a day that stands for an unknown one
    ({"full_name": "SMITH JOHN"}, {"full_name": "JOHN SMITH", "document_number": "533380006"}, MatchRule.RENEWED),
    ({"full_name": "KIM MINJUNG"}, {"full_name": "KIM MINJUNG", "document_number": "M77Y1K902"}, MatchRule.RENEWED),
    (
        {"birth_date": "1984-01-01"}, {"birth_date": "1984-01-01", "document_number": "C77Y1K902"}, MatchRule.RENEWED,
    ),
    (
        {"full_name": "IVANOVA NATALIA SERGEEVNA"},
        {"full_name": "IVANOVA NATALYA SERGEYEVNA", "document_number": "753380006"},
        MatchRule.ALIKE,
    ),
]  # fmt: skip
NEITHER = [
    # twins: the same day, the same family
    ({"full_name": "HOFFMANN JOERG"}, {"full_name": "HOFFMANN ANDREAS", "document_number": "C01X0T479"}),
    ({"full_name": "NGUYEN THI MAI ANH"}, {"full_name": "NGUYEN THI MAI LAN", "document_number": "C01X0T479"}),
    ({"full_name": "KIM MINJI", "sex": "F"}, {"full_name": "KIM MINJU", "document_number": "M01X0T479", "sex": "F"}),
    ({}, {"document_number": "C77Y1K902", "sex": "F"}),
    (
        {"full_name": "ZHANG DONGJUN", "nationality": "CHN"},
        {"full_name": "JANG DONGBIN", "nationality": "KOR", "document_number": "M77Y1K902"},
    ),
    ({}, {"document_number": "C77Y1K902", "birth_date": "1971-05-30"}),
    ({}, {"document_number": "C77Y1K902", "full_name": "HOFFMANN PETRA KLARA"}),
]


def declare(world: Any, **fields: Any) -> Identity:
    return declared(world.lodging, **fields)


def two(world: Any, first: dict[str, Any], second: dict[str, Any]) -> tuple[Identity, Identity]:
    return declare(world, **first), declare(world, **{**first, **second})


@pytest.mark.parametrize(("first", "second", "rule"), CERTAIN)
def test_what_is_certain_joins_by_itself(world: Any, first: Any, second: Any, rule: MatchRule) -> None:
    a, b = two(world, first, second)
    tally = match_new()
    assert (tally.looked_at, tally.joined, tally.proposed) == (2, 1, 0)
    assert person_of(b.traveller_id) == {a.traveller_id, b.traveller_id} == person_of(a.traveller_id)
    join = TravellerJoin.objects.get()
    assert (join.rule, join.made_by, join.pair.state) == (rule, None, PairState.SAME)
    assert join.reasons == join.pair.reasons and len(join.reasons) > 2
    assert match_new().looked_at == 0


@pytest.mark.parametrize(("first", "second", "rule"), LIKELY)
def test_what_is_likely_is_proposed(world: Any, first: Any, second: Any, rule: MatchRule) -> None:
    a, b = two(world, first, second)
    tally = match_new()
    assert (tally.joined, tally.proposed) == (0, 1)
    pair = TravellerPair.objects.get()
    assert (pair.older_id, pair.newer_id, pair.rule) == (a.traveller_id, b.traveller_id, rule)
    assert pair.state == PairState.OPEN and pair.score >= 0.95
    assert person_of(b.traveller_id) == {b.traveller_id}


@pytest.mark.parametrize(("first", "second"), NEITHER)
def test_others_are_left_alone(world: Any, first: Any, second: Any) -> None:
    two(world, first, second)
    match_new()
    assert list(TravellerPair.objects.values_list("rule", "score", "reasons")) == []


def test_a_run_of_a_minute_is_bounded_and_the_next_goes_on(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "A_MINUTE", 2)
    for number in range(5):
        declare(world, document_number=f"C77Y1K90{number}")
    assert [match_new().looked_at for _minute in range(4)] == [2, 2, 1, 0]


def test_a_name_that_others_bear_is_proposed_only(world: Any) -> None:
    declare(world, birth_date="1990-07-06", document_number="F11111111")
    two(world, {}, {"document_number": "C77Y1K902"})
    assert match_new().joined == 0
    assert "name_common" in {reason["code"] for reason in TravellerPair.objects.get().reasons}


def test_one_night_at_two_lodgings_is_proposed_only(world: Any) -> None:
    here = declare(world).stays.get()
    there = {"document_number": "C77Y1K902", "arrived_on": here.arrived_on + timedelta(days=1)}
    make_stay(world.other_lodging, **{**KLAUS, **there})
    assert match_new().joined == 0
    assert "same_nights" in {reason["code"] for reason in TravellerPair.objects.get().reasons}


def test_a_join_whose_name_others_turn_out_to_bear_is_taken_back_by_night(world: Any) -> None:
    a, _b = two(world, {}, {"document_number": "C77Y1K902"})
    assert match_new().joined == 1
    assert match_all().parted == 0
    declare(world, birth_date="1990-07-06", document_number="F11111111")
    assert match_all().parted == 1
    assert person_of(a.traveller_id) == {a.traveller_id}
    join = TravellerJoin.objects.get()
    assert join.undone_at and join.undone_because == "name_common" and join.pair.state == PairState.OPEN
    assert match_all().parted == 0


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_order_of_declaring_makes_no_difference(world: Any, order: tuple[int, ...]) -> None:
    """One person by three documents, and somebody of the same name who makes the renewals doubtful."""
    outcomes = [
        {},
        {"document_number": "CO1XOT478"},
        {"document_number": "C77Y1K902", "full_name": "KLAUS JOERG HOFFMANN"},
        {"birth_date": "1990-07-06", "document_number": "F11111111"},
    ]
    who = {}
    for number in order:
        who[declare(world, **outcomes[number]).traveller_id] = number
        match_new()
    match_all()
    heads = Traveller.objects.exclude(person=None).values_list("pk", "person_id")
    assert {frozenset((who[pk], who[head])) for pk, head in heads} == {frozenset((0, 1))}
    pairs = {(frozenset((who[p.older_id], who[p.newer_id])), p.state, p.rule) for p in TravellerPair.objects.all()}
    assert pairs == {
        (frozenset((0, 1)), "same", "misread"), (frozenset((0, 2)), "open", "renewed"),
        (frozenset((1, 2)), "open", "renewed"),
    }  # fmt: skip


def test_what_was_only_tried_is_nobody(world: Any) -> None:
    declare(world)
    world.other_lodging.sandbox = True
    world.other_lodging.save()
    make_stay(world.other_lodging, **{**KLAUS, "document_number": "CO1XOT478"})
    assert match_new().looked_at == 1 and match_all().looked_at == 0


def test_what_is_one_person_already_is_not_proposed(world: Any) -> None:
    """The misspelt record has the old number for certain, so that the renewed one asks for no word on it."""
    first = declare(world)
    declare(world, full_name="HOFMANN JORG KLAUS", birth_date="1984-08-03")
    declare(world, document_number="C77Y1K902")
    assert match_new().joined == 2
    assert len(person_of(first.traveller_id)) == 3
    assert list(TravellerPair.objects.filter(state="open").values_list("together", flat=True)) in ([True], [])
    assert TravellerPair.objects.filter(STATES["undecided"]).count() == 0
