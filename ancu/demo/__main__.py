"""`ancu demo`: the database, the web server and the worker together, until Ctrl-C or until one of them ends.

Django is not loaded here: a stamp file tells whether preparation can be skipped, so that a second start takes a few
seconds. honcho runs the programs. In production a service manager does this.
"""

import argparse
import contextlib
import fcntl
import hashlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from honcho.manager import Manager
from honcho.printer import Message, Printer

from ancu.core.db.postgres import PostgresUnavailable, Server, ensure_running, locate
from ancu.core.folders import PROGRAM, working_folder
from ancu.core.web import serving

VAR = working_folder()
STAMP = VAR / "demo.stamp"
ENTERED = ("files", "mail", "sms", "audit-heads")  # folders of what people entered and were sent
MANAGE = [sys.executable, "-m", "ancu", "manage"]
STOPPED = (128 + signal.SIGINT, 128 + signal.SIGTERM)  # honcho's statuses after a stop signal


class DemoFailed(Exception):
    """The demo cannot continue; the message says why."""


class QuietPrinter(Printer):  # type: ignore[misc]  # honcho has no types
    """Prints the programs' lines as they are, and goes on when the terminal was closed."""

    def write(self, message: Message) -> None:
        """Print a line of output of the web server or the worker; ignore a closed terminal."""
        with contextlib.suppress(OSError):
            super().write(message)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the demo; return 0 when it was stopped, 1 when it failed."""
    parser = argparse.ArgumentParser(prog="ancu demo", description="Invent a province and serve it on this machine.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--reset", action="store_true", help="first delete everything that was entered")
    parser.add_argument("--prepare-only", action="store_true", help="put everything in place, then end")
    options = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        _set_environment(options.port)
        _run_demo(options)
    except KeyboardInterrupt:
        return 0
    except (DemoFailed, PostgresUnavailable) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Raise KeyboardInterrupt (signal handler)."""
    raise KeyboardInterrupt


def _set_environment(port: int) -> None:
    """Set the environment variables of a demo on this port. Raises DemoFailed in production."""
    if os.environ.get("ANCU_ENV") == "production":
        raise DemoFailed("The demo does not run with ANCU_ENV=production.")
    os.environ |= {"ANCU_DEMO": "true", "ANCU_VAR": str(VAR)}
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ.setdefault("PUBLIC_URL", f"http://127.0.0.1:{port}")


def _run_demo(options: argparse.Namespace) -> None:
    """Delete the demo's data if the options say so, then prepare the demo and serve it."""
    if not options.prepare_only:
        _require_free(options.port)  # before the reset: a demo that runs keeps its data
    if options.reset:
        _reset()
    if options.prepare_only:
        _prepare(_database())
        return
    with _database_in_use() as database:
        _prepare(database)
        _serve_until_stopped(options.port)


def _reset() -> None:
    """Delete the demo's database and files. Raises DemoFailed if the settings name another database."""
    if _configured_url():
        raise DemoFailed("The settings name a database of your own: the demo does not delete it.")
    locate(VAR).destroy()
    delete_entered_files(VAR)
    STAMP.unlink(missing_ok=True)


def delete_entered_files(var: Path) -> None:
    """Delete the folders of uploaded and received files in the working folder ``var``."""
    for folder in ENTERED:
        shutil.rmtree(var / folder, ignore_errors=True)


def _configured_url() -> str | None:
    """Return the database URL of the environment (or a file it names); None for the demo's own server."""
    return os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE")


def _database() -> Server | None:
    """Start and return the demo's own server; None when the settings name another database."""
    return None if _configured_url() else ensure_running(VAR)


@contextlib.contextmanager
def _database_in_use() -> Iterator[Server | None]:
    """Context manager that yields the demo's server; the last demo using it stops it at the end."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        database = _database()
        try:
            yield database
        finally:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if database:
                    locate(VAR).stop()


def _prepare(server: Server | None) -> None:
    """Prepare everything needed to serve the demo.

    Skipped if the stamp file says that it was done for this code and the demo's own database.
    """
    state = _state(server)
    if server and STAMP.exists() and STAMP.read_text() == state:
        return
    _manage("prepare_demo")
    STAMP.write_text(state)


def _state(server: Server | None) -> str:
    """Return a hash of the program's files (name, size, time) and of the database server's creation.

    An equal hash means that nothing need be prepared again.
    """
    files = sorted(path for path in (PROGRAM / "ancu").rglob("*") if path.suffix not in {".pyc", ".mo"})
    facts = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files if path.is_file()]
    if server:
        facts.append(str((server.home.data / "PG_VERSION").stat().st_mtime_ns))
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def _manage(command: str) -> None:
    """Run a management command to its end; Ctrl-C reaches this process only."""
    process = subprocess.Popen([*MANAGE, command], cwd=PROGRAM, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        status = process.wait()
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        raise
    if status != 0:
        raise DemoFailed(f"ancu manage {command} failed (status {status}).")


def _serve_until_stopped(port: int) -> None:
    """Run the web server, and the worker once it answers, until a stop signal or until one of them ends."""
    manager = DemoManager(QuietPrinter(sys.stdout, prefix=False))
    environment = (
        os.environ | serving.metrics_folder(port) | {"PYTHONUNBUFFERED": "1"}
    )  # otherwise a pipe would buffer their lines
    for name, command in {"web server": _web_server(port), "worker": _worker(port)}.items():
        manager.add_process(name, f"exec {shlex.join(command)}", env=environment, cwd=str(PROGRAM))
    signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))  # a terminal that was closed
    manager.loop()
    if manager.returncode not in STOPPED:
        raise DemoFailed("The demo ended, since one of its programs did; its last lines are above.")


class DemoManager(Manager):  # type: ignore[misc]  # honcho has no types
    """Ends all programs even if asked before they have started, where honcho would fail and leave them running."""

    is_stop_requested = False

    def terminate(self) -> None:
        """Stop the web server and the worker; if they are still starting, once both have started."""
        self.is_stop_requested = True
        if self._all_started():
            super().terminate()

    def _any_stopped(self) -> bool:
        """Whether to stop all programs: one has ended, or a stop was requested while they started."""
        return (self.is_stop_requested and not self._terminating) or super()._any_stopped()


def _web_server(port: int) -> list[str]:
    """Return the web server's command, without respawned workers, so that a failing start is an error."""
    server = [*serving.GRANIAN, "--host", "127.0.0.1", "--port", str(port), "--workers", "2"]
    quiet = ["--no-ws", "--log-level", "warning"]
    return [sys.executable, "-m", "granian", *server, *quiet, "ancu.config.asgi:application"]


def _worker(port: int) -> list[str]:
    """Return the command of the job worker."""
    return [sys.executable, "-m", "ancu.demo.worker", str(port)]


def _require_free(port: int) -> None:
    """Raise DemoFailed if the port is in use; its message suggests a free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            free = port + 1
            raise DemoFailed(
                f"Port {port} is in use: `ancu demo --port {free}` or `make demo PORT={free}` takes another."
            ) from error


if __name__ == "__main__":
    sys.exit(main())
