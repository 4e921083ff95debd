"""Migrations beside a running program: an index is built while others write, and no lock is waited for long.

A migration that waits for a lock makes everybody behind it wait too. So it gives up after seconds and is tried again.
"""

import time
from collections.abc import Callable
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected, LockNotAvailable

LOCK_TIMEOUT_S, PAUSE_S, ATTEMPTS = 3, 5, 30
READ_VALIDITY = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"


class AddIndexBesideWriters(AddIndexConcurrently):
    """Create an index without stopping writers, in a migration with ``atomic = False``.

    A finished one is left as it is, and one that an interrupted attempt left invalid is made anew.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Create the index unless it is there and valid; waits for the transactions that run now, however long."""
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(READ_VALIDITY, [self.index.name])
            row = cursor.fetchone()
            if row and row[0]:
                return
            cursor.execute("SHOW lock_timeout")
            [limit] = cursor.fetchone()
            cursor.execute("SET lock_timeout = 0")  # this waits for transactions to end, and nobody waits behind it
            if row:
                cursor.execute(f"DROP INDEX CONCURRENTLY {schema_editor.quote_name(self.index.name)}")
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [limit])


def migrate_beside_readers(
    migrate: Callable[[], object], say: Callable[[str], None], *, pause: Callable[[float], None] = time.sleep
) -> None:
    """Run ``migrate`` and give up each lock that is not free within 3 s, then try again, for about four minutes.

    What earlier attempts finished stays. ``say`` is told of each attempt in vain.
    Raises OperationalError after the last one.
    """
    for attempt in range(1, ATTEMPTS + 1):
        with connection.cursor() as cursor:  # each time: an index that failed has left no limit
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_TIMEOUT_S}s"])
        try:
            migrate()
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected) or attempt == ATTEMPTS:
                raise
            say(f"A table is in use. The migration is tried again in {PAUSE_S} seconds ({attempt} of {ATTEMPTS}).")
            pause(PAUSE_S)
        else:
            break
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
