"""Numbers at the counters: given out in order, called once, joined with the dossier that is begun."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.models import QueuedDossier, QueueTicket
from ancu.apps.dossiers.selectors.counter_slip import ticket_lines
from ancu.apps.dossiers.selectors.queue_tickets import counter_queue, queue_boards
from ancu.apps.dossiers.services import at_counter
from ancu.apps.dossiers.services.queue_tickets import call_next, close_ticket, issue_ticket
from ancu.apps.dossiers.tests.factories import make_cast, make_counter, make_dossier
from ancu.apps.lodging.tests.factories import World
from ancu.core.errors import Conflict
from ancu.core.testing.query_counts import ExpectQueries


@pytest.fixture
def cast(world: World) -> World:
    world = make_cast(world)
    world.users["vera"] = make_user("Vera")
    make_member(world.users["vera"], world.provincial_agency, Role.INTAKE_OFFICER)
    make_counter(world, [])
    return world


def issue(cast: World, count: int) -> list[int]:
    return [issue_ticket(cast.actor("ines")).number for _ticket in range(count)]


def call(cast: World, name: str) -> int:
    actor = cast.actor(name)
    current = counter_queue(actor).current
    return call_next(actor, served_id=current.pk if current else None).number


def test_numbers_are_given_out_and_called_in_order(cast: World) -> None:
    assert issue(cast, 3) == [1, 2, 3]
    assert [call(cast, "ines"), call(cast, "vera"), call(cast, "ines")] == [1, 2, 3]
    with pytest.raises(Conflict, match="nobody_waits"):
        call(cast, "vera")
    ended = QueueTicket.objects.get(number=1)
    assert ended.came and ended.ended_at, "the number before is closed as served"
    assert Event.objects.filter(act="dossiers.ticket_called").count() == 3


def test_a_button_pressed_twice_calls_one_person(cast: World) -> None:
    issue(cast, 2)
    call_next(cast.actor("ines"), served_id=None)
    with pytest.raises(Conflict, match="queue_moved_on"):
        call_next(cast.actor("ines"), served_id=None)
    assert counter_queue(cast.actor("ines")).waiting == 1


def test_who_does_not_come_makes_room_for_the_next(cast: World) -> None:
    issue(cast, 1)
    call(cast, "ines")
    close_ticket(cast.actor("ines"), came=False)
    assert QueueTicket.objects.get().came is False and counter_queue(cast.actor("ines")).current is None
    with pytest.raises(Conflict):
        close_ticket(cast.actor("ines"), came=True)


def test_only_intake_officers_call(cast: World) -> None:
    for name in ("selma", "dora", "ramon", "mia"):
        with pytest.raises(PermissionDenied):
            issue_ticket(cast.actor(name))


def test_the_number_that_is_served_stands_on_the_slip(cast: World) -> None:
    issue(cast, 1)
    before = at_counter.begin(cast.actor("ines"), procedure="stay_extension", filer=Filer.CITIZEN)
    call(cast, "ines")
    mother = at_counter.begin(cast.actor("ines"), procedure="stay_extension", filer=Filer.CITIZEN)
    child = at_counter.begin(cast.actor("ines"), procedure="stay_extension", filer=Filer.CITIZEN)
    other_clerks = at_counter.begin(cast.actor("vera"), procedure="stay_extension", filer=Filer.CITIZEN)
    assert ticket_lines(before) == ticket_lines(other_clerks) == []
    assert [ticket_lines(dossier)[0][1] for dossier in (mother, child)] == ["1", "1"]
    assert QueuedDossier.objects.count() == 2


def test_the_page_of_the_counter_calls_and_the_board_shows(cast: World, expect_queries: ExpectQueries) -> None:
    ines, queue = cast.client("ines"), reverse("dossiers:counter-queue")
    ines.post(queue, {"act": "issue"})
    ines.post(queue, {"act": "issue"})
    counter = counter_queue(cast.actor("ines")).counters[0]
    answer = ines.post(queue, {"act": "call", "served": "", "counter": counter.pk}, follow=True)
    page = answer.content.decode()
    assert "1 person is waiting" in page and 'class="queue-number num">1<' in page
    [board] = queue_boards()
    assert [ticket.number for ticket in board.calls] == [1] and board.waiting == 1
    with expect_queries("queue-board"):
        text = cast.client().get(reverse("dossiers:queue-board")).content.decode()
    assert str(counter) in text
    assert ines.post(queue, {"act": "nothing"}).status_code == 400


def test_a_counter_of_another_office_is_not_found(cast: World) -> None:
    issue(cast, 1)
    answer = cast.client("ines").post(reverse("dossiers:counter-queue"), {"act": "call", "counter": 999_999})
    assert answer.status_code == 404 and QueueTicket.objects.get().called_at is None


ACTS = st.lists(st.sampled_from(["issue", "ines", "vera", "absent"]), max_size=14)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(acts=ACTS)
def test_each_number_is_called_once_in_its_order(world: World, acts: list[str]) -> None:
    """Whatever two clerks press: calls follow the numbers, none is left out or called twice, each clerk serves one."""
    cast = _with_clerks(world)
    QueueTicket.objects.all().delete()
    called: list[int] = []
    for act in acts:
        try:
            if act == "issue":
                issue(cast, 1)
            elif act == "absent":
                close_ticket(cast.actor("ines"), came=False)
            else:
                called.append(call(cast, act))
        except Conflict:
            continue
    assert called == list(range(1, len(called) + 1))
    assert QueueTicket.objects.filter(called_at__isnull=False).count() == len(called)
    assert QueueTicket.objects.filter(called_at__isnull=False, ended_at=None).count() <= 2


def _with_clerks(world: World) -> Any:
    if "vera" not in world.users:
        make_cast(world)
        world.users["vera"] = make_user("Vera")
        make_member(world.users["vera"], world.provincial_agency, Role.INTAKE_OFFICER)
    return world


def test_a_dossier_that_is_here_already_is_opened_for_the_number(cast: World) -> None:
    ines, opening = cast.client("ines"), reverse("dossiers:counter-open")
    issue(cast, 1)
    call(cast, "ines")
    online = make_dossier(cast)
    answer = ines.post(opening, {"number": f" {online.number.lower()} "})
    assert answer["Location"] == reverse("dossiers:office-dossier", args=[online.number])
    assert QueuedDossier.objects.get(dossier=online).ticket.number == 1
    draft = at_counter.begin(cast.actor("ines"), procedure="stay_extension", filer=Filer.CITIZEN)
    at_page = ines.post(opening, {"number": draft.number})["Location"]
    assert at_page == reverse("dossiers:at-counter", args=[draft.number])
    for number in ("", "HBD-0000-0000-0000", "nothing"):
        answer = ines.post(opening, {"number": number}, follow=True)
        assert "No dossier of this office" in answer.content.decode()
