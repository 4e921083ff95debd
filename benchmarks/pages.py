"""Asking pages through the whole of Django, and the table that is printed of it; for the benchmarks of pages."""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from benchmarks import database

ASKS = int(os.environ.get("BENCH_ASKS", "40"))
WARM = 6  # a server weighs five plans of a statement before it keeps one: a worker's first minute, not its day
AIM, AIM_DATABASE = 40, 5  # milliseconds, p95 in the server, and of these in the database
HOST = {"host": "localhost"}
ADDRESS_NUMBERS = count()  # each question comes from an address of its own: public pages count them


class Page(NamedTuple):
    """``email`` is who asks; nobody signed in when it is empty. ``typed`` is sent by POST as ``q``."""

    name: str
    address: str
    email: str = ""
    typed: str = ""


class Share:
    """Milliseconds spent waiting for the database, and how many times it was asked: by Django and by hand alike."""

    def __init__(self) -> None:
        self.spent, self.asked = 0.0, 0

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Context manager that adds the time and number of the database calls in its block to the totals."""
        plain = psycopg.Cursor.execute

        def timed(*args: Any, **options: Any) -> Any:
            """Execute an SQL statement and add its time in milliseconds to the total."""
            begin = time.perf_counter()
            try:
                return plain(*args, **options)
            finally:
                self.spent += (time.perf_counter() - begin) * 1000
                self.asked += 1

        psycopg.Cursor.execute = timed  # type: ignore[method-assign]
        try:
            yield
        finally:
            psycopg.Cursor.execute = plain  # type: ignore[method-assign]


def prepare(**grown: int) -> None:
    """Set up the database that the program's options name: the daily (``--here``), the last (``--again``) or a new.

    A new one has the demo, grown to these sizes.
    """
    if "--here" in sys.argv:
        settings()
    elif "--again" in sys.argv:
        database.prepare(reuse=True)
    else:
        database.prepare()
        grow(**grown)
    without_static_files()
    from ancu.config.warm import warm

    warm()


def settings() -> None:
    """Load Django's settings and set Django up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ancu.config.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django

    django.setup()


def without_static_files() -> None:
    """Make pages refer to static files by plain URLs, for benchmarks of the database.

    Looking for collected files is not measured.
    """
    from django.test.utils import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    override_settings(
        STORAGES={"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}, "staticfiles": plain}
    ).enable()


def grow(**sizes: int) -> None:
    """Load the demo and copy its rows to these sizes (number of rows by kind); print the seconds taken."""
    from django.core.management import call_command
    from django.db import connection

    call_command("load_demo", verbosity=0)
    begin = time.perf_counter()
    call_command("load_demo", verbosity=0, **sizes)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"grown in {time.perf_counter() - begin:.0f} s")


def show(title: str, make_pages: Callable[[], Iterable[Page]]) -> None:
    """Print the times of each page in milliseconds as a table, below ``title`` and the machine's load."""
    print(f"\n{title}, load average {os.getloadavg()[0]:.1f}; milliseconds\n")
    print(f"| {'':44} | first |  p50 |  p95 | database p95 | processor | database's | queries |")
    print(f"|{'-' * 46}|------:|-----:|-----:|-------------:|----------:|-----------:|--------:|")
    for page in make_pages():
        timing = measure(page)
        missed = _p95(timing.times) > AIM or _p95(timing.shares) > AIM_DATABASE
        figures = (
            f"{timing.first:5.0f} | {statistics.median(timing.times):4.0f} | {_p95(timing.times):4.0f}"
            f" | {_p95(timing.shares):12.1f} | {timing.processor:9.1f} | {timing.database:10.1f} | {timing.queries:7}"
        )
        print(f"| {page.name:44} | {figures} |{' (not reached)' if missed else ''}", flush=True)


class Measured(NamedTuple):
    """Milliseconds: the first answer, all others, the database's shares of these, and processor time of an answer.

    Processor time is what other work on the machine moves little: compare that while others run.
    """

    first: float
    times: list[float]
    shares: list[float]
    processor: float
    database: float
    queries: int


def measure(page: Page) -> Measured:
    """Request a page repeatedly; return the response times, the database's share, and the processor time of both."""
    from django.db import connection

    client = _client(page.email)
    connection.close()
    first = _ask(client, page)[0]
    with _own_connection():
        for _ in range(WARM):
            _ask(client, page)
        server = connection.connection.info.backend_pid if connection.connection else 0
        ours, theirs = time.process_time(), processor_of(server)
        answers = [_ask(client, page) for _ in range(ASKS)]
        ours, theirs = time.process_time() - ours, processor_of(server) - theirs
    times, shares = [time_ for time_, _share in answers], [share.spent for _time, share in answers]
    return Measured(first, times, shares, ours * 1000 / ASKS, theirs * 1000 / ASKS, answers[-1][1].asked)


def processor_of(pid: int) -> float:
    """Return the processor seconds of a process so far; 0 if the database runs on another machine."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


def _client(email: str) -> Any:
    """Return a test client signed in as the user with this email address; not signed in if it is empty."""
    from django.test import Client

    from ancu.apps.accounts.models import User

    client = Client(headers=HOST)
    if email:
        client.force_login(User.objects.get(email=email))
    return client


@contextmanager
def _own_connection() -> Iterator[None]:
    """Context manager that keeps the database connection between requests; the test client would close it."""
    from django.core.signals import request_started
    from django.db import close_old_connections

    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


def _ask(client: Any, page: Page) -> tuple[float, Share]:
    """Request a page once; return the milliseconds it took, and its database calls with their time."""
    share = Share()
    high, low = divmod(next(ADDRESS_NUMBERS), 256)
    own = {"REMOTE_ADDR": f"10.0.{high}.{low}"}
    with share.counted():
        begin = time.perf_counter()
        answer = client.post(page.address, {"q": page.typed}, **own) if page.typed else client.get(page.address, **own)
        spent = (time.perf_counter() - begin) * 1000
    assert answer.status_code == 200, (page.address, answer.status_code)
    return spent, share


def _p95(values: list[float]) -> float:
    """Return the value that 95 % of the values stay below."""
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)]
