"""Joining, undoing, telling apart: by officers, on the record, and back to exactly what was."""

from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse

from ancu.apps.audit.models import Event
from ancu.apps.stays.models import Stay
from ancu.apps.stays.selectors.people import find_people, get_person
from ancu.apps.travellers.enums import PairState
from ancu.apps.travellers.models import Identity, Traveller, TravellerJoin, TravellerPair
from ancu.apps.travellers.selectors.pairs import visible_to
from ancu.apps.travellers.selectors.people import person_of
from ancu.apps.travellers.services.joining import join, separate, undo
from ancu.apps.travellers.services.matching import match_all, match_new
from ancu.apps.travellers.tests.factories import KLAUS, RENEWED, declare, make_pair
from ancu.core.errors import Conflict, Forbidden
from ancu.core.security.privacy import REDACTED

pytestmark = pytest.mark.django_db


def everything() -> tuple[list[Any], ...]:
    """What was declared and who is whom."""
    return (
        list(Traveller.objects.order_by("pk").values_list()),
        list(Identity.objects.order_by("pk").values_list()),
    )


def test_an_officer_joins_and_undoes_and_everything_is_as_before(world: Any) -> None:
    pair, olga = make_pair(world.lodging), world.actor("olga")
    before = everything()
    join(olga, pair=pair)
    assert person_of(pair.newer_id) == {pair.older_id, pair.newer_id}
    assert len(get_person(olga, pair.newer_id).stays) == 2
    assert [len(person.stays) for person in find_people(olga, "hoffmann")[1]] == [2]
    undo(olga, pair=pair, reason="the photographs differ")
    assert everything() == before
    assert len(get_person(olga, pair.newer_id).stays) == 1
    new_join = TravellerJoin.objects.get()
    assert (new_join.made_by_id, new_join.undone_by_id) == (olga.user_id, olga.user_id)
    assert new_join.undone_because == "the photographs differ" and new_join.reasons == pair.reasons
    acts = list(
        Event.objects.filter(subject_type="travellers.travellerpair").order_by("id").values_list("act", flat=True)
    )
    assert acts == ["travellers.joined", "travellers.undone"]


def test_a_word_of_an_officer_stands_against_the_rules(world: Any) -> None:
    """A certain pair that an officer undid is not joined again, by no later declaration and no nightly run."""
    declare(world.lodging)
    declare(world.lodging, document_number="CO1XOT478")
    assert match_new().joined == 1
    pair = TravellerPair.objects.get()
    undo(world.actor("olga"), pair=pair, reason="two brothers")
    declare(world.lodging, full_name="HOFFMANN JOERG-KLAUS M", traveller=pair.older)
    match_new()
    match_all()
    pair.refresh_from_db()
    assert pair.state == PairState.OPEN and person_of(pair.older_id) == {pair.older_id}


def test_different_people_are_remembered_and_not_proposed_again(world: Any) -> None:
    pair, olga = make_pair(world.lodging), world.actor("olga")
    separate(olga, pair=pair, note="born in two towns")
    declare(world.lodging, **RENEWED | {"full_name": "HOFMANN JORGE KLAUS"}, traveller=pair.newer)
    match_new()
    match_all()
    pair.refresh_from_db()
    assert (pair.state, pair.note) == (PairState.DIFFERENT, "born in two towns")
    page = world.client("olga").get(reverse("travellers:pairs")).content.decode()
    assert KLAUS["full_name"] not in page


def test_no_join_brings_together_whom_an_officer_told_apart(world: Any) -> None:
    """A and C are different; A is B for certain, and B is C for certain: the second is held, and an officer sees it."""
    olga = world.actor("olga")
    a = declare(world.lodging)
    c = declare(world.lodging, document_number="CO1X0T47B")
    match_new()
    separate(olga, pair=TravellerPair.objects.get())
    b = declare(world.lodging, document_number="C01XOT47B", full_name="KLAUS JOERG HOFFMANN")
    match_new()
    states = {frozenset((p.older_id, p.newer_id)): p.state for p in TravellerPair.objects.all()}
    assert states[frozenset((a.traveller_id, c.traveller_id))] == PairState.DIFFERENT
    assert sorted(states.values()) == [PairState.DIFFERENT, PairState.HELD_APART, PairState.SAME]
    assert person_of(a.traveller_id) == {a.traveller_id, b.traveller_id}
    join(
        olga, pair=TravellerPair.objects.get(state=PairState.HELD_APART)
    )  # her word weighs more than the rule's other join
    assert person_of(b.traveller_id) == {b.traveller_id, c.traveller_id}
    given_way = TravellerPair.objects.get(state=PairState.HELD_APART)
    assert {given_way.older_id, given_way.newer_id} == {a.traveller_id, b.traveller_id}
    with pytest.raises(Conflict, match="told_apart"):  # but two words of officers that contradict each other
        join(olga, pair=given_way)
    given_way.refresh_from_db()
    assert given_way.state == PairState.HELD_APART and given_way.decided_by is None
    undo(olga, pair=TravellerPair.objects.get(state=PairState.DIFFERENT), reason="it was one man")
    assert person_of(a.traveller_id) == {a.traveller_id, b.traveller_id, c.traveller_id}


def test_a_record_emptied_here_is_shown_beside_no_other(world: Any) -> None:
    pair, olga = make_pair(world.lodging), world.actor("olga")
    assert visible_to(olga).get() == pair
    Stay.objects.filter(identity=pair.left).update(full_name=REDACTED)
    assert not visible_to(olga).exists()


def test_who_may_decide(world: Any) -> None:
    pair = make_pair(world.lodging)
    for act in (join, separate):
        with pytest.raises(Forbidden):
            act(world.actor("rosa"), pair=pair)
    with pytest.raises(Conflict, match="reason_missing"):
        undo(world.actor("olga"), pair=pair, reason=" ")
    with pytest.raises(Conflict, match="decided_meanwhile"):
        undo(world.actor("olga"), pair=pair, reason="nothing was joined")


def test_who_sees_only_one_side_sees_no_pair(world: Any) -> None:
    pair = make_pair(world.lodging, world.other_lodging)
    for name, visible in (("olga", False), ("pavel", False), ("quynh", True)):
        client = world.client(name)
        page = client.get(reverse("travellers:pairs")).content.decode()
        assert ("HOFMANN JORG" in page) == visible
        assert client.get(reverse("travellers:pair", args=[pair.pk])).status_code == (200 if visible else 404)
        assert client.post(reverse("travellers:same", args=[pair.pk])).status_code == (302 if visible else 404)
    pair.refresh_from_db()
    assert pair.state == PairState.SAME
    hers = get_person(world.actor("olga"), pair.older_id)
    assert len(hers.stays) == 1 and not hers.joined
    page = world.client("olga").get(reverse("stays:person", args=[pair.older_id])).content.decode()
    assert RENEWED["document_number"] not in page and RENEWED["full_name"] not in page
    assert world.client("olga").get(reverse("stays:person", args=[pair.newer_id])).status_code == 404


def test_nothing_is_ever_deleted(world: Any) -> None:
    pair = make_pair(world.lodging)
    new_join = join(world.actor("olga"), pair=pair)
    for row in (new_join, pair):
        with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")


def test_each_look_is_written_down(world: Any) -> None:
    pair, client = make_pair(world.lodging), world.client("olga")
    client.get(reverse("travellers:pairs"))
    client.get(reverse("travellers:pair", args=[pair.pk]))
    looks = Event.objects.filter(act="looked").order_by("id")
    assert [(look.subject_type, look.subject_id) for look in looks] == [
        ("travellers.pairs", "undecided"), ("travellers.travellerpair", str(pair.pk)),
    ]  # fmt: skip
    assert all(look.details["travellers"] == [pair.older_id, pair.newer_id] for look in looks)
