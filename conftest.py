"""Tools every test may use, and the guards that make the suite hostile (``ancu.core.testing``).

The database is a real PostgreSQL, started when none is given. Migrations run once for all workers and runs:
every test database is cloned from a template that is made again when a migration changes.
"""

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.db.backends.postgresql.operations import DatabaseOperations

from ancu.core.testing import hostile, template_database
from ancu.core.translations import compile_all

# How long it takes to invent an example says how busy the machine is, not whether the program is right.
hypothesis.settings.register_profile("ancu", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("ancu")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        compile_all()  # before Django reads a catalogue


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any) -> None:
    """Each worker has its own database, cloned from the template."""
    with django_db_blocker.unblock():
        template_database.use()


@pytest.fixture(scope="session", autouse=True)
def _guards() -> Iterator[None]:
    with hostile.no_network(), hostile.no_undefined_variables(), hostile.careful_client():
        yield


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
