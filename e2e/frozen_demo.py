"""A demo province whose clock begins at a fixed moment: the same people, figures and dates in every run."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from ancu.core.db.postgres import ensure_running, locate
from ancu.core.testing import suite_clock

ANCU = [sys.executable, "-m", "ancu"]
PATIENCE_SECONDS = 120


@contextmanager
def frozen_demo(folder: Path) -> Iterator[str]:
    """Serve a demo made in the empty folder at the suite's time, without its worker; yield its address.

    The worker would go on with the province's jobs, so that pictures depended on how long they took.
    """
    suite_clock.start()
    server = ensure_running(folder)
    with psycopg.connect(server.url("ancu_owner"), autocommit=True) as connection:
        connection.execute(suite_clock.database_functions().encode())
    address = f"http://127.0.0.1:{_free_port()}"
    environment = os.environ | {
        "ANCU_VAR": str(folder), "ANCU_DEMO": "true", "PUBLIC_URL": address, "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_URL_FILE"):
        environment.pop(name, None)
    subprocess.run([*ANCU, "demo", "--prepare-only"], env=environment, check=True)
    web = subprocess.Popen([*ANCU, "serve", "--port", address.rpartition(":")[2], "--workers", "1"], env=environment)
    try:
        _wait_for(address)
        yield address
    finally:
        web.terminate()
        web.wait()
        locate(folder).destroy()


def _free_port() -> int:
    """Return a TCP port that no program listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(address: str) -> None:
    """Wait until the web server answers. Raises TimeoutError after two minutes."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/health/live", timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    raise TimeoutError(f"{address} did not answer within {PATIENCE_SECONDS} s")
