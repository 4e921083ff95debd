"""Slow senders and large bodies: nobody holds more than his own connection, and bodies are limited by the page."""

import asyncio
import contextlib
import io
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from ancu.config import intake
from ancu.config.asgi import environ_of
from ancu.config.body_limits import MEGABYTE, OF_FILES, REFUSED, SMALL, body_limit
from ancu.config.intake import Intake, Refused
from tests.security.server import Served, served

CONNECTIONS = 50
PAGES = ("/accounts/login/", "/petitions/", "/tips/answer/", "/lodgings/register", "/guest/", "/d/", "/stays/upload/",
         "/authorization-service/oauth/token")  # fmt: skip


@pytest.fixture(scope="module")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served")) as running:
        yield running


def test_fifty_senders_of_a_byte_a_second_to_each_page_leave_health_under_a_second(server: Served) -> None:
    before = server.megabytes()
    with contextlib.ExitStack() as connections:
        senders = [
            connections.enter_context(server.begin_form(page, 1000)) for page in PAGES for _number in range(CONNECTIONS)
        ]
        slowest = 0.0
        for _second in range(3):
            for sender in senders:
                with contextlib.suppress(OSError):  # one client may not have so many bodies on their way
                    sender.sendall(b"a")
            time.sleep(1)
            slowest = max(slowest, server.health())
        assert slowest < 1
        assert server.megabytes() - before < 50


def test_large_bodies_before_sign_in_are_refused_and_kept_nowhere(server: Served) -> None:
    before = server.megabytes()
    for _number in range(4):
        with server.begin_form("/authorization-service/oauth/token", 55 * MEGABYTE) as sender:
            for _part in range(55):
                sender.sendall(b"a" * MEGABYTE)
            assert sender.recv(20).startswith(b"HTTP/1.1 413")
    assert server.megabytes() - before < 50


# ---- how much, from whom -------------------------------------------------------------------------------------


def environment(client: Client, path: str, prefix: str = "", **more: str) -> dict[str, Any]:
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    headers = [(b"cookie", f"{prefix}{settings.SESSION_COOKIE_NAME}={cookie.value}".encode())] if cookie else []
    headers += [(name.encode(), value.encode()) for name, value in more.items()]
    scope = {"method": "POST", "path": path, "query_string": b"", "http_version": "1.1", "scheme": "http"}
    return environ_of(scope | {"headers": headers})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "signed_out", "signed_in"),
    [("/accounts/login/", 1, 1), ("/stays/upload/", 1, 52), ("/petitions/", 52, 52), ("/tips/write/", 45, 45),
     ("/nowhere", 1, 1), ("/api/v1/stays/file", 1, 1)],
)  # fmt: skip
def test_only_pages_to_which_files_come_take_large_bodies_and_after_sign_in(
    world: Any, path: str, signed_out: int, signed_in: int
) -> None:
    assert body_limit(environment(world.client(), path)) == signed_out * MEGABYTE
    assert body_limit(environment(world.client("alice"), path)) == signed_in * MEGABYTE


@pytest.mark.django_db
def test_a_session_is_known_by_the_name_its_cookie_has_in_production(world: Any, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    alice = world.client("alice")
    assert body_limit(environment(alice, "/stays/upload/", "__Host-")) == 52 * MEGABYTE
    assert body_limit(environment(alice, "/stays/upload/")) == SMALL


@pytest.mark.django_db
def test_a_program_sends_files_only_with_a_key_in_force(world: Any) -> None:
    from ancu.apps.lodging.services import create_token

    key = create_token(world.actor("alice"), establishment=world.lodging, name="hotel program")[1]
    assert body_limit(environment(Client(), "/api/v1/stays/file", authorization=f"Bearer {key}")) == 65 * MEGABYTE
    assert body_limit(environment(Client(), "/api/v1/stays/file", authorization="Bearer wrong")) == SMALL


def patterns(resolver: Any, name: str = "", route: str = "") -> Iterator[tuple[str, str, Any]]:
    for pattern in resolver.url_patterns:
        path = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, f"{name}{pattern.namespace}:" if pattern.namespace else name, path)
        elif isinstance(pattern, URLPattern):
            yield path, name + (pattern.name or ""), pattern.callback


def test_every_page_to_which_files_come_says_how_large() -> None:
    first_names: dict[str, str] = {}
    for route, name, _view in patterns(get_resolver()):
        first_names.setdefault(route, name)
    assert OF_FILES.keys() <= set(first_names.values()), OF_FILES.keys() - set(first_names.values())
    reading = {
        path.relative_to(settings.BASE_DIR).with_suffix("").as_posix().replace("/", ".")
        for path in (settings.BASE_DIR / "ancu").rglob("*.py")
        if re.search(r"request\.FILES", Path(path).read_text()) and not {"tests", "services"} & {*path.parts}
    }
    declared = {view.__module__ for _route, name, view in patterns(get_resolver()) if name in OF_FILES}
    by_program = {"ancu.apps.stays.api.declaring", "ancu.apps.stays.api.files", "ancu.apps.dossiers.api"}
    # Read no file, only the names of fields, or whether there is a file.
    only_names = {"ancu.apps.stays.views.declare", "ancu.config.outage_page"}
    assert reading - declared - by_program - only_names == set()


# ---- what is said --------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("status", [408, 413, 503])
def test_a_refused_body_is_said_in_words(world: Any, status: int) -> None:
    response = world.client("alice").post("/stays/upload/", {}, **{REFUSED: status})
    assert response.status_code == status and b"Nothing was saved" in response.content


@pytest.mark.django_db
def test_a_large_body_whose_session_is_over_leads_to_sign_in(world: Any) -> None:
    response = world.client().post("/stays/upload/", {}, headers={"X-Sent-By": "script"}, **{REFUSED: 413})
    assert response.status_code == 401 and response["X-Sign-In"]


@pytest.mark.django_db
def test_a_program_is_told_in_its_own_form(world: Any) -> None:
    response = world.client().post("/api/v1/stays", b"[]", content_type="application/json", **{REFUSED: 503})
    assert response.status_code == 503 and response.json()["retry_after"] == 30
    response = world.client().post("/api/v1/stays", b"[]", content_type="application/json", **{REFUSED: 413})
    assert response.status_code == 401, "without a key its key is asked for first"


# ---- time and memory -----------------------------------------------------------------------------------------


def sent_from(address: str, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    scope = {"method": "POST", "path": "/", "query_string": b"", "http_version": "1.1", "scheme": "http"}
    return environ_of(scope | {"client": (address, 1), "headers": headers})


async def send(
    receiving: Intake, parts: list[bytes], *, declared: int, pause: float = 0.0, address: str = "192.0.2.9"
) -> bytes:
    environ = sent_from(address, (b"content-length", str(declared).encode()))
    waiting = list(parts)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause)
        data = waiting.pop(0) if waiting else b""
        return {"type": "http.request", "body": data, "more_body": bool(waiting)}

    async with receiving.body(receive, environ) as body:
        assert isinstance(body, io.BytesIO)
        return body.read()


async def hundred_megabytes(_environ: dict[str, Any]) -> int:
    return 100 * MEGABYTE


def test_a_body_that_stalls_or_crawls_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "SILENCE_S", 0.05)
    with pytest.raises(Refused, match="408"):
        asyncio.run(send(Intake(hundred_megabytes), [b"a"], declared=10, pause=0.2))
    monkeypatch.setattr(intake, "SILENCE_S", 5)
    monkeypatch.setattr(intake, "GRACE_S", 0.1)
    with pytest.raises(Refused, match="408"):
        asyncio.run(send(Intake(hundred_megabytes), [b"a"] * 20, declared=20, pause=0.02))


def test_bodies_on_their_way_have_a_bound_together_and_for_each_client() -> None:
    receiving = Intake(hundred_megabytes)

    async def fill(address: str, until: asyncio.Event) -> None:
        environ = sent_from(address)
        parts = [b"a" * MEGABYTE] * 100

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": parts.pop(), "more_body": bool(parts)}

        async with receiving.body(receive, environ):
            await until.wait()

    async def attack() -> None:
        done = asyncio.Event()
        first = asyncio.create_task(fill("192.0.2.1", done))
        await asyncio.sleep(0.3)
        with pytest.raises(Refused, match="503"):
            await fill("192.0.2.1", done)
        second = asyncio.create_task(fill("192.0.2.2", done))
        await asyncio.sleep(0.3)
        with pytest.raises(Refused, match="503"):
            await fill("192.0.2.3", done)
        assert await send(receiving, [b"small"], declared=5, address="192.0.2.3") == b"small"
        done.set()
        await asyncio.gather(first, second)

    asyncio.run(attack())
    assert not receiving._held
