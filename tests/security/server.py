"""The program as it is served, over this worker's test database, and clients that misuse it."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from psycopg.conninfo import make_conninfo

from tests.crash.house import GRANIAN, PROJECT, free_port, wait_until

FORM = "Content-Type: application/x-www-form-urlencoded\r\nCookie: csrftoken=" + 32 * "a"


class Served:
    """One web server, its address and what it costs."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def health(self) -> float:
        """Seconds until ``/health`` answered; infinite when it did not within five."""
        began = time.monotonic()
        with contextlib.suppress(OSError, http.client.HTTPException):
            client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with contextlib.closing(client):
                client.request("GET", "/health")
                if client.getresponse().status == 200:
                    return time.monotonic() - began
        return float("inf")

    def megabytes(self) -> float:
        """Resident memory of all its processes."""
        command = ["ps", "-o", "rss=", "-g", str(self.process.pid)]
        sizes = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        return sum(map(int, sizes)) / 1024

    def begin_form(self, path: str, length: int) -> socket.socket:
        """A connection on which a form of ``length`` bytes was announced."""
        sender = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{FORM}\r\nContent-Length: {length}\r\n\r\n"
        sender.sendall(head.encode())
        return sender


@contextlib.contextmanager
def served(var: Path, **settings: str) -> Iterator[Served]:
    """``settings`` are variables of the environment beside those of every test server."""
    parts = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    parameters = connection.settings_dict
    url = make_conninfo(**{name: parameters[key] for name, key in parts.items() if parameters[key]})
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment |= {"ANCU_VAR": str(var), "DATABASE_URL": url, "LOG_LEVEL": "CRITICAL"} | settings
    port = free_port()
    command = [sys.executable, "-m", "granian", *GRANIAN, "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "ancu.config.asgi:application"], cwd=PROJECT, env=environment, start_new_session=True
    )
    server = Served(process, port)
    try:
        wait_until(lambda: server.health() < 5, 120, "the server does not answer", pause=0.2)
        yield server
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
