"""The feed of changes: complete, in an order in which a slow transaction hides nothing. Real commits throughout."""

import threading
import time
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.selectors import feed
from ancu.apps.stays.selectors.feed import FeedMark
from ancu.apps.stays.services import correct, declare
from ancu.apps.stays.tests.test_api import make_token
from ancu.apps.stays.tests.test_declaring import guest, rows
from ancu.core import clock
from ancu.core.db.sql_files import read_sql
from ancu.core.testing.program import Program

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(transactional_db: None) -> Any:
    return make_world()


@pytest.fixture
def pms(here: Any) -> Program:
    return Program(make_token(here.lodging))


def declared(world: Any, *numbers: str) -> list[int]:
    read = rows(*(guest(number) for number in numbers))
    outcome = declare(actor=world.actor("bob"), establishment=world.lodging, rows=read, channel="api")
    return [row.stay_id for row in outcome.rows if row.stay_id]


def read_on(pms: Program, mark: str = "", **query: Any) -> tuple[list[int], str]:
    query_string = "&".join(f"{name}={value}" for name, value in {"after": mark, **query}.items())
    status, response_body = pms.call("GET", f"changes?{query_string}")
    assert status == 200
    return [stay["id"] for stay in response_body["stays"]], response_body["mark"]


def test_what_is_declared_and_changed_comes_once_each_time_in_order(here: Any, pms: Program) -> None:
    first, second, third = declared(here, "A1", "A2") + declared(here, "A3")
    stay_ids, mark = read_on(pms)
    assert stay_ids == [first, second, third]
    assert read_on(pms, mark) == ([], mark)
    for room in ("1", "2"):
        correct(actor=here.actor("bob"), stay_id=first, changes={"room": room})
    status, response_body = pms.call("GET", f"changes?after={mark}")
    assert [(stay["id"], stay["room"], stay["status"]) for stay in response_body["stays"]] == [
        (first, "2", "corrected")
    ]
    assert read_on(pms, response_body["mark"])[0] == []
    assert read_on(pms, "now")[0] == []
    assert Program(make_token(here.other_lodging)).call("GET", "changes")[1]["stays"] == []
    status, response_body = pms.call("GET", "changes?after=yesterday")
    assert (status, response_body["code"], response_body["retry"]) == (422, "mark_unknown", "never")


def test_it_is_read_page_by_page_without_a_gap(here: Any, pms: Program) -> None:
    expected = declared(here, *(f"A{n:03}" for n in range(7))) + declared(here, "B1", "B2")
    correct(actor=here.actor("bob"), stay_id=expected[0], changes={"room": "9"})
    stay_ids: list[int] = []
    mark, more, pages = "", True, 0
    while more:
        response_body = pms.call("GET", f"changes?after={mark}&limit=2")[1]
        stay_ids, mark, more, pages = (
            stay_ids + [stay["id"] for stay in response_body["stays"]],
            response_body["mark"],
            response_body["more"],
            pages + 1,
        )
    assert stay_ids == [*expected, expected[0]]
    assert pages == 5


def test_a_transaction_in_another_database_of_the_server_holds_nothing_back(here: Any, pms: Program) -> None:
    """The server counts the transactions of all its databases together."""
    at = connection.get_connection_params() | {"dbname": "postgres"}
    names = ("dbname", "user", "password", "host", "port")
    with psycopg.connect(**{name: at[name] for name in names if at.get(name)}) as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        new = declared(here, "NEW1")
        stay_ids, _mark = read_on(pms)
    assert stay_ids == new


def test_a_slow_transaction_hides_no_change_from_a_program_that_asks_meanwhile(here: Any, pms: Program) -> None:
    """It began first and commits last: with marks in order of numbers its change would lie behind the mark for ever."""
    slow, quick = declared(here, "SLOW1", "QUICK1")
    _stay_ids, mark = read_on(pms)
    changed, commit = threading.Event(), threading.Event()

    def dawdle() -> None:
        with transaction.atomic():
            correct(actor=here.actor("bob"), stay_id=slow, changes={"room": "slow"})
            changed.set()
            assert commit.wait(20)
        connections.close_all()

    thread = threading.Thread(target=dawdle)
    thread.start()
    assert changed.wait(20)
    correct(actor=here.actor("bob"), stay_id=quick, changes={"room": "quick"})
    new = declared(here, "NEW1")
    stay_ids, stay_ids_between = read_on(pms, mark)
    commit.set()
    thread.join()
    rest, _mark = read_on(pms, stay_ids_between)
    assert stay_ids + rest == [slow, quick, *new]
    assert not set(stay_ids) & {slow}


def test_a_slow_declaration_is_not_passed_over_either(here: Any, pms: Program) -> None:
    stored, commit = threading.Event(), threading.Event()

    def dawdle() -> None:
        with transaction.atomic():
            declared(here, "SLOW1")
            stored.set()
            assert commit.wait(20)
        connections.close_all()

    thread = threading.Thread(target=dawdle)
    thread.start()
    assert stored.wait(20)
    quick = declared(here, "QUICK1")
    stay_ids, mark = read_on(pms)
    commit.set()
    thread.join()
    rest, _mark = read_on(pms, mark)
    assert sorted(stay_ids + rest) == sorted([*quick, Stay.objects.get(document_number="SLOW1").pk])


def soon(pms: Program, mark: str = "") -> list[int]:
    """What there is to read: a transaction open anywhere on the server, another test's too, holds it back so long."""
    deadline = time.monotonic() + 60
    while not (stay_ids := read_on(pms, mark)[0]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return stay_ids


def test_marks_stay_true_when_the_database_is_moved_to_another_server(here: Any, pms: Program) -> None:
    """A server counts its transactions from the start; what was brought along must not lie in the future."""
    [old] = declared(here, "OLD1")
    ahead = (9 << 40) + 5_000_000_000
    Submission.objects.update(xact=ahead)  # as an old server, which had counted further, would have written it
    assert read_on(pms)[0] == []
    lost = str(FeedMark(ahead + 127_347, 0, old))  # handed out after the backup
    try:
        with connection.cursor() as cursor:
            cursor.execute(read_sql("stays", "feed.sql", offset="0", server="another"))
        call_command("settle_feed", verbosity=0)
        assert soon(pms) == [old]
        [new] = declared(here, "NEW1")
        assert soon(pms, lost) == [new]
        call_command("settle_feed", verbosity=0)
        assert soon(pms, lost) == [new]
    finally:
        with connection.cursor() as cursor:
            cursor.execute(read_sql("stays", "feed.sql", offset="0", server=""))


def test_a_number_begins_with_the_servers_timeline(here: Any) -> None:
    declared(here, "A1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT timeline_id FROM pg_control_checkpoint()")
        [timeline] = cursor.fetchone()
    assert Submission.objects.get().xact >> 40 == timeline


def test_the_feed_is_read_by_its_index_alone(here: Any) -> None:
    """Two queries whatever the page; the entries come in the order of the index."""
    declared(here, *(f"A{n:03}" for n in range(20)))
    parameters = {"xact": 0, "kind": 0, "key": 0, "establishment": here.lodging.pk, "size": 11}
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; SET enable_sort = off")  # twenty rows are sorted as fast in any way
        cursor.execute("EXPLAIN " + feed.ENTRIES, parameters)
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("RESET enable_seqscan; RESET enable_sort")
    assert "submission_feed" in plan and "stayevent_feed" in plan


def test_counts_by_the_day_of_declaring(here: Any, pms: Program) -> None:
    declared(here, "A1", "A2")
    Stay.objects.filter(document_number="A2").update(arrived_on=clock.today() - timedelta(days=3))
    today, before = clock.today(), clock.today() - timedelta(days=9)
    response_body = pms.call("GET", f"counts?from={before}&to={today}&by=declaring")[1]
    assert (response_body["establishment"], response_body["by"]) == (here.lodging.code, "declaring")
    assert [(day["declared_on"], day["declared"]) for day in response_body["days"]] == [(str(today), 2)]
    assert len(pms.call("GET", f"counts?from={before}&to={today}")[1]["days"]) == 2
