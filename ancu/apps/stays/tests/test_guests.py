"""The officer's list of guests: exactly those that fit, in order, page by page, whichever way they are found."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ancu.apps.lodging.enums import LodgingKind
from ancu.apps.lodging.tests.factories import make_establishment
from ancu.apps.stays.selectors import guests as lists
from ancu.apps.stays.selectors import presence, visible_to
from ancu.apps.stays.selectors.guests import NOT_GIVEN, GuestFilter, guest_page, guests
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock

pytestmark = pytest.mark.django_db
TODAY = clock.today()
KINDS = [LodgingKind.HOTEL, LodgingKind.HOMESTAY, LodgingKind.HOSPITAL]
PURPOSES = ["tourism", "work", ""]
DAYS = st.none() | st.none() | st.none() | st.integers(-12, 3).map(lambda back: TODAY + timedelta(days=back))


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.fixture
def house(world):
    """Guests of three kinds of lodging in today's commune, two of whose lodgings were of a former one."""
    chance, units = Random(7), world.units
    places = [world.lodging] + [
        make_establishment(world.lodging.business, units.commune, kind=kind, locality=locality, name=f"{kind} {number}")
        for number, (kind, locality) in enumerate(zip(KINDS, [units.former_commune, None, None], strict=True))
    ]
    for _guest in range(60):
        arrived = chance.randrange(12)
        expected = ago(arrived) + timedelta(days=chance.randrange(12))
        departed = chance.choice([None, None, ago(chance.randrange(arrived + 1))])
        make_stay(
            chance.choice(places), arrived_on=ago(arrived), expected_departure=expected, departed_on=departed,
            nationality=chance.choice(["DEU", "KOR", "PRT"]), purpose=chance.choice(PURPOSES),
            permitted_until=chance.choice([None, ago(3), ago(-9)]), minutes_late=chance.choice([0, 90]),
            status=chance.choice(["declared", "declared", "declared", "withdrawn"]),
        )  # fmt: skip
    make_stay(world.other_lodging, nationality="KOR")
    return world, places


def fits(stay, guest_filter, unit_of_former):
    """What the fields of a filter mean, one by one."""
    place, departed, there = stay.establishment, stay.departed_on, stay.departed_on is None
    fits_by_field = {
        "unit": lambda unit: stay.unit_id == unit or (unit == unit_of_former and place.locality_id == unit),
        "lodging": lambda pk: place.pk == pk,
        "nationality": lambda code: stay.nationality == code,
        "kind": lambda kind: place.kind == kind,
        "purpose": lambda code: stay.purpose == ("" if code == NOT_GIVEN else code),
        "late": lambda _on: stay.minutes_late > 0,
        "overdue": lambda _on: there and stay.expected_departure < TODAY,
        "permit_ended": lambda _on: there and stay.permitted_until is not None and stay.permitted_until < TODAY,
        "since": lambda day: stay.arrived_on >= day,
        "until": lambda day: stay.arrived_on <= day,
    }
    active_filters = {name: value for name, value in vars(guest_filter).items() if name in fits_by_field and value}
    if guest_filter.present_on:
        standing = stay.arrived_on <= guest_filter.present_on and (there or departed > guest_filter.present_on)
    elif guest_filter.left_on:
        standing = departed == guest_filter.left_on
    else:
        standing = guest_filter.everyone or (there and stay.arrived_on <= TODAY)
    return (
        stay.status != "withdrawn"
        and standing
        and all(fits_by_field[name](value) for name, value in active_filters.items())
    )


def walked(actor, guest_filter):
    """All pages forward, and then back again, of the same people."""
    forward, page = [], guest_page(guests(actor, guest_filter), size=7)
    while True:
        forward += [row.pk for row in page.stays]
        if not page.after:
            break
        page = guest_page(guests(actor, guest_filter), after=page.after, size=7)
    back = [row.pk for row in page.stays]
    while page.before:
        page = guest_page(guests(actor, guest_filter), before=page.before, size=7)
        back = [row.pk for row in page.stays] + back
    return forward, back


@pytest.mark.slow
def test_exactly_those_that_fit_are_listed(house, monkeypatch):
    world, places = house
    actor, former = world.actor("quynh"), world.units.former_commune.pk
    everyone = list(visible_to(actor).select_related("establishment"))
    covered = set()

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.sampled_from([0, 60]),
        st.sampled_from([(0, 0), (200, 5000), (200, 5)]),
        st.sampled_from([-1, 100_000]),
        st.builds(
            GuestFilter,
            unit=st.sampled_from([None, None, world.units.commune.pk, former]),
            lodging=st.sampled_from([None, None, None, places[1].pk]),
            nationality=st.sampled_from(["", "", "PRT", "KOR"]),
            kind=st.sampled_from(["", "", *KINDS]),
            purpose=st.sampled_from(["", "", "work", NOT_GIVEN]),
            everyone=st.booleans(),
            late=st.sampled_from([False, False, True]),
            overdue=st.sampled_from([False, False, True]),
            permit_ended=st.sampled_from([False, False, True]),
            since=DAYS,
            until=DAYS,
            present_on=DAYS,
            left_on=DAYS,
        ),
    )
    def check_list(each, is_small, rare, guest_filter):
        monkeypatch.setattr(lists, "EACH_BY_ITSELF", each)
        monkeypatch.setattr(lists, "FEW_AT_PLACE", is_small[0])
        monkeypatch.setattr(lists, "ALL_FEW", is_small[1])
        monkeypatch.setattr(presence, "RARE", rare)
        fitting = [stay for stay in everyone if fits(stay, guest_filter, former)]
        expected = [stay.pk for stay in sorted(fitting, key=lambda stay: (stay.arrived_on, stay.pk), reverse=True)]
        assert walked(actor, guest_filter) == (expected, expected), guest_filter
        covered.add(len(expected) // 7)

    check_list()
    assert 0 in covered and len(covered) > 1, "lists of no page and of several"


@pytest.mark.parametrize("query", ["nationality=ZZQ", "purpose=zzz", "nationality=-"])
def test_a_filter_that_is_on_no_list_is_a_wrong_filter(world, query):
    answer = world.client("olga").get(f"/office/guests/?{query}")
    assert answer.status_code == 422 and "This is not on the list" in answer.content.decode()
