"""Advisory locks: for what must not happen twice at once and has no row to lock."""

from django.db import connection


def hold_until_commit(name: str) -> None:
    """Wait for the PostgreSQL advisory lock ``name``, then hold it until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
