"""Put in place what the demo needs and lacks: catalogues, tables, the invented province, static files."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from ancu.apps.dossiers.models import Dossier
from ancu.apps.lodging.models import Establishment
from ancu.core.db.migration_history import outdated_migrations
from ancu.core.db.postgres import ensure_running
from ancu.core.translations import compile_all
from ancu.demo.__main__ import delete_entered_files


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile translations, migrate the demo's database, load the demo and collect static files, as needed.

        Raises CommandError outside a demo.
        """
        if not settings.DEMO:
            raise CommandError("This command prepares a demo and may delete its database: run it with ANCU_DEMO=true.")
        compile_all()
        if outdated := outdated_migrations():
            self._start_over(outdated)
        if not _is_migrated():
            self._step("Preparing the database", "prepare_database", verbosity=0)
        if not (Establishment.objects.exists() and Dossier.objects.exists()):
            self._step("Inventing the demo province", "load_demo")
        stamp, state = settings.VAR_DIR / "static.stamp", _static_state()
        if settings.HASHED_STATIC and not (stamp.exists() and stamp.read_text() == state):
            self._step("Collecting static files", "collectstatic", interactive=False, clear=True, verbosity=0)
            stamp.write_text(state)

    def _start_over(self, outdated: list[str]) -> None:
        """Empty the demo's database, whose migrations have changed, and delete its files.

        Raises CommandError for a database that the settings name.
        """
        if settings.DATABASE_GIVEN:
            raise CommandError(f"{outdated[0]} has changed since this database was made: create an empty one.")
        self.stdout.write(f"{outdated[0]} has changed since this demo was made. It is deleted and made anew ...")
        connection.close()
        ensure_running(settings.VAR_DIR).empty_database()
        delete_entered_files(settings.VAR_DIR)

    def _step(self, message: str, command: str, **options: Any) -> None:
        """Print ``message``, then run the management command ``command``."""
        self.stdout.write(f"{message} ...")
        self.stdout.flush()
        call_command(command, stdout=self.stdout, **options)


def _is_migrated() -> bool:
    """Whether all migrations are applied."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _static_state() -> str:
    """Return a hash of every static file's name, size and time."""
    return hashlib.sha256("\n".join(sorted(_static_files())).encode()).hexdigest()


def _static_files() -> Iterator[str]:
    """Yield a line with name, size and time for every static file."""
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            yield f"{name} {stat.st_size} {stat.st_mtime_ns}"
