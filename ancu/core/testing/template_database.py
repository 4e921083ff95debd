"""A migrated template database, from which every test database is cloned quickly."""

import fcntl
import hashlib
import os
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.creation import BaseDatabaseCreation
from psycopg import sql

from ancu.core.db.postgres import ensure_running
from ancu.core.testing import suite_clock

PREFIX = "ancu_template_"


def name() -> str:
    """Return the name of the template database, which changes with every migration and with this module."""
    digest = hashlib.sha256(Path(__file__).read_bytes() + suite_clock.database_functions().encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.name):
        for pattern in ("migrations/*.py", "sql/*.sql"):
            for path in sorted(Path(app.path).glob(pattern)):
                digest.update(f"{app.name}/{path.name}".encode() + path.read_bytes())
    return PREFIX + digest.hexdigest()[:16]


def _drop(self: Any, test_database_name: str, verbosity: int) -> None:
    """Drop a test database, even if a thread left by a test still has a connection."""
    with self._nodb_cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(test_database_name)))


def use() -> None:
    """Create the template if necessary (one worker does, the others wait) and clone test databases from it."""
    BaseDatabaseCreation._destroy_test_db = _drop  # type: ignore[attr-defined]  # not in the stubs
    database = name()
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / "template_database.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _let_triggers_rest()
        _make(database)
    for alias in connections:
        connections[alias].settings_dict["TEST"]["TEMPLATE"] = database
        # No test of this process outlives its database, so commits need not wait for the disk; servers that tests
        # start and kill have connections of their own, which wait.
        connections[alias].settings_dict["OPTIONS"]["options"] = f"{os.environ['PGOPTIONS']} -c synchronous_commit=off"


def _let_triggers_rest() -> None:
    """Permit tests to switch off the audit's triggers, which refuse deletion, while they empty the tables.

    It does so at the built-in server only.
    """
    if not settings.DATABASE_GIVEN:
        grant = b"GRANT SET ON PARAMETER session_replication_role TO ancu_owner"
        ensure_running(settings.VAR_DIR).execute_as_superuser(grant)


def _make(database: str) -> None:
    """Migrate a database under a temporary name, then rename it, so that a half-made template is never used."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [PREFIX + "%"])
        existing = {row[0] for row in cursor.fetchall()}
        if database in existing:
            return
        for old in existing:
            cursor.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(f"{database}_new")))
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = f"{database}_new"
    try:
        with connection.cursor() as cursor:
            cursor.execute(suite_clock.database_functions())
        call_command("migrate", interactive=False, verbosity=0)
        _leave_statistics_alone()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
    with connection._nodb_cursor() as cursor:
        new, old = sql.Identifier(f"{database}_new"), sql.Identifier(database)
        cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(new, old))


def _leave_statistics_alone() -> None:
    """Turn off autovacuum's statistics for test databases.

    Analysed just after a rollback, a table counts as empty, and thousands of rows are planned for as one.
    """
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(sql.SQL("ALTER TABLE {} SET (autovacuum_enabled = off)").format(sql.Identifier(table)))
