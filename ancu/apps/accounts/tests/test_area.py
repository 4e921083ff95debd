"""What an agency answers for: units, or everything there is, which no question then names one by one."""

from typing import Any

import pytest

from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.tests.factories import make_establishment, make_unit
from ancu.apps.places.enums import UnitKind
from ancu.apps.places.selectors import area_ids
from ancu.apps.stays.selectors import visible_to
from ancu.apps.stays.tests.factories import make_stay
from ancu.core.db.lookups import AllUnits

pytestmark = pytest.mark.django_db


def test_everywhere_is_who_answers_for_all_units(world: Any) -> None:
    everywhere, commune = world.actor("quynh").area, world.actor("olga").area
    assert isinstance(everywhere, AllUnits) and not isinstance(commune, AllUnits)
    assert everywhere == world.actor("quynh").area and hash(everywhere) == hash(world.actor("quynh").area)
    assert everywhere != frozenset(everywhere) and frozenset(everywhere) != everywhere
    assert set(everywhere) >= commune and everywhere & commune == commune


def test_a_unit_that_came_later_is_not_everybodys(world: Any) -> None:
    """Who answered for all there was answers for no more than that until his agency is given the new one, too."""
    stay = make_stay(world.lodging)
    alone = make_unit("01", "Thành phố Hà Nội", UnitKind.PROVINCE, today=True)
    other_stay = make_stay(make_establishment(world.lodging.business, alone))
    assert not isinstance(world.actor("quynh").area, AllUnits)
    assert list(visible_to(world.actor("quynh"))) == [stay]
    world.provincial_agency.jurisdiction.add(alone)
    area_ids.cache_clear()
    assert isinstance(world.actor("quynh").area, AllUnits)
    assert set(visible_to(world.actor("quynh"))) == {stay, other_stay}


def test_what_lies_in_no_unit_lies_not_everywhere(world: Any) -> None:
    everywhere = world.actor("quynh").area
    for area in (everywhere, frozenset(everywhere)):
        assert list(Establishment.objects.filter(locality_id__within=area)) == [world.lodging]
        assert Establishment.objects.filter(unit_id__within=area).count() == 2
        assert not Establishment.objects.exclude(unit_id__within=area).exists()
