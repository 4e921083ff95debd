"""Locks that stand for something without a row, held until the transaction ends."""

from django.db import connection

RATE, STATEMENT, SERIES = 0x0D0551, 0x0D0552, 0x0D0553  # anything, but each its own


def hold(lock: int, *, shared: bool = False) -> None:
    """Wait for everybody who holds ``lock`` otherwise; several may share it."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [lock])
