"""Dossiers go to whoever has the fewest, and two at once never to the same officer by mistake."""

from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.assigning import assign_in_turn
from ancu.apps.dossiers.services.moving import lock
from ancu.apps.dossiers.tests.factories import accept, make_cast, make_dossier, make_draft
from ancu.apps.lodging.tests.factories import World, make_world
from ancu.core import clock
from ancu.core.testing.at_once import at_once


@pytest.fixture
def cast(world: World) -> World:
    make_cast(world)
    return hire(world, "Ivan", Role.INTAKE_OFFICER)


def hire(world: World, name: str, role: Role) -> World:
    world.users[name.lower()] = user = make_user(name)
    make_member(user, world.provincial_agency, role)
    return world


def holders() -> list[str]:
    return [dossier.assigned_to.full_name for dossier in Dossier.objects.order_by("id") if dossier.assigned_to]


@pytest.mark.django_db
def test_arrivals_go_round(cast: World) -> None:
    for _ in range(4):
        make_dossier(cast)
    assert sorted(holders()) == ["Ines", "Ines", "Ivan", "Ivan"]


@pytest.mark.django_db
def test_an_arrival_of_the_29th_of_february_is_assigned(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    leap_day = datetime(2028, 2, 29, 9, tzinfo=clock.VIETNAM)
    monkeypatch.setattr("django.utils.timezone.now", lambda: leap_day)
    assert make_dossier(cast).assigned_to is not None


@pytest.mark.django_db
def test_the_one_with_fewer_open_ones_is_next(cast: World) -> None:
    first, second = make_dossier(cast), make_dossier(cast)
    filing.withdraw(cast.actor("ramon"), dossier=first, reason="Leaving.")
    freed = Dossier.objects.get(pk=first.pk).assigned_to
    assert make_dossier(cast).assigned_to == freed
    assert Dossier.objects.get(pk=second.pk).assigned_to != freed


@pytest.mark.django_db
def test_an_accepted_dossier_goes_to_an_assessor_and_stays_with_him(cast: World) -> None:
    dossier = make_dossier(cast)
    accept(cast, dossier)
    dossier.refresh_from_db()
    assert dossier.assigned_to == cast.users["selma"]
    hire(cast, "Simon", Role.ASSESSING_OFFICER)
    with transaction.atomic():
        assert assign_in_turn(lock(dossier)) is None
    dossier.refresh_from_db()
    assert dossier.assigned_to == cast.users["selma"]


@pytest.mark.django_db
def test_an_office_may_give_out_by_hand_alone(cast: World, settings: Any) -> None:
    settings.OFFICE_ASSIGN_IN_TURN = False
    assert make_dossier(cast).assigned_to is None


@pytest.mark.django_db
def test_nobody_is_given_what_he_sponsors(cast: World) -> None:
    dossier = make_draft(cast)
    Dossier.objects.filter(pk=dossier.pk).update(sponsor=cast.users["ines"])
    filing.submit(cast.actor("ramon"), dossier=dossier)
    dossier.refresh_from_db()
    assert dossier.assigned_to == cast.users["ivan"]


@pytest.mark.django_db(transaction=True)
def test_arrivals_at_once_do_not_all_see_the_same_officer_free() -> None:
    world = hire(make_cast(make_world()), "Ivan", Role.INTAKE_OFFICER)
    drafts = [make_draft(world) for _ in range(4)]
    at_once(*(partial(filing.submit, world.actor("ramon"), dossier=draft) for draft in drafts))
    assert sorted(holders()) == ["Ines", "Ines", "Ivan", "Ivan"]
    assert set(Dossier.objects.values_list("state", flat=True)) == {State.SUBMITTED}
