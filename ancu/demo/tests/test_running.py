"""Running the demo once more: what runs already goes on."""

import fcntl
import signal
import socket
import sys
import threading
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
    results = Database()
    for name in ("DATABASE_URL", "DATABASE_URL_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(demo, "VAR", tmp_path)
    monkeypatch.setattr(demo, "ensure_running", lambda _var: results)
    monkeypatch.setattr(demo, "locate", lambda _var: results)
    monkeypatch.setattr(demo, "_prepare", lambda *_: None)
    monkeypatch.setattr(demo, "_run", lambda *_: None)
    monkeypatch.setattr(demo.Supervisor, "watch", lambda _self: None)
    web_server(monkeypatch, "")
    return results


SERVING = """
import http.server
http.server.HTTPServer(("127.0.0.1", {port}), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def web_server(monkeypatch: pytest.MonkeyPatch, before: str) -> None:
    """A real program in place of the web server, which does something before it answers."""
    script = lambda port: [sys.executable, "-c", before + SERVING.format(port=port)]  # noqa: E731
    monkeypatch.setattr(demo, "_web_server", script, raising=False)
    monkeypatch.setattr(demo, "FIRST_PAGE_S", 0.5, raising=False)


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
    with socket.socket() as captured:
        captured.bind(("127.0.0.1", 0))
        captured.listen()
        port = captured.getsockname()[1]
        assert run(monkeypatch, "--port", str(port)) == 1
    assert f"PORT={port + 1}" in capsys.readouterr().err
    assert not database.stopped


def test_the_last_of_two_demos_stops_the_database(
    monkeypatch: pytest.MonkeyPatch, database: Database, tmp_path: Path
) -> None:
    port = str(a_free_port())
    with (tmp_path / "demo.lock").open("w") as captured:
        fcntl.flock(captured, fcntl.LOCK_SH)
        assert run(monkeypatch, "--port", port) == 0
        assert not database.stopped
    assert run(monkeypatch, "--port", port) == 0
    assert database.stopped


def test_putting_everything_in_place_leaves_the_database_running(
    monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    assert run(monkeypatch, "--prepare-only") == 0
    assert not database.stopped


def test_a_slow_start_is_waited_for_and_reported(
    monkeypatch: pytest.MonkeyPatch, database: Database, capsys: Any
) -> None:
    web_server(monkeypatch, "import time; time.sleep(1.5)")
    monkeypatch.setattr(demo, "REPORT_EVERY_S", 0.3)
    assert run(monkeypatch, "--port", str(a_free_port())) == 0
    message = capsys.readouterr().out
    assert "The web server is starting, 1 s so far" in message
    assert message.index("is starting") < message.index("is served at")


def test_a_server_that_ends_is_quoted(monkeypatch: pytest.MonkeyPatch, database: Database, capsys: Any) -> None:
    web_server(monkeypatch, "raise SystemExit('No module named lost')")
    assert run(monkeypatch, "--port", str(a_free_port())) == 1
    message = capsys.readouterr().err
    assert message.rstrip().endswith("Its output ended with:\n\nNo module named lost")


def test_a_server_that_ends_without_a_word_is_said_to(
    monkeypatch: pytest.MonkeyPatch, database: Database, capsys: Any
) -> None:
    web_server(monkeypatch, "raise SystemExit(3)")
    assert run(monkeypatch, "--port", str(a_free_port())) == 1
    assert "ended before it answered and wrote nothing." in capsys.readouterr().err


def test_a_command_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "MANAGE", [sys.executable, "-c", "import sys; sys.exit('no room on ' + sys.argv[1])"])
    with pytest.raises(demo.DemoFailed) as failed:
        demo._run(demo.Supervisor(), "prepare_demo")
    message = "manage.py prepare_demo failed (status 1). Its output ended with:\n\nno room on prepare_demo"
    assert str(failed.value) == message


def test_stopping_while_it_starts_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, database: Database, capsys: Any
) -> None:
    web_server(monkeypatch, "import time; time.sleep(60)")
    threading.Timer(0.5, signal.raise_signal, (signal.SIGINT,)).start()
    assert run(monkeypatch, "--port", str(a_free_port())) == 0
    assert "Stopping" in capsys.readouterr().out
