"""Restore the newest backup into a scratch folder and compare it with the running database."""

import os
import pwd
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from ancu.config.backups.outcome import LastRestoreCheck, Restored
from ancu.config.backups.rows import still_there, write_keys
from ancu.config.backups.scratch import Backup, RestoreFailed
from ancu.core import clock
from ancu.core.db.postgres.home import Account

ARCHIVED = "SELECT last_archived_wal FROM pg_stat_archiver"
ARCHIVE_WAIT_S, POLL_S = 900, 2


class Command(BaseCommand):
    help = (
        "Restore the newest pgBackRest backup and all WAL into a scratch folder, and compare it: every row that the"
        " office has now, receipts, alerts, the audit's chain, every file. Exit code 1 when anything is missing or"
        " differs. It stores no personal data and removes the scratch folder."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add where the backup, the programs of PostgreSQL and the copy of the files are."""
        parser.add_argument("--stanza", default="ancu", help="pgBackRest's name of the cluster (default: ancu)")
        parser.add_argument(
            "--binaries", type=_folder, required=True, help="PostgreSQL's programs: /usr/lib/postgresql/17/bin"
        )
        parser.add_argument(
            "--account", type=_account, default="postgres", help="who runs them, when root asks (default: postgres)"
        )
        parser.add_argument(
            "--pgbackrest", action="append", default=[], metavar="OPTION", help="an option of pgBackRest"
        )
        parser.add_argument("--scratch", type=_folder, help="folder with room for the database (default: the system's)")
        parser.add_argument("--files", type=_folder, help="backup of the files (default: where the program has them)")

    def handle(self, *args: Any, scratch: Path | None, files: Path | None, **options: Any) -> None:
        """Check the backup, print and store the outcome. Raises CommandError unless all is there."""
        started = time.monotonic()
        backup = Backup(options["stanza"], options["binaries"], options["account"], options["pgbackrest"])
        with tempfile.TemporaryDirectory(prefix="restore-check-", dir=scratch) as name:
            keys = Path(name) / "keys"
            keys.mkdir()
            rows = write_keys(keys)
            self.stdout.write(f"{rows} rows in the running database")
            try:
                _wait_until_archived()
                with backup.restored(Path(name)) as url:
                    self.stdout.write(f"restored after {time.monotonic() - started:.0f} s")
                    outcome = _verify(url, keys, files)
            except RestoreFailed as error:
                _store(started, rows, [str(error)])
                raise CommandError(str(error)) from error
        outcome.missing_rows = still_there(outcome.missing_rows)
        self._report(outcome, started, rows)

    def _report(self, outcome: Restored, started: float, rows: int) -> None:
        """Print and store what was verified. Raises CommandError when anything is missing or differs."""
        faults = list(outcome.faults())
        self.stdout.write(
            f"verified: {rows} rows, {outcome.receipts} receipts, {outcome.alerts} alerts, {outcome.events} events of"
            f" the audit, {outcome.files} files; {len(faults)} faults; {time.monotonic() - started:.0f} s"
        )
        for fault in faults:
            self.stdout.write(fault)
        _store(started, rows, faults)
        if faults:
            raise CommandError("the backup does not hold what the office has")


def _folder(text: str) -> Path:
    """Return an existing folder from the command line."""
    path = Path(text).absolute()
    if not path.is_dir():
        raise ArgumentTypeError(f"{text} is no folder")
    return path


def _account(name: str) -> Account:
    """Return who runs PostgreSQL: the caller, or for root the user of this name."""
    if os.geteuid() != 0:
        return Account()
    try:
        entry = pwd.getpwnam(name)
    except KeyError as error:
        raise ArgumentTypeError(f"there is no user {name}") from error
    return Account(entry.pw_uid, entry.pw_gid)


def _wait_until_archived() -> None:
    """Wait until all WAL up to now is in the archive. Raises RestoreFailed after a quarter of an hour.

    The message is a record of its own: a segment without any is never archived. The names of segments on one timeline,
    and of those on later ones, are in order.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_walfile_name(pg_logical_emit_message(false, 'ancu', 'restore-check'))")
        segment = cursor.fetchone()[0]
    ends = time.monotonic() + ARCHIVE_WAIT_S
    while time.monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute(ARCHIVED)
            last = (cursor.fetchone()[0] or "")[:24]
        if not last.endswith(".history") and last >= segment:
            return
        time.sleep(POLL_S)
    raise RestoreFailed(f"{segment} was not archived within {ARCHIVE_WAIT_S // 60} minutes: see archive_command")


def _verify(url: str, keys: Path, files: Path | None) -> Restored:
    """Run `verify_restored` on the database at ``url`` and return its outcome. Raises RestoreFailed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    environment |= {"DATABASE_URL": url, "DATABASE_OWNER_URL": url}
    if files:
        environment |= {"FILES_S3_BUCKET": "", "FILES_FOLDER": str(files)}
    command = [sys.executable, "-m", "ancu", "manage", "verify_restored", str(keys)]
    run = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if run.returncode:
        raise RestoreFailed(f"verify_restored ended with {run.returncode}: {run.stderr[-2000:]}")
    return msgspec.json.decode(run.stdout.strip().splitlines()[-1], type=Restored)


def _store(started: float, rows: int, faults: list[str]) -> None:
    """Store the outcome where health and metrics read it."""
    seconds = int(time.monotonic() - started)
    check = LastRestoreCheck(ended_at=clock.now().isoformat(), seconds=seconds, rows=rows, faults=faults)
    path = Path(settings.RESTORE_CHECK)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.encode(check))
