"""A house of its own for the kill tests: database, web server and worker in a folder apart."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from ancu.core.db.postgres import OWNER, Server, ensure_running
from ancu.core.testing import suite_clock
from ancu.core.web import serving

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = "ancu.config.settings"
GRANIAN = [*serving.GRANIAN, "--workers", "2", "--no-ws", "--log-level", "critical"]


class House:
    """What runs, and how each part is killed. Nothing here touches the server that other tests use."""

    def __init__(self, var: Path, project: Path = PROJECT) -> None:
        """``project`` is the program's folder: another version's for tests of an upgrade."""
        self.var, self.port, self.project = var, free_port(), project
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            self.environment.pop(name, None)
        self.environment |= {"ANCU_VAR": str(var), "LOG_LEVEL": "CRITICAL", "DJANGO_SETTINGS_MODULE": SETTINGS}
        self.log = (var / "house.log").open("ab")
        self.database: Server = ensure_running(var)
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    def run(self, *command: str) -> str:
        """A command of this house, to its end; its standard output."""
        done = subprocess.run(
            [sys.executable, *command],
            cwd=self.project,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stderr[-3000:]}"
        return done.stdout

    def start_web(self) -> None:
        options = [*GRANIAN, "--host", "127.0.0.1", "--port", str(self.port), "ancu.config.asgi:application"]
        self.web = self._start(sys.executable, "-m", "granian", *options)

    def serve_pages(self) -> None:
        """Styles and scripts, which pages name and the API does not."""
        self.run("manage.py", "collectstatic", "--noinput", "--verbosity", "0")

    def start_worker(self) -> None:
        # as deploy/systemd/ancu-worker@.service
        self.worker = self._start("nice", "-n", "5", sys.executable, "manage.py", "procrastinate", "worker")

    def keep_worker(self) -> None:
        """Start the worker again if it has ended."""
        if self.worker is None or self.worker.poll() is not None:
            self.start_worker()

    def query(self, sql: str) -> object:
        """The first value of the first row."""
        with psycopg.connect(self.database.url(OWNER)) as connection:
            row = connection.execute(sql.encode()).fetchone()
        return row and row[0]

    def execute(self, sql: str) -> None:
        with psycopg.connect(self.database.url(OWNER)) as connection:
            connection.execute(sql.encode())

    def kill_web(self) -> None:
        """kill -9, for the web server and its workers in one blow."""
        self.web = self.kill_process(self.web)

    def kill_database(self) -> None:
        """kill -9, for the database and every process of it."""
        self.database.kill9()

    def stop(self) -> None:
        """Kill web server and worker; the database stays for another house in the same folder."""
        self.web, self.worker = self.kill_process(self.web), self.kill_process(self.worker)
        self.log.close()

    def close(self) -> None:
        self.stop()
        self.database.destroy()

    def answers(self) -> bool:
        with contextlib.suppress(OSError, urllib.error.HTTPError):
            return bool(urllib.request.urlopen(f"{self.address}/health", timeout=5).status == 200)
        return False

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command, cwd=self.project, env=self.environment, stdout=self.log, stderr=self.log, start_new_session=True
        )

    @staticmethod
    def kill_process(process: subprocess.Popen[bytes] | None) -> None:
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def prepared_house(var: Path) -> Iterator[House]:
    """A house with empty tables on the clock of the tests, taken down afterwards."""
    house = House(var)
    try:
        house.execute(suite_clock.database_functions())
        house.run("manage.py", "prepare_database", "--verbosity", "0")
        yield house
    finally:
        house.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], seconds: float, complaint: str, pause: float = 0.02) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, complaint
        time.sleep(pause)
