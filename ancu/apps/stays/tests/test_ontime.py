"""What was declared on time is the same whether it was counted for all or is counted for one reader."""

from datetime import timedelta

import pytest

from ancu.apps.stays.models import OnTime
from ancu.apps.stays.selectors.area import area_of, scope_of
from ancu.apps.stays.selectors.ontime import DAYS, midnight, on_time
from ancu.apps.stays.services.ontime import recount_on_time
from ancu.apps.stays.tests.factories import make_submission
from ancu.core import clock

pytestmark = pytest.mark.django_db
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def declared(world):
    """At each edge of the days that count: (how long before midnight, guests, of them late)."""
    world.lodging.locality = world.units.former_commune
    world.lodging.save()
    edges = [(DAYS * DAY, 2, 1), (DAYS * DAY + SECOND, 64, 64), (SECOND, 4, 0), (5 * DAY, 8, 3), (-SECOND, 16, 1)]
    for before, guests, late in edges:
        for lodging in (world.lodging, world.other_lodging):
            make_submission(
                lodging, received_at=midnight() - before, read_count=guests, accepted_count=guests, late_count=late
            )
    return world


def totals(world, unit):
    quynh = world.actor("quynh")
    return sorted(on_time(scope_of(quynh, area_of(quynh), unit)))


def test_counted_for_all_or_for_one_reader_it_is_the_same(declared):
    units = declared.units
    for unit in (units.province, units.commune, units.former_district, units.elsewhere):
        OnTime.objects.all().delete()
        alone = totals(declared, unit)
        assert recount_on_time() == 2
        assert totals(declared, unit) == alone
        assert {row[2:] for row in alone} == {(30, 5, True)}
    assert len(totals(declared, units.province)) == 2 and len(totals(declared, units.former_district)) == 1


def test_counted_twice_it_is_the_same_and_what_came_late_over_midnight_is_in_it(declared):
    first = (
        recount_on_time(),
        list(OnTime.objects.values_list("establishment", "declared", "late").order_by("establishment")),
    )
    assert first == (
        recount_on_time(),
        list(OnTime.objects.values_list("establishment", "declared", "late").order_by("establishment")),
    )
    make_submission(declared.lodging, received_at=midnight() - 2 * SECOND, read_count=1, accepted_count=1, late_count=1)
    recount_on_time()
    assert {row[2:] for row in totals(declared, declared.units.commune)} == {(31, 6, True)}


def test_what_came_since_is_told_at_once(declared):
    """Also of a lodging that had declared before; what was under way when it was counted is not told twice."""
    recount_on_time()
    [[until]] = set(OnTime.objects.values_list("until"))
    assert midnight() <= until <= clock.now()
    for at in (until, clock.now()):
        make_submission(declared.lodging, received_at=at, read_count=1, accepted_count=1, late_count=1)
    expected = {(32, 7, True)}
    assert {row[2:] for row in totals(declared, declared.units.commune)} == expected
    recount_on_time()
    assert {row[2:] for row in totals(declared, declared.units.commune)} == expected


def test_what_was_counted_yesterday_is_not_taken_for_today(declared):
    recount_on_time()
    OnTime.objects.update(day=midnight().date() - DAY, declared=9999)
    assert {row[2:] for row in totals(declared, declared.units.commune)} == {(30, 5, True)}
