"""Bring the database up to this version: tables, cache table, and the program's rights."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from ancu.core.db import postgres
from ancu.core.db.live_migrations import migrate_beside_readers
from ancu.core.db.migration_history import record_migrations, unknown_migrations
from ancu.core.db.postgres import ensure_running

AUDIT_OWNER = Path(postgres.__file__).parent / "audit_owner.sql"
TO_OWNER = b"""
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ancu_audit') THEN REASSIGN OWNED BY ancu_audit TO ancu_owner; END IF;
END $$"""
ADVICE = "The audit belongs to this role, which could rewrite it: let a superuser run what `ancu init --sql` prints."

ANOTHER_VERSION = (
    "This database has the migration {name}, which this version does not have: another version made it. Before 0.2.0"
    " nothing was released, and no upgrade from there exists: create an empty database."
)


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        """Migrate the database and create the cache table; grant the roles' rights and record the migrations.

        Raises CommandError if the database has migrations of another version of the program.
        """
        if names := unknown_migrations():
            raise CommandError(ANOTHER_VERSION.format(name=names[0]))
        self._execute_as_superuser(TO_OWNER)
        migrate_beside_readers(
            lambda: call_command("migrate", interactive=False, verbosity=max(verbosity - 1, 0)), self.stderr.write
        )
        record_migrations()
        call_command("createcachetable", verbosity=max(verbosity - 1, 0))
        call_command("settle_feed", verbosity=max(verbosity - 1, 0))
        call_command("grant_app_role")
        self._give_away_audit_tables(is_quiet=verbosity == 0)

    def _give_away_audit_tables(self, *, is_quiet: bool) -> None:
        """Make a database role that nobody can sign in with the owner of the audit tables.

        This needs a superuser, so it works at the built-in server only; elsewhere it prints advice unless quiet.
        """
        self._execute_as_superuser(AUDIT_OWNER.read_bytes())
        if settings.DATABASE_GIVEN and not is_quiet and _owns_table("audit_event"):
            self.stderr.write(self.style.WARNING(ADVICE))

    def _execute_as_superuser(self, statements: bytes) -> None:
        """Run SQL as superuser at the built-in server; elsewhere do nothing."""
        if not settings.DATABASE_GIVEN:
            ensure_running(settings.VAR_DIR).execute_as_superuser(statements, connection.settings_dict["NAME"])


def _owns_table(table: str) -> bool:
    """Whether the database user owns the table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableowner = current_user FROM pg_tables WHERE tablename = %s", [table])
        row = cursor.fetchone()
    return bool(row and row[0])
