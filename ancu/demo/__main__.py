"""python -m ancu.demo [--port N | --prepare-only]: database, web server and worker together, until Ctrl-C.

Django is not loaded here: a stamp file tells whether preparation can be skipped, so that a second start takes a few
seconds.
"""

import argparse
import contextlib
import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from ancu.core.db.postgres import PostgresUnavailable, Server, ensure_running, locate
from ancu.core.web import serving
from ancu.demo.supervisor import Output, Supervisor, signal_group

PROJECT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("ANCU_VAR") or PROJECT / "var")
STAMP = VAR / "demo.stamp"
MANAGE = [sys.executable, "manage.py"]
REPORT_EVERY_S = 10.0
ANNOUNCEMENT = """
An Cư đang chạy tại / is served at:  {address}
API:                                {address}api/v1/openapi.json
"""
STARTING = "Máy chủ đang khởi động, đã {seconds} giây / The web server is starting, {seconds} s so far ...\n"
FAREWELL = """
Ctrl-C để dừng; dữ liệu đã nhập được giữ lại (`make demo-reset`: làm lại từ đầu).
Ctrl-C stops it; what was entered is kept (`make demo-reset` starts over).
"""


class DemoFailed(Exception):
    """The demo cannot continue; the message says why."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m ancu.demo", description="Serve the demo province.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--prepare-only", action="store_true", help="put everything in place, then end")
    options = parser.parse_args()
    supervisor = Supervisor()
    try:
        if options.prepare_only:
            _prepare(supervisor, _database())
        else:
            _require_free(options.port)
            with _database_in_use() as database:
                _run_demo(supervisor, database, options.port)
    except (DemoFailed, PostgresUnavailable) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def _run_demo(supervisor: Supervisor, database: Server | None, port: int) -> None:
    try:
        _prepare(supervisor, database)
        if not supervisor.stopping:
            _serve_until_stopped(supervisor, port)
    finally:
        supervisor.stop()


def _database() -> Server | None:
    """Return our own running server; None when the settings name another database."""
    configured_url = os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE")
    return None if configured_url else ensure_running(VAR)


@contextlib.contextmanager
def _database_in_use() -> Iterator[Server | None]:
    """The database, for as long as a demo needs it: of several demos on it the last one stops it."""
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


def _prepare(supervisor: Supervisor, server: Server | None) -> None:
    """Prepare everything needed to serve, unless the stamp says that this code prepared this database."""
    state = _state(server)
    if server and STAMP.exists() and STAMP.read_text() == state:
        return
    _run(supervisor, "prepare_demo")
    if not supervisor.stopping:
        STAMP.write_text(state)


def _state(server: Server | None) -> str:
    """Return a fingerprint of the program's files by name, size and time, and of the database's creation."""
    folders = (PROJECT / "ancu", VAR / "assets")
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix not in {".pyc", ".mo"})
    facts = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files if path.is_file()]
    if server:
        facts.append(str((server.home.data / "PG_VERSION").stat().st_mtime_ns))
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def _run(supervisor: Supervisor, *command: str) -> None:
    """Run a Django command to its end; when stopped, end it silently."""
    process = subprocess.Popen(
        [*MANAGE, *command], cwd=PROJECT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    errors = Output()
    assert process.stderr
    errors.follow(process.stderr)
    while process.poll() is None:
        if supervisor.stopping:
            signal_group(process, signal.SIGTERM)
        time.sleep(0.02)
    if process.returncode != 0 and not supervisor.stopping:
        raise DemoFailed(
            _with_output(f"manage.py {command[0]} failed (status {process.returncode})", errors.last_lines())
        )


def _serve_until_stopped(supervisor: Supervisor, port: int) -> None:
    """Start the web server first, then print the accounts, then start the worker."""
    supervisor.start("web server", _web_server(port))
    address = f"http://127.0.0.1:{port}/"
    if supervisor.wait_until(lambda: _is_answering(address), _report_starting, REPORT_EVERY_S):
        _print(ANNOUNCEMENT.format(address=address))
        _run(supervisor, "demo_accounts")
        _print(FAREWELL)
        supervisor.start("worker", [*MANAGE, "procrastinate", "worker"])
        supervisor.watch()
    elif not supervisor.stopping:
        raise DemoFailed(_with_output("The web server ended before it answered", supervisor.failure() or ""))
    _print("Đang dừng / Stopping ...\n")


def _web_server(port: int) -> list[str]:
    """Return the command without respawned workers, so that a failing start ends the server with an error."""
    server = [*serving.GRANIAN, "--host", "127.0.0.1", "--port", str(port), "--workers", "2"]
    quiet = ["--no-ws", "--log-level", "warning"]
    return [sys.executable, "-m", "granian", *server, *quiet, "ancu.config.asgi:application"]


def _report_starting(seconds: float) -> None:
    _print(STARTING.format(seconds=round(seconds)))


def _with_output(problem: str, output: str) -> str:
    return f"{problem}. Its output ended with:\n\n{output}" if output else f"{problem} and wrote nothing."


def _print(text: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(text)
        sys.stdout.flush()


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise DemoFailed(f"Port {port} is in use: `make demo PORT={port + 1}` takes another.") from error


def _is_answering(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10):  # noqa: S310 -- our own address
            return True
    except urllib.error.HTTPError:
        return True  # any HTTP status means that the server is up
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
