"""Several officers and several strangers at the same moment, with real threads and real transactions."""

import pytest

from ancu.apps.lodging.tests.factories import World, make_world
from ancu.apps.stays.models import Confirmation
from ancu.apps.stays.rules import OPEN_REQUESTS
from ancu.apps.stays.services import confirmations as services
from ancu.apps.stays.tests.factories import make_stay
from ancu.core.actor import PUBLIC
from ancu.core.errors import Conflict
from ancu.core.testing.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def open_world(transactional_db: None) -> World:
    return make_world()


def test_numbers_have_no_gap_and_no_double_when_many_issue_at_once(open_world: World) -> None:
    bob, olga, quynh = (open_world.actor(name) for name in ("bob", "olga", "quynh"))
    confirmations = [
        services.ask_for_guest(bob, stay_id=make_stay(open_world.lodging).pk, purpose="bank") for _turn in range(6)
    ]
    acts = [
        lambda by=by, confirmation=confirmation: services.issue(by, confirmation=confirmation)
        for confirmation in confirmations
        for by in (olga, quynh)
    ]
    done = at_once(*acts)
    assert sum(isinstance(result, Conflict) for result in done) == 6  # each is issued by result of the two
    numbers = Confirmation.objects.filter(state="issued").order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4, 5, 6]


def test_no_more_requests_wait_than_may(open_world: World) -> None:
    stay = make_stay(open_world.lodging)
    done = at_once(*[lambda: services.ask_as_guest(PUBLIC, stay_id=stay.pk, purpose="bank") for _turn in range(8)])
    assert sum(isinstance(outcome, Conflict) for outcome in done) == 8 - OPEN_REQUESTS
    assert Confirmation.objects.count() == OPEN_REQUESTS
