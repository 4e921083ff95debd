"""Several dossiers are assigned together: to one officer, in turn or by load, previewed, and undone."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Delegation, Membership
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.audit.models import Event as AuditEvent
from ancu.apps.dossiers.enums import AssignmentWay, State
from ancu.apps.dossiers.models import Dossier, DossierEvent
from ancu.apps.dossiers.rules.assigning import may_be_in_charge, share_out
from ancu.apps.dossiers.selectors.sharing import last_batch, plan_assignment
from ancu.apps.dossiers.services.assigning import assign
from ancu.apps.dossiers.tests.factories import make_cast, make_submitted
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.errors import Conflict

QUEUE = "/office/dossiers/"
ADDRESS = f"{QUEUE}assign-many"
officers = st.lists(st.integers(1, 9), min_size=1, max_size=6, unique=True)
items = st.integers(0, 60).map(lambda number: list(range(number)))


@given(officers, items)
def test_in_turn_nobody_gets_more_than_one_above_another(people: list[int], dossiers: list[int]) -> None:
    shares = share_out(dossiers, dict.fromkeys(dossiers, people), dict.fromkeys(people, 0))
    counts = Counter(shares.values())
    numbers = [counts[person] for person in people]
    assert sum(numbers) == len(dossiers) and max(numbers) - min(numbers) <= 1


@given(officers, items, st.data())
def test_by_load_the_open_dossiers_are_levelled(people: list[int], dossiers: list[int], data: st.DataObject) -> None:
    loads = {person: data.draw(st.integers(0, 30)) for person in people}
    shares = share_out(dossiers, dict.fromkeys(dossiers, people), loads)
    counts = Counter(shares.values())
    after = {person: loads[person] + counts[person] for person in people}
    assert len(shares) == len(dossiers)
    lowest = min(after.values())
    assert all(after[person] <= lowest + 1 for person in people if counts[person]), "who got one is not above the rest"


@given(officers, items, st.data())
def test_nobody_ineligible_gets_any(people: list[int], dossiers: list[int], data: st.DataObject) -> None:
    eligible = {dossier: data.draw(st.lists(st.sampled_from(people), unique=True)) for dossier in dossiers}
    shares = share_out(dossiers, eligible, dict.fromkeys(people, 0))
    assert all(person in eligible[dossier] for dossier, person in shares.items())
    assert set(shares) == {dossier for dossier in dossiers if eligible[dossier]}


@pytest.fixture
def cast(world: World) -> World:
    make_cast(world)
    for name, role in (("Simon", Role.ASSESSING_OFFICER), ("Sonja", Role.ASSESSING_OFFICER)):
        world.users[name.lower()] = user = make_user(name)
        make_member(user, world.provincial_agency, role)
    return world


def make_accepted(cast: World, number: int, **fields: Any) -> list[Dossier]:
    fields = {"state": State.ACCEPTED, "assigned_to": None} | fields
    return [make_submitted(cast, **fields) for _ in range(number)]


def keys(cast: World, *names: str) -> list[int]:
    return [cast.users[name].pk for name in names]


def numbers_by_officer() -> Counter[str]:
    return Counter(dossier.assigned_to.full_name for dossier in Dossier.objects.all() if dossier.assigned_to)


def previewed(cast: World, dossiers: list[Dossier], **fields: Any) -> Any:
    """Return the preview's answer, and what its form would send to assign them."""
    chosen = {"dossier": [dossier.number for dossier in dossiers]} | fields
    response = cast.client("dora").post(f"{ADDRESS}?state=accepted", chosen)
    plan = response.context["plan"]
    sure: dict[str, Any] = {"dossier": chosen["dossier"], "sure": "1"}
    for dossier, share in plan.rows if plan else ():
        sure |= {f"to-{dossier.number}": str(share.pk), f"holder-{dossier.number}": str(dossier.assigned_to_id or "")}
    return response, sure


@pytest.mark.django_db
@pytest.mark.parametrize("way", [AssignmentWay.TURN, AssignmentWay.LOAD])
def test_the_plan_gives_nothing_to_the_ineligible(cast: World, way: AssignmentWay) -> None:
    dossiers = make_accepted(cast, 6)
    own = make_accepted(cast, 1, sponsor=cast.users["simon"])
    everybody = keys(cast, "ines", "dora", "selma", "simon", "sonja")
    plan = plan_assignment(cast.actor("dora"), [*dossiers, *own], way, everybody)
    counts = {share.full_name: share.number for share in plan.shares}
    assert counts["Ines"] == counts["Dora"] == 0, "no work in this state"
    assert sorted(counts[name] for name in ("Selma", "Simon", "Sonja")) == [2, 2, 3]
    assert next(share.full_name for dossier, share in plan.rows if dossier in own) != "Simon"
    alone = plan_assignment(cast.actor("dora"), own, way, keys(cast, "simon"))
    assert not alone.rows and [dossier for dossier, _reason in alone.refusals] == own


@pytest.mark.django_db
def test_a_share_is_previewed_then_assigned_with_an_entry_each(cast: World) -> None:
    dossiers = make_accepted(cast, 5)
    among = [str(key) for key in keys(cast, "selma", "simon")]
    response, sure = previewed(cast, dossiers, way="turn", among=among)
    assert not numbers_by_officer(), "nothing is done by the preview"
    assert [(share.full_name, share.number, share.after) for share in response.context["plan"].shares] == [
        ("Selma", 3, 3), ("Simon", 2, 2),
    ]  # fmt: skip
    answer = cast.client("dora").post(f"{ADDRESS}?state=accepted", sure, follow=True)
    assert "5 dossiers are assigned." in answer.content.decode()
    assert answer.redirect_chain[0][0] == f"{QUEUE}?state=accepted"
    assert numbers_by_officer() == {"Selma": 3, "Simon": 2}
    assert AuditEvent.objects.filter(act="dossiers.assigned").count() == 5
    assert DossierEvent.objects.filter(act="assigned", by=cast.users["dora"]).count() == 5


@pytest.mark.django_db
def test_by_load_who_has_fewer_gets_more(cast: World) -> None:
    make_accepted(cast, 3, assigned_to=cast.users["selma"])
    response, _sure = previewed(
        cast, make_accepted(cast, 3), way="load", among=[str(k) for k in keys(cast, "selma", "simon")]
    )
    assert {share.full_name: share.number for share in response.context["plan"].shares} == {"Selma": 0, "Simon": 3}


@pytest.mark.django_db
def test_the_unassigned_of_a_queue_are_shared_out(cast: World) -> None:
    free = make_accepted(cast, 2)
    make_accepted(cast, 1, assigned_to=cast.users["selma"])
    make_accepted(cast, 1, state=State.SUBMITTED)
    response = cast.client("dora").post(f"{ADDRESS}?state=accepted", {"unassigned": "1"})
    assert {dossier.pk for dossier in response.context["dossiers"]} == {dossier.pk for dossier in free}
    Dossier.objects.update(assigned_to=cast.users["selma"])
    answer = cast.client("dora").post(f"{ADDRESS}?state=accepted", {"unassigned": "1"}, follow=True)
    assert "Every dossier of this queue has an officer." in answer.content.decode()


@pytest.mark.django_db
def test_officers_on_leave_are_not_ticked(cast: World) -> None:
    away, stand_in = (
        Membership.objects.get(user=cast.users[name], organisation=cast.provincial_agency)
        for name in ("selma", "simon")
    )
    today = clock.today()
    Delegation.objects.create(membership=away, delegate=stand_in, starts_on=today, ends_on=today, made_at=clock.now())
    response = cast.client("dora").post(ADDRESS, {"dossier": [make_accepted(cast, 1)[0].number]})
    assert response.context["form"].initial["among"] == [str(key) for key in keys(cast, "simon", "sonja")]
    assert "on leave today" in response.content.decode()


@pytest.mark.django_db
def test_a_dossier_assigned_since_the_preview_stays_and_the_rest_is_assigned(cast: World) -> None:
    first, second = make_accepted(cast, 2)
    _response, sure = previewed(cast, [first, second], way="person", officer=str(cast.users["simon"].pk))
    assign(cast.actor("selma"), dossier=first, to=cast.users["selma"])
    answer = cast.client("dora").post(ADDRESS, sure, follow=True).content.decode()
    assert "1 dossier is assigned." in answer and f"{first.number}: The dossier is assigned to Selma." in answer
    assert numbers_by_officer() == {"Selma": 1, "Simon": 1}


@pytest.mark.django_db
def test_forged_officers_are_refused(cast: World) -> None:
    (dossier,) = make_accepted(cast, 1)
    for name in ("ines", "ramon"):
        sure = {
            "dossier": dossier.number,
            f"to-{dossier.number}": str(cast.users[name].pk),
            f"holder-{dossier.number}": "",
        }
        cast.client("dora").post(ADDRESS, {**sure, "sure": "1"})
    assert not numbers_by_officer()
    assert cast.client("dora").post(ADDRESS, {"dossier": ["no-such"]}).status_code == 404
    assert cast.client("rosa").post(ADDRESS, {"dossier": [dossier.number]}).status_code == 403


@pytest.mark.django_db
def test_way_and_officers_must_be_chosen(cast: World) -> None:
    dossiers = make_accepted(cast, 1)
    for fields in ({"way": "person"}, {"way": "turn"}, {"way": "no such way"}):
        response, _sure = previewed(cast, dossiers, **fields)
        assert (response.status_code, response.context["plan"]) == (422, None)


@pytest.mark.django_db
def test_one_assignment_and_many_follow_the_same_rule(cast: World) -> None:
    (dossier,) = make_accepted(cast, 1)
    assert may_be_in_charge(cast.users["selma"].pk, {Role.ASSESSING_OFFICER}, dossier)
    for name, code in (("ines", "not_in_charge"), ("ramon", "not_an_officer")):
        with pytest.raises(Conflict) as refusal:
            assign(cast.actor("dora"), dossier=dossier, to=cast.users[name])
        assert refusal.value.code == code
    offered = cast.client("dora").get(f"{QUEUE}{dossier.number}/").context["assign_form"]
    assert {label for value, label in offered.fields["officer"].choices if value} == {"Selma", "Simon", "Sonja"}


@pytest.mark.django_db
def test_the_last_share_is_undone_as_one_but_not_what_changed_since(cast: World) -> None:
    free, busy, moved = make_accepted(cast, 3)
    assign(cast.actor("dora"), dossier=busy, to=cast.users["sonja"])
    busy.refresh_from_db()
    _response, sure = previewed(cast, [free, busy, moved], way="person", officer=str(cast.users["simon"].pk))
    dora = cast.client("dora")
    dora.post(ADDRESS, sure)
    assert numbers_by_officer() == {"Simon": 3}
    assign(cast.actor("selma"), dossier=moved, to=cast.users["selma"])
    page = dora.get(f"{QUEUE}?state=accepted")
    batch = page.context["undoable"]
    assert len(batch.events) == 2 and "You have just assigned 2 dossiers" in page.content.decode()
    assert cast.client("selma").get(QUEUE).context["undoable"] is None, "only who did it undoes it"
    answer = dora.post(f"{ADDRESS}/undo?state=accepted", {"batch": batch.key}, follow=True)
    assert "2 assignments are undone." in answer.content.decode()
    assert numbers_by_officer() == {"Sonja": 1, "Selma": 1}
    assert last_batch(cast.actor("dora")) is None
    assert "can no longer be undone" in dora.post(f"{ADDRESS}/undo", {"batch": batch.key}, follow=True).content.decode()


@pytest.mark.django_db
def test_after_ten_minutes_nothing_is_undone(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _response, sure = previewed(cast, make_accepted(cast, 1), way="person", officer=str(cast.users["simon"].pk))
    cast.client("dora").post(ADDRESS, sure)
    assert last_batch(cast.actor("dora")) is not None
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert last_batch(cast.actor("dora")) is None
