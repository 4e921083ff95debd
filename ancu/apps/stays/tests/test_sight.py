"""Whatever is asked of a search or list, and by whom: nothing outside ``visible_to`` of that actor comes back."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ancu.apps.lodging import selectors as lodging
from ancu.apps.lodging.tests.factories import make_establishment
from ancu.apps.stays.enums import DeclarationChannel
from ancu.apps.stays.selectors import lodgings, submissions_visible_to, visible_to
from ancu.apps.stays.selectors.guests import GuestFilter, guest_page, guests
from ancu.apps.stays.selectors.people import find_people
from ancu.apps.stays.selectors.submissions import submission_page, submissions
from ancu.apps.stays.tests.factories import make_identity, make_stay, make_submission
from ancu.core import clock
from ancu.core.errors import Forbidden, Http404

pytestmark = pytest.mark.django_db

PERSONAS = ("alice", "bob", "charlie", "olga", "pavel", "quynh", "rosa")
NAMES = ("KIM MINSU", "HOFFMANN JÖRG", "LI NA", "NGUYỄN THỊ ÁNH", "王小明")
TODAY = clock.today()

typed = st.one_of(
    st.text(max_size=20),
    st.sampled_from(NAMES).flatmap(lambda name: st.sampled_from([name, name.lower(), name[1:], name.split()[0]])),
    st.sampled_from(["C0", "C000", "SHARED1", "SHARED", "khach", "hoa", "lodge", "resort", ""]),
)
days = st.none() | st.integers(-10, 10).map(lambda n: TODAY + timedelta(days=n))


@pytest.fixture
def crowd(world):
    """The same names, people and documents on both sides of the border between two areas."""
    for number, name in enumerate(NAMES):
        shared = make_identity(name, f"SHARED{number}")
        for place in (world.lodging, world.other_lodging):
            late = number % 2
            declared = make_submission(
                place, late_count=late, channel=DeclarationChannel.FILE if late else DeclarationChannel.WEB
            )
            make_stay(place, name, submission=declared, minutes_late=60 * late)
            make_stay(place, identity=shared, arrived_on=TODAY - timedelta(days=number))
    make_establishment(world.other_lodging.business, world.units.elsewhere, locality=world.units.former_commune)
    return {name: world.actor(name) for name in PERSONAS}, [*vars(world.units).values()], world


@pytest.fixture
def wanted_by(crowd):
    _actors, units, world = crowd
    return st.builds(
        GuestFilter,
        unit=st.none() | st.sampled_from([unit.pk for unit in units]),
        lodging=st.sampled_from([None, None, world.lodging.pk, world.other_lodging.pk]),
        nationality=st.sampled_from(["", "", "DEU", "KOR"]),
        everyone=st.booleans(),
        late=st.booleans(),
        since=days,
        until=days,
    )


@pytest.mark.slow
def test_nothing_beyond_the_actors_sight_comes_back(crowd, wanted_by):
    """Not one random question of one random persona brings up a stay, submission or lodging he may not see."""
    actors, _units, _world = crowd
    stays = {name: set(visible_to(actor).values_list("pk", flat=True)) for name, actor in actors.items()}
    declared = {name: set(submissions_visible_to(actor).values_list("pk", flat=True)) for name, actor in actors.items()}
    places = {name: set(lodging.visible_to(actor).values_list("pk", flat=True)) for name, actor in actors.items()}
    counts = {"people": 0, "guests": 0, "submissions": 0, "lodgings": 0}

    def answers(name, text, expected, order):
        actor = actors[name]
        yield "people", stays[name], lambda: [s.pk for p in find_people(actor, text)[1] for s in p.stays]
        yield "guests", stays[name], lambda: [s.pk for s in guest_page(guests(actor, expected)).stays]
        yield (
            "submissions",
            declared[name],
            lambda: [s.pk for s in submission_page(submissions(actor, expected)).submissions],
        )
        yield (
            "lodgings",
            places[name],
            lambda: [row.establishment.pk for row in lodgings.lodging_page(actor, text=text, order=order).rows],
        )

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(PERSONAS), typed, wanted_by, st.sampled_from(["", "guests", "silent"]))
    def checked_search(name, text, expected, order):
        for what, allowed, ask in answers(name, text, expected, order):
            try:
                keys = ask()
            except (Http404, Forbidden):
                continue
            assert set(keys) <= allowed, (what, name)
            counts[what] += len(keys)

    checked_search()
    assert all(counts.values()), counts  # it was not empty answers that kept within the border
