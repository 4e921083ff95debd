"""python -m benchmarks.load: a thousand signed-in people of all roles click through one machine (`make load`).

A house of its own: database, web server with two processes, worker. Each person opens the first page of his account,
then after a pause a link of the page he sees, and so on; hotel programs declare guests meanwhile. Whoever is shown a
link may follow it: every answer but a page is an error. Prints milliseconds by role, and what ten times as many people
would take.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from html import unescape
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any

import httpx

from benchmarks import guests, processor
from tests.crash.house import House, wait_until

AIM_MS, PROGRAMS, PROGRAM_PAUSE_S = 300, 20, 10
COSTLIEST = 15
FULL = 0.6  # of a processor: above it pages wait for one another
LINK = re.compile(r'<a\b[^>]*?\bhref="(/[^"#]*)"(?![^>]*\bdownload\b)')
NUMBERS = re.compile(r"[0-9a-f-]{20,}|[0-9]+|\?\S*")
NO_PAGES = ("//", "/static/", "/accounts/logout", "/stays/receipts/X")  # X: a receipt that the grown demo invented
FILES = re.compile(
    r"\.(csv|xlsx|json|jsonld|pdf|ics|xml|zip|png|svg|docx)\b|/(export|download|files?|pdf|csv)/|[?&]format="
)
# People are compared with one another as they are declared. Without this the worker would spend the whole quarter of an
# hour, and a processor, on comparing those of two years, who came within a minute here.
COMPARED = """
INSERT INTO travellers_matchedidentity (identity_id, version)
SELECT id, (SELECT max(version) FROM travellers_matchedidentity) FROM travellers_identity ON CONFLICT DO NOTHING
"""
SIGN_IN = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
from ancu.apps.accounts.models import User
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.services import create_token
from ancu.core.actor import system
users = list(User.objects.filter(is_active=True, memberships__isnull=False).distinct().order_by("email"))
people = []
for number in range({people}):
    user, client = users[number % len(users)], Client()
    client.force_login(user)
    role = ",".join(sorted(set(user.memberships.values_list("role", flat=True))))
    people.append([role, client.cookies[settings.SESSION_COOKIE_NAME].value])
tokens = []
for place in Establishment.objects.order_by("id")[:{programs}]:
    place.beds = None
    place.save()
    tokens.append(create_token(system("load"), establishment=place, name="hotel program")[1])
print(json.dumps({{"cookie": settings.SESSION_COOKIE_NAME, "people": people, "tokens": tokens}}))
"""


@dataclass
class Outcome:
    """The milliseconds of each page by role and by address, of declarations, and every answer that was none."""

    pages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    by_address: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    declared: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def note(self, times: list[float], answer: "httpx.Response | None", begun: float, link: str) -> None:
        """Add an answer's time to ``times``, or the link (where it stood, and where it leads) to the errors."""
        if answer is not None and answer.status_code < 400:
            times.append((time.perf_counter() - begun) * 1000)
        else:
            status = answer.status_code if answer is not None else "no answer"
            self.errors[f"{status} {NUMBERS.sub('N', link)}"] += 1


@dataclass
class SimulatedUser:
    """Somebody signed in, who clicks."""

    role: str
    headers: dict[str, str]
    chance: random.Random
    pause: float

    async def visit(self, address: str, outcome: Outcome, until: float) -> None:
        """Open page after page over a connection of their own until the moment ``until`` (of time.monotonic)."""
        await asyncio.sleep(self.chance.uniform(0, self.pause))
        async with connection(address) as client:
            await self.click(client, outcome, until)

    async def click(self, client: httpx.AsyncClient, outcome: Outcome, until: float) -> None:
        """Follow one link after the other."""
        links, page = list[str](), "signed in"
        while time.monotonic() < until:
            address = self.chance.choice(links) if links else "/"
            begun, answer = time.perf_counter(), None
            with contextlib.suppress(httpx.HTTPError):
                answer = await self.open(client, address)
            times = outcome.pages[self.role]
            outcome.note(times, answer, begun, f"{self.role}: {page} -> {address}")
            outcome.by_address[NUMBERS.sub("N", address)] += times[-1:]
            page = address
            links = followed(answer.text) if answer is not None and answer.status_code < 400 else []
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * self.pause)

    async def open(self, client: httpx.AsyncClient, address: str) -> httpx.Response:
        """Return the page at an address, where its redirects lead: the client would follow them without the cookie."""
        answer = await client.get(address, headers=self.headers)
        while answer.next_request is not None:
            answer = await client.get(answer.next_request.url, headers=self.headers)
        return answer


def headers_of(number: int, cookie: str) -> dict[str, str]:
    """Return what a browser of the person sends; each person comes from an address of his own."""
    return {"Cookie": cookie, "X-Forwarded-For": f"10.1.{number // 250}.{number % 250 + 1}", "Accept": "text/html"}


def followed(page: str) -> list[str]:
    """Return the addresses of a page's links to pages of this site; files and signing out are none."""
    links = [unescape(link) for link in LINK.findall(page)]
    return [link for link in links if not FILES.search(link) and not link.startswith(NO_PAGES)]


async def declare(address: str, token: str, outcome: Outcome, until: float) -> None:
    """Declare a guest every ten seconds, as a hotel program does."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    async with connection(address) as client:
        while time.monotonic() < until:
            begun, answer = time.perf_counter(), None
            with contextlib.suppress(httpx.HTTPError):
                answer = await client.post("/api/v1/stays", content=guests.body(1), headers=headers)
            outcome.note(outcome.declared, answer, begun, "/api/v1/stays")
            await asyncio.sleep(PROGRAM_PAUSE_S)


async def click(address: str, signed_in: dict[str, Any], *, seconds: float, pause: float) -> Outcome:
    """Let everybody click for so many seconds."""
    outcome, until = Outcome(), time.monotonic() + seconds
    people = [
        SimulatedUser(role, headers_of(number, f"{signed_in['cookie']}={session}"), random.Random(number), pause)
        for number, (role, session) in enumerate(signed_in["people"])
    ]
    await asyncio.gather(
        *(person.visit(address, outcome, until) for person in people),
        *(declare(address, token, outcome, until) for token in signed_in["tokens"]),
    )
    return outcome


def connection(address: str) -> httpx.AsyncClient:
    """Return a client with one connection, as each browser has its own: a shared pool uses few of its connections."""
    limits = httpx.Limits(max_connections=1, keepalive_expiry=120)
    nobodys = CookieJar(DefaultCookiePolicy(allowed_domains=[]))  # each person sends the cookie of the session
    return httpx.AsyncClient(base_url=address, limits=limits, timeout=30, cookies=nobodys, verify=False)


def show(outcome: Outcome, *, seconds: float, used: dict[str, float]) -> None:
    """Print the times by role, the processors that were used, and those that ten times as many people would need."""
    print(f"\n| {'role':44} | pages | p50 | p95 | p99 |\n|{'-' * 46}|------:|----:|----:|----:|")
    everything = [time_ for times in outcome.pages.values() for time_ in times]
    for role, times in [*sorted(outcome.pages.items()), ("all pages", everything), ("declaring", outcome.declared)]:
        if times:
            p50, p95, p99 = statistics.median(times), percentile(times, 95), percentile(times, 99)
            print(f"| {role[:44]:44} | {len(times):5} | {p50:3.0f} | {p95:3.0f} | {p99:3.0f} |")
    print(f"\n| {'costliest pages':60} | pages | p50 | seconds in all |\n|{'-' * 62}|------:|----:|---------------:|")
    for address, times in sorted(outcome.by_address.items(), key=lambda item: -sum(item[1]))[:COSTLIEST]:
        print(f"| {address[:60]:60} | {len(times):5} | {statistics.median(times):3.0f} | {sum(times) / 1000:14.0f} |")
    rate = (len(everything) + len(outcome.declared)) / seconds
    processors = ", ".join(f"{name} {share / seconds:.2f}" for name, share in used.items())
    print(f"\n{rate:.1f} answers a second; processors used: {processors}")
    needed = {name: 10 * seconds_used / seconds / FULL for name, seconds_used in used.items()}
    print(
        "ten times as many people: "
        + ", ".join(f"{number:.0f} processors for {name}" for name, number in needed.items())
    )
    print(f"errors: {dict(outcome.errors.most_common(20)) or 'none'}")
    print(f"p95 {percentile(everything, 95):.0f} ms (at most {AIM_MS})")


def percentile(times: list[float], part: int) -> float:
    """Return the time that so many of a hundred answers stay below."""
    return sorted(times)[max(len(times) * part // 100 - 1, 0)]


def main() -> int:
    """Make the house, let everybody click, and print what they noticed; 1 if anything failed or was too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--pause", type=float, default=40, help="seconds between two clicks of a person, on average")
    parser.add_argument("--stays", type=int, default=200_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        house = House(Path(folder))
        try:
            signed_in = prepare(house, options.people, options.stays)
            marks = {"web": f"--port {house.port}", "database": "postgres: ", "worker": "procrastinate worker"}
            print(
                f"{os.cpu_count()} processors, {options.people} people, a click every {options.pause:.0f} s each",
                flush=True,
            )
            before, seconds = processor.used(marks), options.minutes * 60
            outcome = asyncio.run(click(house.address, signed_in, seconds=seconds, pause=options.pause))
            used = {name: total - before[name] for name, total in processor.used(marks).items()}
            show(outcome, seconds=seconds, used=used)
        finally:
            house.close()
    everything = [time_ for times in outcome.pages.values() for time_ in times]
    return int(bool(outcome.errors) or percentile(everything, 95) > AIM_MS)


def prepare(house: House, people: int, stays: int) -> dict[str, Any]:
    """Fill the house with the demo, grown to so many stays, sign everybody in, and start server and worker."""
    house.environment |= {"BEHIND_PROXY": "true", "LOG_LEVEL": "ERROR", "API_CALLS_A_MINUTE": "1000000"}
    house.run("manage.py", "prepare_database", "--verbosity", "0")
    house.run("manage.py", "load_demo", "--verbosity", "0")
    house.run("manage.py", "load_demo", "--verbosity", "0", "--stays", str(stays))
    house.execute(COMPARED)
    house.execute("ANALYZE")
    house.serve_pages()
    signed_in = json.loads(house.run("-c", SIGN_IN.format(people=people, programs=PROGRAMS)))
    house.start_worker()
    house.start_web()
    wait_until(house.answers, 120, "the web server does not answer")
    return dict(signed_in)


if __name__ == "__main__":
    raise SystemExit(main())
