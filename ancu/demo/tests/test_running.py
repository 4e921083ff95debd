"""Running the demo once more: what runs already goes on."""

import fcntl
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ancu.demo import __main__ as demo


class Database:
    """Stands for the server: only whether it was stopped is of interest."""

    stopped = False

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Database]:
    found = Database()
    for name in ("DATABASE_URL", "DATABASE_URL_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(demo, "VAR", tmp_path)
    monkeypatch.setattr(demo, "ensure_running", lambda _var: found)
    monkeypatch.setattr(demo, "locate", lambda _var: found)
    monkeypatch.setattr(demo, "_prepare", lambda *_: None)
    monkeypatch.setattr(demo, "_serve", lambda *_: None)
    return found


def run(monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    monkeypatch.setattr(sys, "argv", ["ancu.demo", *options])
    return demo.main()


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_one_that_finds_its_port_taken_leaves_the_others_database_alone(
    monkeypatch: pytest.MonkeyPatch, database: Database, capsys: Any
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert run(monkeypatch, "--port", str(port)) == 1
    assert f"PORT={port + 1}" in capsys.readouterr().err
    assert not database.stopped


def test_the_last_of_two_demos_stops_the_database(
    monkeypatch: pytest.MonkeyPatch, database: Database, tmp_path: Path
) -> None:
    port = str(a_free_port())
    with (tmp_path / "demo.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert run(monkeypatch, "--port", port) == 0
        assert not database.stopped
    assert run(monkeypatch, "--port", port) == 0
    assert database.stopped


def test_putting_everything_in_place_leaves_the_database_running(
    monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    assert run(monkeypatch, "--prepare-only") == 0
    assert not database.stopped
