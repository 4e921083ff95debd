"""Declaring against raw COPY, bulk_create and one form at a time: ``python -m benchmarks.declare``."""

import os
import platform
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from ancu.core.web import serving
from benchmarks import database, guests, processor
from benchmarks.client import Run, post_all

ROWS = int(os.environ.get("BENCH_ROWS", "50000"))
PORT = int(os.environ.get("BENCH_PORT", "8799"))
PROCESSES = {"web": f"--port {PORT}", "database": f" {database.NAME} "}


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Run ``act``; return the seconds it took and its result."""
    begin = time.perf_counter()
    result = act()
    return time.perf_counter() - begin, result


def main() -> None:
    """Print how many guests per second each way of declaring stores, compared with raw COPY."""
    database.prepare()
    from benchmarks import paths

    place, token = paths.make_place()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    anchor = ROWS / paths.copy(place, ROWS)
    print(f"{'path':44} {'rows/s':>9} {'÷ COPY':>7}")
    line("COPY into the same tables (the limit)", anchor, anchor)
    line("bulk_create, 1000 a batch", 5000 / timed(lambda: paths.bulk_create(place, 5000))[0], anchor)
    line("one form at a time, each durable", 300 / timed(lambda: paths.forms(place, 300))[0], anchor)
    xml = guests.xml(ROWS)
    seconds, outcome = timed(lambda: paths.file(place, xml))
    assert outcome.accepted == ROWS, outcome.refused
    line(f"file of {ROWS:,}: bytes to receipt", ROWS / seconds, anchor)
    small = guests.xml(520)
    preview(paths, place, small)
    with server():
        http(paths, token, anchor)
    growth(paths, place)


def line(name: str, rows: float, anchor: float, more: str = "") -> None:
    """Print one result: its name, rows per second, and their ratio to ``anchor``, the rate of raw COPY."""
    print(f"{name:44} {rows:9,.0f} {rows / anchor:7.3f}  {more}", flush=True)


def preview(paths: Any, place: Any, data: bytes) -> None:
    """Print how many seconds previewing and then declaring a file take together."""
    seconds, _ = timed(lambda: (paths.file(place, data, dry_run=True), paths.file(place, data)))
    print(f"{'520 rows, preview and then receipt':44} {seconds:9.3f} s", flush=True)


def http(paths: Any, token: str, anchor: float) -> None:
    """Print how many guests per second the API stores, for several batch sizes and numbers of clients.

    ``anchor`` is the rate of raw COPY.
    """
    path = "/api/v1/stays"
    post_all(PORT, path, token, [guests.body(1) for _ in range(200)], 8)  # warm
    paths.settle()
    measured(token, "API, batches of 100, 8 clients", [guests.body(100) for _ in range(240)], 8, 100, anchor)
    for clients in (16, 64):
        bodies = [guests.body(1) for _ in range(4000)]
        measured(token, f"API, one guest a call, {clients} clients", bodies, clients, 1, anchor)


def measured(token: str, name: str, bodies: list[bytes], clients: int, rows: int, anchor: float) -> None:
    """Send ``bodies`` to the API over ``clients`` connections and print the guests per second.

    It also prints the processor time per call of web server and database. ``rows`` is the number in each body,
    ``anchor`` the rate of raw COPY.
    """
    before = processor.used(PROCESSES)
    run = post_all(PORT, "/api/v1/stays", token, bodies, clients)
    after = processor.used(PROCESSES)
    cost = {kind: (after[kind] - before[kind]) / len(bodies) * 1000 for kind in after}
    more = f"{summary(run)}; processor a call: web {cost['web']:.2f} ms, database {cost['database']:.2f} ms"
    line(name, run.per_second * rows, anchor, more)


def summary(run: Run) -> str:
    """Return the latency (p99, in ms) and the number of failures of a run as text."""
    return f"p99 {run.p99_ms:.0f} ms, {run.failed} failed"


def growth(paths: Any, place: Any) -> None:
    """Print how many times longer a single declaration takes once the database has ten times the stays."""
    before = paths.stored()
    first = paths.single_cost(place)
    paths.multiply(place, before * 9)
    last = paths.single_cost(place)
    print(
        f"{'growth: one declaration with 10 × the stays':44} {last / first:9.2f} ×  ({before:,} → {paths.stored():,})"
    )


@contextmanager
def server() -> Any:
    """Context manager that runs a web server for the benchmark."""
    command = [
        sys.executable, "-m", "granian", *serving.GRANIAN, "--host", "127.0.0.1", "--port", str(PORT),
        "--workers", os.environ.get("BENCH_WORKERS", "2"),
        "--no-ws", "--log-level", "error", "ancu.config.asgi:application",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=os.environ | {"WEB_THREADS": os.environ.get("BENCH_THREADS", "4")})
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                    break
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main()
