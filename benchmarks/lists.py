"""What the office's pages cost in the server: ``python -m benchmarks.lists`` (``--here``: the database as it stands).

Each page is asked for through the whole of Django (middleware, view, template) without a network between; the
database's share is the time spent in its answers. ``first`` is the first request of a fresh connection.
``BENCH_STAYS`` (1,000,000) says how many stays the database is grown to, ``BENCH_ASKS`` (40) how often each page is
asked for.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import database

STAYS = int(os.environ.get("BENCH_STAYS", "1000000"))
ASKS = int(os.environ.get("BENCH_ASKS", "40"))
AIM = 40  # milliseconds, p95 in the server
OFFICER = "canbo@xnc.example"  # of the whole province: the widest lists
HOST = {"host": "localhost"}


class Share:
    """Milliseconds spent waiting for the database, and how many times it was asked."""

    def __init__(self) -> None:
        self.spent, self.asked = 0.0, 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        begin = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.spent += (time.perf_counter() - begin) * 1000
            self.asked += 1


def main() -> None:
    if "--here" in sys.argv:
        _settings()
    else:
        database.prepare()
        _grow()
    _without_static_files()
    from ancu.apps.stays.models import Stay

    load = os.getloadavg()[0]
    print(
        f"\nPages of the province's officer at {Stay.objects.count():,} stays, load average {load:.1f}; milliseconds\n"
    )
    print(f"| {'page':42} | first |  p50 |  p95 | database p95 | queries |")
    print(f"|{'-' * 44}|------:|-----:|-----:|-------------:|--------:|")
    for name, address in pages():
        first, times, shares, asked = measure(address)
        mark = "" if _p95(times) <= AIM else " (not reached)"
        figures = (
            f"{first:5.0f} | {statistics.median(times):4.0f} | {_p95(times):4.0f} | {_p95(shares):12.1f} | {asked:7}"
        )
        print(f"| {name:42} | {figures} |{mark}", flush=True)


def _settings() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ancu.config.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django

    django.setup()


def _without_static_files() -> None:
    """Static files are not what is measured; pages name them without looking for collected ones."""
    from django.test.utils import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    override_settings(
        STORAGES={"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}, "staticfiles": plain}
    ).enable()


def _grow() -> None:
    from django.core.management import call_command
    from django.db import connection

    call_command("load_demo", verbosity=0)
    call_command("load_demo", stays=STAYS, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def pages() -> Iterator[tuple[str, str]]:
    """(what it is, its address) of every list, count and search of the office."""
    from django.urls import reverse

    from ancu.apps.stays.models import Stay

    stay = Stay.objects.select_related("identity", "unit").filter(unit__successor=None).order_by("-id")[0]
    guests, people, lodgings = reverse("stays:guests"), reverse("stays:people"), reverse("stays:lodgings")
    submissions = reverse("stays:submissions")
    yield "area: the province", reverse("stays:area")
    yield "area: one commune", reverse("stays:area-unit", args=[stay.unit_id])
    yield "guests: staying now", guests
    for name in ("late", "overdue", "permit_ended", "everyone"):
        yield f"guests: {name}", f"{guests}?{name}=on"
    yield "guests: one nationality, everyone", f"{guests}?everyone=on&nationality=KOR"
    yield "guests: a rare nationality", f"{guests}?nationality=PRT"
    yield "guests: hospitals", f"{guests}?kind=hospital"
    yield "guests: a month of last year", f"{guests}?everyone=on&since=01/03/2026&until=31/03/2026"
    for text in ("kim", "li na", "nguyen", "nguyen thi", "smith john", "hoffmann", "park ji", "wang xiaoming", "zzyzx"):
        yield f"people: {text}", f"{people}?q={text}"
    yield "people: a small error", f"{people}?q=hofman jorg"
    yield "people: a document number", f"{people}?q={stay.document_number}"
    yield "people: the beginning of a number", f"{people}?q={stay.document_number[:3]}"
    yield "one person", reverse("stays:person", args=[stay.identity.traveller_id])
    yield "one declaration", reverse("stays:stay-office", args=[stay.pk])
    yield "submissions", submissions
    yield "submissions: late", f"{submissions}?late=on"
    yield "submissions of one lodging", reverse("stays:establishment-submissions", args=[stay.establishment_id])
    yield "lodgings", lodgings
    yield "lodgings: by name", f"{lodgings}?q=homestay mai"
    yield "approvals", reverse("lodging:approvals")


def measure(address: str) -> tuple[float, list[float], list[float], int]:
    """(first, all others, the database's shares of those, queries a page), in milliseconds."""
    from django.db import connection

    client = _officer()
    connection.close()
    first = _ask(client, address)[0]
    with _own_connection():
        answers = [_ask(client, address) for _ in range(ASKS)]
    times, shares = [time_ for time_, _share in answers], [share.spent for _time, share in answers]
    return first, times, shares, answers[-1][1].asked


def _officer() -> Any:
    from django.test import Client

    from ancu.apps.accounts.models import User

    client = Client(headers=HOST)
    client.force_login(User.objects.get(email=OFFICER))
    return client


@contextmanager
def _own_connection() -> Iterator[None]:
    """As in a worker: the connection outlives the request (the test client closes it otherwise)."""
    from django.core.signals import request_started
    from django.db import close_old_connections

    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


def _ask(client: Any, address: str) -> tuple[float, Share]:
    from django.db import connection

    share = Share()
    with connection.execute_wrapper(share):
        begin = time.perf_counter()
        answer = client.get(address)
        spent = (time.perf_counter() - begin) * 1000
    assert answer.status_code == 200, (address, answer.status_code)
    return spent, share


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)]


if __name__ == "__main__":
    main()
