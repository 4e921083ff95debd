"""Advisory locks: for what must not happen twice at once and has no row to lock."""

from django.db import connection


def hold_until_commit(name: str) -> None:
    """Acquire the advisory lock ``name``, after transactions that hold it; it ends with this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
