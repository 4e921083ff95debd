"""Tools every test may use; the database is a real PostgreSQL, started when none is given."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations


@pytest.fixture(scope="session", autouse=True)
def _flush_as_replica() -> Iterator[None]:
    """Transactional tests empty all tables; the audit refuses TRUNCATE, so its triggers rest for that moment."""
    original = DatabaseOperations.execute_sql_flush

    def flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        quiet = ["SET session_replication_role = replica", *sql_list, "SET session_replication_role = origin"]
        original(self, quiet)

    patch: Any = pytest.MonkeyPatch()
    patch.setattr(DatabaseOperations, "execute_sql_flush", flush)
    yield
    patch.undo()


@pytest.fixture
def world(db: None) -> Any:
    """The personas of all tests; see ``ancu.apps.lodging.tests.factories``."""
    from ancu.apps.lodging.tests.factories import make_world

    return make_world()
