import time

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from ancu.apps.audit import services
from ancu.apps.audit.models import Event, Link
from ancu.core.actor import system
from ancu.core.testing.shared_fixture import no_shared_data

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _sealer_is_not_held_back():
    with no_shared_data():
        yield


def test_chain_is_complete_and_notices_a_change():
    for number in range(5):
        services.record(system("test"), "test.act", ("thing", number), count=number)
    assert _seal_all(5) == 5
    assert services.verify_chain() == (5, None)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_event SET act = 'forged' WHERE subject_id = '2'")
        cursor.execute("SET session_replication_role = origin")
    assert services.verify_chain() == (3, 3)


@pytest.mark.slow
def test_sealing_goes_on_in_a_restored_database():
    """A new server counts its transactions from the start; those of the old one lie far ahead of it."""
    for number in range(5):
        services.record(system("test"), "test.act", ("thing", number))
    _as_restored(sealed=4)
    services.record(system("test"), "test.act", ("thing", "after"))
    assert _seal_all(2) == 2
    assert services.verify_chain() == (6, None)
    services.record(system("test"), "test.act", ("thing", "later"))
    assert _seal_all(1) == 1
    assert services.verify_chain() == (7, None)
    assert services.seal_events() == 0


def _as_restored(*, sealed: int) -> None:
    """What stands there came from another server; its last event had not been sealed when it was copied."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_event SET xact = xact + 1000000000000")
        cursor.execute("SET session_replication_role = origin")
    previous = services.GENESIS
    for place, event in enumerate(Event.objects.order_by("xact", "id")[:sealed], start=1):
        previous = services.event_hash(previous, event)
        Link.objects.create(id=place, event_id=event.pk, xact=event.xact, hash=previous)


@pytest.mark.slow
def test_an_event_put_in_behind_the_chain_is_told():
    for number in range(3):
        services.record(system("test"), "test.act", ("thing", number))
    _seal_all(3)
    assert services.count_unsealed() == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (at, xact, actor_kind, act, subject_type, subject_id, reason, details)"
            " VALUES (now() - interval '2 hours', 3, 'person', 'test.forged', 'thing', '1', '', '{}')"
        )
    assert services.seal_events() == 0
    assert services.count_unsealed() == 1
    with pytest.raises(CommandError, match="1 event stands outside"):
        call_command("verify_audit")


def _seal_all(count: int) -> int:
    """A transaction still open anywhere on the server holds the sealer back for that long: wait for it."""
    sealed, deadline = 0, time.monotonic() + 120
    while sealed < count and time.monotonic() < deadline:
        sealed += services.seal_events()
    return sealed


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET act = ''", "DELETE FROM audit_event", "TRUNCATE audit_event"]
)
def test_nothing_but_insert(statement):
    services.record(system("test"), "test.act", ("thing", 1))
    with (
        pytest.raises(DatabaseError, match=r"append-only|ten years"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Event.objects.count() == 1
    assert Link.objects.count() == 0
