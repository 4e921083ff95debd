"""Serve the demo province: database, worker and web server together, until Ctrl-C."""

import hashlib
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor

from ancu.core.postgres import locate
from ancu.core.supervisor import Supervisor
from ancu.core.translations import compile_all

MANAGE = [sys.executable, "manage.py"]
FIRST_PAGE_S = 60


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--prepare-only", action="store_true", help="put everything in place, then end")

    def handle(self, *args: Any, port: int, prepare_only: bool, **options: Any) -> None:
        supervisor = Supervisor()
        try:
            self._prepare()
            if not (prepare_only or supervisor.stopping):
                self._serve(supervisor, port)
        finally:
            supervisor.stop()
            if not settings.DATABASE_GIVEN and not prepare_only:
                connection.close()
                locate(settings.VAR_DIR).stop()

    def _prepare(self) -> None:
        compile_all()
        if not _is_migrated():
            self._step("Preparing the database", "prepare_database")
        if "load_demo" in get_commands() and not _has_lodgings():
            self._step("Inventing the demo province", "load_demo")
        stamp = settings.VAR_DIR / "static.stamp"
        if settings.HASHED_STATIC and not (stamp.exists() and stamp.read_text() == _static_state()):
            self._step("Collecting static files", "collectstatic", "--noinput", "--clear", "--verbosity=0")
            stamp.write_text(_static_state())
        connection.close()

    def _step(self, told: str, *command: str) -> None:
        """Run a command in a process of its own: some sign in to the database as its owner."""
        self.stdout.write(f"{told} ...")
        if subprocess.run([*MANAGE, *command], cwd=settings.BASE_DIR, check=False).returncode != 0:
            raise CommandError(f"manage.py {command[0]} failed; what it said is above.")

    def _serve(self, supervisor: Supervisor, port: int) -> None:
        _require_free(port)
        supervisor.start("worker", [*MANAGE, "procrastinate", "worker"])
        server = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2"]
        quiet = ["--blocking-threads", "4", "--no-ws", "--log-level", "warning", "ancu.config.wsgi:application"]
        supervisor.start("web server", [sys.executable, "-m", "granian", *server, *quiet])
        address = f"http://127.0.0.1:{port}/"
        if supervisor.wait_until(lambda: _answers(address), FIRST_PAGE_S):
            self._announce(address)
            ended = supervisor.watch()
        else:
            ended = "" if supervisor.stopping else (supervisor.ended() or "web server")
        if ended:
            raise CommandError(f"The {ended} ended by itself; what it said is above.")
        self.stdout.write("Stopping ...")

    def _announce(self, address: str) -> None:
        self.stdout.write(f"\nAn Cư is served at  {address}\n              API  {address}api/v1/docs\n\n")
        if "demo_accounts" in get_commands():
            call_command("demo_accounts", stdout=self.stdout)
        self.stdout.write("\nCtrl-C stops it; what was entered is kept (`make demo-reset` starts over).")


def _is_migrated() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except ProgrammingError:  # before the first migration the program's role may not even look
        return False


def _has_lodgings() -> bool:
    return bool(apps.get_model("lodging", "Establishment").objects.exists())


def _static_state() -> str:
    """A fingerprint of every static file by name, size and time."""
    return hashlib.sha256("\n".join(sorted(_static_files())).encode()).hexdigest()


def _static_files() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            yield f"{name} {found.st_size} {found.st_mtime_ns}"


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(f"Port {port} is in use: `make demo PORT=8001` takes another.") from error


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10):  # noqa: S310 -- our own address
            return True
    except urllib.error.HTTPError:
        return True  # it speaks, whatever it says
    except OSError:
        return False
