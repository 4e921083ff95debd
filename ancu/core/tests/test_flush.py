"""The flush between tests that commit, while a server of the test still holds some of the tables."""

import threading
from typing import Any

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
            cursor.execute(f"LOCK TABLE {locked_table(cursor)} IN ACCESS SHARE MODE")

    def flush() -> None:
        assert request_holds.wait(20)
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)

    at_once(flush, request)


def locked_table(cursor: Any) -> str:
    """A table that the flush has locked, as soon as the flush waits for another one."""
    for _attempt in range(400):
        cursor.execute(
            "SELECT held.relation::regclass FROM pg_locks held JOIN pg_locks awaited USING (pid, database)"
            " WHERE held.granted AND NOT awaited.granted AND held.mode = 'AccessExclusiveLock'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1"
        )
        if row := cursor.fetchone():
            return str(row[0])
        threading.Event().wait(0.05)
    raise AssertionError("the flush never waited")
