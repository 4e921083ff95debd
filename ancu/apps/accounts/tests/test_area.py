"""An agency's area: its units, what lies below them, and nothing that came later."""

from typing import Any

import pytest

from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.tests.factories import make_establishment, make_unit
from ancu.apps.places.enums import UnitKind
from ancu.apps.places.selectors import area_ids
from ancu.apps.stays.selectors import visible_to
from ancu.apps.stays.tests.factories import make_stay

pytestmark = pytest.mark.django_db


def test_a_unit_added_later_belongs_to_no_agency_until_it_is_assigned(world: Any) -> None:
    stay = make_stay(world.lodging)
    alone = make_unit("01", "Thành phố Hà Nội", UnitKind.PROVINCE, today=True)
    other_stay = make_stay(make_establishment(world.lodging.business, alone))
    assert list(visible_to(world.actor("quynh"))) == [stay]
    world.provincial_agency.jurisdiction.add(alone)
    area_ids.cache_clear()
    assert set(visible_to(world.actor("quynh"))) == {stay, other_stay}


def test_an_establishment_without_a_locality_lies_in_no_area(world: Any) -> None:
    area = world.actor("quynh").area
    assert list(Establishment.objects.filter(locality_id__in=area)) == [world.lodging]
    assert Establishment.objects.filter(unit_id__in=area).count() == 2
    assert not Establishment.objects.exclude(unit_id__in=area).exists()
