"""Advisory locks for resources without a row, held until the transaction ends."""

from django.db import connection

RATE, STATEMENT, SERIES, RULE_CHANGES = 0x0D0551, 0x0D0552, 0x0D0553, 0x0D0554  # arbitrary but distinct


def lock_until_commit(lock: int, *, shared: bool = False) -> None:
    """Take an advisory lock until the commit, waiting until nobody holds it; shared locks do not exclude each other."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [lock])
