"""The units every page of an office draws from: read once, and again as soon as one of them has changed."""

import pytest

from ancu.apps.lodging.tests.factories import make_unit
from ancu.apps.places.enums import UnitKind
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import STATE_SQL, all_units, units_in
from ancu.core import clock
from ancu.core.db.statements import run

pytestmark = pytest.mark.django_db


def units():
    [(state,)] = run(STATE_SQL, [])
    return all_units(state)


def test_units_are_read_once_while_nothing_changes(world, expect_queries):
    first = units()
    assert list(first.by_id.values()) == list(AdministrativeUnit.objects.order_by("name", "id"))
    with expect_queries():  # the state alone
        assert units() is first


def test_every_kind_of_change_is_noticed(world):
    """Twice in one transaction too, where both versions of the row name the same writer."""
    unit = world.units.commune
    for name in ("Xã Một", "Xã Hai"):
        AdministrativeUnit.objects.filter(pk=unit.pk).update(full_name=name)
        assert units().by_id[unit.pk].full_name == name
    new = make_unit("99999", "Xã Mới", UnitKind.COMMUNE, today=True)
    assert new.pk in units().by_id
    new.delete()
    assert new.pk not in units().by_id


def test_the_province_stands_before_its_communes(world):
    """PostgreSQL puts a missing parent last, but the whole area is what an officer chooses first."""
    own = world.units
    assert units_in([own.elsewhere.pk, own.commune.pk, own.province.pk], clock.today()) == [
        own.province, own.elsewhere, own.commune,
    ]  # fmt: skip
