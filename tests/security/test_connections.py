"""Thousands of connections of one address: idle, slow with their headers, slow with a body, or kept open."""

import asyncio
import contextlib
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from django.conf import settings

from ancu import cli
from ancu.config import asgi, intake
from ancu.config.intake import Intake, Refused, TooManySenders
from ancu.core.web import serving
from tests.security.server import FORM, Served, served
from tests.security.test_slow_senders import hundred_megabytes, sent_from

CONNECTIONS = 2000
HEAD = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BEGINNINGS = {
    "idle": b"",
    "half a head": HEAD + b"X-More: ",
    "half a body": f"POST /petitions/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{FORM}\r\nContent-Length: 9\r\n\r\n".encode(),
    "kept open": HEAD + b"\r\n",
}


@pytest.fixture(scope="module", autouse=True)
def _many_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= hard < CONNECTIONS + 500:
        pytest.skip("this user may not open so many connections")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served"), GRANIAN_HTTP1_HEADER_READ_TIMEOUT="5000") as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("kind", BEGINNINGS)
def test_two_thousand_connections_of_one_address_leave_health_under_a_second(server: Served, kind: str) -> None:
    before, idle_seconds = server.megabytes(), median(server.health() for _turn in range(5))
    with contextlib.ExitStack() as connections:
        for _number in range(CONNECTIONS):
            sender = connections.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=5))
            sender.sendall(BEGINNINGS[kind])
        time.sleep(1)
        seconds = median(server.health() for _turn in range(5))
        assert seconds < 1 + 5 * idle_seconds  # a busy machine answers slowly without them too
        assert server.megabytes() - before < 100


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["idle", "half a head", "kept open"])
def test_a_connection_on_which_nothing_comes_is_closed(server: Served, kind: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=15) as sender:
        sender.sendall(BEGINNINGS[kind])
        while sender.recv(65536):
            pass


def test_many_bodies_of_one_client_that_stall_take_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "SILENCE_S", 0.05)
    monkeypatch.setattr(intake, "MANY_SENDERS", 3)
    receiving = Intake(hundred_megabytes)

    async def send(address: str) -> None:
        async with receiving.body(asyncio.Event().wait, sent_from(address)):  # type: ignore[arg-type]
            pass

    async def attack() -> list[Any]:
        addresses = ["192.0.2.1"] * 5 + ["192.0.2.2"]
        return await asyncio.gather(*map(send, addresses), return_exceptions=True)

    refusals = [type(refusal) for refusal in asyncio.run(attack())]
    assert refusals == [TooManySenders] * 3 + [Refused] * 3, "few of one client are told what was slow"


def test_one_client_has_a_bounded_number_of_bodies_on_their_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_SENDERS", 3)
    receiving = Intake(hundred_megabytes)

    async def send(address: str, wait: asyncio.Event) -> None:
        async def receive() -> dict[str, Any]:
            await wait.wait()
            return {"type": "http.request", "body": b"a", "more_body": False}

        async with receiving.body(receive, sent_from(address)):
            pass

    async def attack() -> None:
        done = asyncio.Event()
        senders = [asyncio.create_task(send("192.0.2.1", done)) for _number in range(3)]
        neighbour = asyncio.create_task(send("192.0.2.2", done))
        await asyncio.sleep(0)
        with pytest.raises(TooManySenders):
            await send("192.0.2.1", done)
        done.set()
        await asyncio.gather(*senders, neighbour)
        await send("192.0.2.1", done)

    asyncio.run(attack())
    assert not receiving._senders and not receiving._held


@pytest.mark.parametrize(
    ("path", "words"), [("/api/v1/stays", b'"retry_after":30'), ("/petitions/", b"Sending again later")]
)
def test_who_has_too_many_is_told_in_words(path: str, words: bytes) -> None:
    messages: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    asyncio.run(asgi._refuse_at_once(path, send))
    assert messages[0]["status"] == 503 and (b"retry-after", b"30") in messages[0]["headers"]
    assert words in messages[1]["body"]


def test_operators_start_the_server_that_was_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(cli.os, "execve", lambda _program, command, _environment: commands.append(command))
    cli.serve(["--port", "8001"])
    assert " ".join(serving.GRANIAN) in " ".join(commands[0])
    assert commands[0][-1] == "ancu.config.asgi:application"
    guide = Path(settings.BASE_DIR, "docs/guide/operator.md").read_text()
    assert guide.count("\nancu serve") == 2, "once in each language"
