"""A database restored from pgBackRest's repository into a scratch folder, reached by a Unix socket alone."""

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.conf import settings

from ancu.core.db.postgres.home import Account

POLL_S = 1
CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{folder}'
hba_file = '{folder}/pg_hba.conf'
hot_standby = off          # no connection before the end of recovery, and no limits of the primary to repeat
archive_mode = off
shared_preload_libraries = ''
ssl = off
max_connections = 20
shared_buffers = 128MB
max_wal_size = 4GB
fsync = off                # nothing of it outlives the check
"""


class RestoreFailed(Exception):
    """The backup could not be restored; the message has the program's own words."""


@dataclass(frozen=True)
class Backup:
    """A cluster in pgBackRest's repository, and what restores it.

    ``binaries`` is the folder of PostgreSQL's programs, ``account`` who runs them, ``options`` are pgBackRest's own,
    such as another configuration file or a target time.
    """

    stanza: str
    binaries: Path
    account: Account
    options: Sequence[str] = ()

    @contextmanager
    def restored(self, folder: Path) -> Iterator[str]:
        """Restore the newest backup and all WAL after it into ``folder``, start it, and yield its connection string.

        The server is stopped and its data deleted at the end. Raises RestoreFailed.
        """
        data = folder / "data"
        data.mkdir(mode=0o700)
        _configure(folder, data)
        self._give(folder)
        target = [f"--stanza={self.stanza}", f"--pg1-path={data}", "--archive-mode=off"]
        control = [str(self.binaries / "pg_ctl"), f"--pgdata={data}"]
        start = [
            "--wait",
            "--timeout=3600",
            f"--log={folder}/log",
            f"--options=-c config_file={folder}/postgresql.conf",
        ]
        try:
            self._run(["pgbackrest", *target, *self.options, "restore"], folder)
            self._run([*control, *start, "start"], folder)
            try:
                self._wait_until_recovered([*control, "status"], folder)
                yield _url(folder)
            finally:
                self._run([*control, "--mode=immediate", "stop"], folder)
        finally:
            shutil.rmtree(data, ignore_errors=True)

    def _wait_until_recovered(self, status: list[str], folder: Path) -> None:
        """Wait until the server takes connections: `pg_ctl` is content when the data are consistent, before all WAL.

        Raises RestoreFailed with ``status``'s words if the server has ended.
        """
        while True:
            try:
                psycopg.connect(_url(folder)).close()
            except psycopg.OperationalError:
                self._run(status, folder)
                time.sleep(POLL_S)
            else:
                return

    def _run(self, command: list[str], folder: Path) -> None:
        """Run a program to its end. Raises RestoreFailed with the end of what it printed."""
        try:
            outcome = self.account.run(command, cwd=folder)
        except FileNotFoundError as error:
            raise RestoreFailed(f"{command[0]} is not installed here") from error
        if outcome.returncode:
            words = outcome.stdout.strip()[-2000:]
            raise RestoreFailed(f"{Path(command[0]).name} ended with {outcome.returncode}: {words}")

    def _give(self, folder: Path) -> None:
        """Give the folder to the account that runs PostgreSQL."""
        if self.account.uid is not None and self.account.gid is not None:
            for path in (folder, *folder.iterdir()):
                os.chown(path, self.account.uid, self.account.gid)


def _configure(folder: Path, data: Path) -> None:
    """Write the settings of the scratch server; only the owner of its folder may connect."""
    (folder / "postgresql.conf").write_text(CONFIGURATION.format(folder=folder) + f"data_directory = '{data}'\n")
    (folder / "pg_hba.conf").write_text("local all all trust\n")
    folder.chmod(0o700)


def _url(folder: Path) -> str:
    """Return the connection string of the restored database, for the role and database of the settings."""
    database = settings.DATABASES["default"]
    return f"postgresql://{database['USER']}@/{database['NAME']}?host={quote(str(folder), safe='')}"
