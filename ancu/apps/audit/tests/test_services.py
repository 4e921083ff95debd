import time

import pytest
from django.db import DatabaseError, connection, transaction

from ancu.apps.audit import services
from ancu.apps.audit.models import Event, Link
from ancu.core.actor import system

pytestmark = pytest.mark.django_db(transaction=True)


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


def _seal_all(count: int) -> int:
    """A transaction still open anywhere on the server holds the sealer back for that long: wait for it."""
    sealed, deadline = 0, time.monotonic() + 20
    while sealed < count and time.monotonic() < deadline:
        sealed += services.seal_events()
    return sealed


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET act = ''", "DELETE FROM audit_event", "TRUNCATE audit_event"]
)
def test_nothing_but_insert(statement):
    services.record(system("test"), "test.act", ("thing", 1))
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Event.objects.count() == 1
    assert Link.objects.count() == 0
