"""The flush between tests that commit, while a server of the test still holds some of the tables."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from ancu.core.testing.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_flush_outlives_a_deadlock() -> None:
    """The flush waits for a table that the request holds, and the request for one that the flush has locked."""
    request_holds = threading.Event()

    def request() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE stays_stay IN ACCESS SHARE MODE")
            request_holds.set()
            wait_for_a_waiting_lock(cursor)
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'LOCK TABLE "{table}" IN ACCESS SHARE MODE')

    def flush() -> None:
        assert request_holds.wait(20)
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)

    at_once(flush, request)


def wait_for_a_waiting_lock(cursor: object) -> None:
    for _attempt in range(400):
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")  # type: ignore[attr-defined]
        if cursor.fetchone()[0]:  # type: ignore[attr-defined]
            return
        threading.Event().wait(0.05)
    raise AssertionError("the flush never waited")
