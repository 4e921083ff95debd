"""Work that is the same for every test of a run, done once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.core.management.commands import flush
from django.db import OperationalError
from django.db.backends.postgresql.operations import DatabaseOperations
from psycopg.errors import DeadlockDetected
from whitenoise.middleware import WhiteNoiseMiddleware

FLUSH_ATTEMPTS = 5
MIGRATED = {"django_content_type", "auth_permission"}  # as the migrations left them; no test writes there


@contextmanager
def static_files_scanned_once() -> Iterator[None]:
    """Context manager of the suite: static folders are scanned once, not for every test client."""
    look = WhiteNoiseMiddleware.add_files_from_finders
    files_by_url: dict[str, Any] = {}

    def once(self: WhiteNoiseMiddleware) -> None:
        """Scan the static files at the first call; reuse the result afterwards."""
        if not files_by_url:
            look(self)
            files_by_url.update(self.files)
        self.files.update(files_by_url)

    def not_collected(self: WhiteNoiseMiddleware, root: object, prefix: object = None) -> None:
        """Skip collected files, which may be older than the sources."""

    finders = patch.object(WhiteNoiseMiddleware, "add_files_from_finders", once)
    with finders, patch.object(WhiteNoiseMiddleware, "add_files", not_collected):
        yield


@contextmanager
def migrated_rows_kept() -> Iterator[None]:
    """Context manager of the suite: tests that commit empty tables by DELETE, keeping migrated rows.

    TRUNCATE costs by the table, and most hold no row. Tables are locked first, so that a browser's last request does
    not write behind it; triggers rest meanwhile, because the audit refuses deletion. Content types stay. A server
    still answering such a request may hold the tables in another order: then the flush is retried.
    """

    def emptied(
        self: DatabaseOperations, style: Any, tables: Any, *, reset_sequences: bool, **_options: Any
    ) -> list[str]:
        """Return the SQL that empties all tables except the migrated ones."""
        assert not reset_sequences
        names = [self.quote_name(table) for table in tables if table not in MIGRATED]
        return [
            "SET LOCAL session_replication_role = replica",
            f"LOCK TABLE {', '.join(names)}",
            "; ".join(f"DELETE FROM {name}" for name in names),  # noqa: S608 -- tables of our models
        ]

    execute = DatabaseOperations.execute_sql_flush

    def retry_on_deadlock(self: DatabaseOperations, sql_list: list[str]) -> None:
        """Execute the SQL that empties the tables; repeat it after a deadlock."""
        for attempt in range(FLUSH_ATTEMPTS):
            try:
                execute(self, sql_list)
            except OperationalError as error:
                if not isinstance(error.__cause__, DeadlockDetected) or attempt == FLUSH_ATTEMPTS - 1:
                    raise
            else:
                break

    with (
        patch.object(DatabaseOperations, "sql_flush", emptied),
        patch.object(DatabaseOperations, "execute_sql_flush", retry_on_deadlock),
        patch.object(flush, "emit_post_migrate_signal"),
    ):
        yield
