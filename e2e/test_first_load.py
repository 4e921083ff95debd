"""Measure the size of a first visit (login and today's page) from the real server with an empty cache."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, CDPSession, Page
from psycopg.conninfo import make_conninfo

from ancu.apps.accounts.tests.factories import PASSWORD
from ancu.apps.lodging.tests.factories import World
from ancu.apps.reporting.tests.factories import scene_addresses
from ancu.apps.site.tests.factories import make_news, make_outage
from ancu.apps.stays.tests.factories import make_stay
from tests.crash.house import GRANIAN, PROJECT, free_port, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
BUDGET = 200_000  # bytes over the wire, headers included
SLOW_LINE = 400_000 / 8  # bytes a second
LATENCY_MS = 200
USABLE_WITHIN = 5.0  # seconds


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> dict[str, str]:
    """Return the environment of a production-like process; static files are collected once for all workers."""
    base = tmp_path_factory.getbasetemp()
    var = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "first_load"
    var.mkdir(exist_ok=True)
    environment_variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment_variables |= {"ANCU_VAR": str(var), "DATABASE_URL": database(), "LOG_LEVEL": "CRITICAL"}
    with (var / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (var / "collected").exists():
            manage(environment_variables, "collectstatic", "--no-input", "--verbosity", "0")
            (var / "collected").touch()
    return environment_variables


def manage(environment: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=PROJECT, env=environment, check=True)


@pytest.fixture(scope="module")
def program_address(environment: dict[str, str]) -> Iterator[str]:
    """Start granian on this worker's database."""
    manage(environment, "createcachetable")  # the program has a shared cache, tests do not
    port = free_port()
    command = [sys.executable, "-m", "granian", *GRANIAN, "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "ancu.config.asgi:application"], cwd=PROJECT, env=environment, start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: answers(address), 120, "the server does not answer")
        yield address
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # also ends its workers, which hold connections
        process.wait(20)


@pytest.fixture
def server(world: World, program_address: str) -> str:
    """Return the address of the program, which serves the test's own rows."""
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    ):  # the hasher that the program uses
        world.users["bob"].set_password(PASSWORD)
    world.users["bob"].save()
    return program_address


def database() -> str:
    """Return the connection string of the test's database."""
    database_settings = connection.settings_dict
    parts = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return make_conninfo(**{name: database_settings[key] for name, key in parts.items() if database_settings[key]})


def answers(address: str) -> bool:
    with contextlib.suppress(OSError):
        return bool(urlopen(f"{address}/health", timeout=5).status == 200)
    return False


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale="vi-VN")
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def listen(page: Page) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    return session


def sign_in(page: Page, email: str) -> None:
    page.locator("main [name=login]").fill(email)
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/stays/today/", wait_until="domcontentloaded")


def test_the_first_visit_weighs_little(server: str, visitor: Page, world: World) -> None:
    for number in range(20):
        make_stay(world.lodging, f"HOFFMANN JÖRG {number}")
    weights: dict[str, float] = {}
    sizes: list[float] = []
    session = listen(visitor)
    addresses: dict[str, str] = {}
    session.on("Network.requestWillBeSent", lambda it: addresses.update({it["requestId"]: it["request"]["url"]}))

    def weigh(finished: dict[str, float]) -> None:
        sizes.append(finished["encodedDataLength"])
        address = addresses.get(str(finished["requestId"]), "?")
        weights[address] = weights.get(address, 0) + finished["encodedDataLength"]

    session.on("Network.loadingFinished", weigh)
    visitor.goto(f"{server}/accounts/login/", wait_until="networkidle")
    sign_in(visitor, world.users["bob"].email)
    visitor.wait_for_load_state("networkidle")
    assert any(address.endswith("/stays/today/") for address in weights)
    listing = "\n".join(f"{size:>8.0f} {address}" for address, size in sorted(weights.items(), key=lambda it: -it[1]))
    print(f"first visit: {sum(sizes):,.0f} bytes\n{listing}")
    assert sum(sizes) <= BUDGET, listing


def test_the_results_weigh_little_too(server: str, visitor: Page, world: World) -> None:
    """Open one figure and then all results with an empty cache."""
    scene_addresses(world)
    sizes: list[float] = []
    listen(visitor).on("Network.loadingFinished", lambda it: sizes.append(it["encodedDataLength"]))
    for path in ("/results/2026/cases_cleared/", "/results/"):
        visitor.goto(f"{server}{path}", wait_until="networkidle")
    visitor.locator(".fingerprint").wait_for()
    print(f"results: {sum(sizes):,.0f} bytes")
    assert sum(sizes) <= BUDGET


def test_the_home_page_weighs_little(server: str, visitor: Page, world: World) -> None:
    """Open the home page with its figures, news and an outage notice with an empty cache."""
    scene_addresses(world)
    make_news(world)
    make_outage(world)
    weights: dict[str, float] = {}
    addresses: dict[str, str] = {}
    session = listen(visitor)
    session.on("Network.requestWillBeSent", lambda it: addresses.update({it["requestId"]: it["request"]["url"]}))
    session.on(
        "Network.loadingFinished", lambda it: weights.update({addresses[it["requestId"]]: it["encodedDataLength"]})
    )
    visitor.goto(f"{server}/", wait_until="networkidle")
    visitor.locator(".outage").wait_for()
    listing = "\n".join(f"{size:>8.0f} {address}" for address, size in sorted(weights.items(), key=lambda it: -it[1]))
    print(f"home: {sum(weights.values()):,.0f} bytes\n{listing}")
    assert sum(weights.values()) <= BUDGET, listing


@pytest.mark.slow
def test_the_first_visit_is_usable_on_a_slow_line(server: str, visitor: Page, world: World) -> None:
    make_stay(world.lodging)
    conditions = {
        "offline": False,
        "latency": LATENCY_MS,
        "downloadThroughput": SLOW_LINE,
        "uploadThroughput": SLOW_LINE,
    }
    listen(visitor).send("Network.emulateNetworkConditions", conditions)
    began = time.monotonic()
    visitor.goto(f"{server}/accounts/login/", wait_until="domcontentloaded")
    signing_in = time.monotonic() - began
    began = time.monotonic()
    sign_in(visitor, world.users["bob"].email)
    visitor.locator("main a[href$='/declare/']").first.wait_for()
    today = time.monotonic() - began
    print(f"usable at 400 kbit/s: signing in after {signing_in:.1f} s, today {today:.1f} s later")
    assert max(signing_in, today) <= USABLE_WITHIN
