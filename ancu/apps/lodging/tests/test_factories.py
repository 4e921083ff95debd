import pytest

pytestmark = pytest.mark.django_db


def test_personas_act_where_they_belong(world):
    alice, olga, quynh = world.actor("alice"), world.actor("olga"), world.actor("quynh")
    assert alice.is_lodging and alice.role == "manager"
    assert alice.organisation_id == world.lodging.business_id
    assert {world.units.commune.pk, world.units.former_commune.pk} <= olga.area
    assert world.units.elsewhere.pk not in olga.area
    assert {world.units.commune.pk, world.units.elsewhere.pk, world.units.former_district.pk} <= quynh.area
