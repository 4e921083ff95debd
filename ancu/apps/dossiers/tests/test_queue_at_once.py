"""Clerks who give out and call numbers at the same moment, with real threads and real transactions."""

import pytest

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.dossiers.models import QueueTicket
from ancu.apps.dossiers.services.queue_tickets import call_next, issue_ticket
from ancu.apps.dossiers.tests.factories import make_cast
from ancu.apps.lodging.tests.factories import World, make_world
from ancu.core.errors import Conflict
from ancu.core.testing.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MANY, CLERKS = 12, 4


@pytest.fixture
def cast(transactional_db: None) -> World:
    world = make_cast(make_world())
    for number in range(CLERKS):
        user = world.users[f"clerk{number}"] = make_user(f"Clerk{number}")
        make_member(user, world.provincial_agency, Role.INTAKE_OFFICER)
    return world


def test_numbers_given_out_at_once_have_no_gap_and_each_is_called_once(cast: World) -> None:
    clerks = [cast.actor(f"clerk{number}") for number in range(CLERKS)]
    at_once(*(lambda: issue_ticket(clerks[0]) for _number in range(MANY)))
    assert list(QueueTicket.objects.order_by("number").values_list("number", flat=True)) == list(range(1, MANY + 1))
    calls = [lambda clerk=clerk: call_next(clerk) for clerk in clerks]
    answers = at_once(*calls, *calls)  # each presses twice
    called = sorted(answer.number for answer in answers if isinstance(answer, QueueTicket))
    assert called == list(range(1, CLERKS + 1))
    assert sum(isinstance(answer, Conflict) for answer in answers) == CLERKS
