"""How the demo starts its programs, waits for them and ends."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ancu.core.folders import PROGRAM
from ancu.demo import __main__ as demo
from ancu.demo import worker

DATABASE_VARIABLES = ("DATABASE_URL", "DATABASE_URL_FILE")
WAITING = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
PATIENCE_S = 120
# The demo in a process and a folder of its own: its database only notes that it was stopped.
DEMO = """
import sys
from pathlib import Path
from ancu.core.folders import PROGRAM
from ancu.demo import __main__ as demo

folder, web, worker, port = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]

class Database:
    def stop(self):
        (folder / "database_stopped").touch()

demo.VAR = folder
demo.ensure_running = demo.locate = lambda _var: Database()
demo._prepare = lambda _server: None
demo._web_server = lambda _port: [sys.executable, "-c", web, str(folder / "web")]
demo._worker = lambda _port: [sys.executable, "-c", worker, str(folder / "worker")]
sys.exit(demo.main(["--port", port]))
"""


class Database:
    """Stands for the server and counts what happens to it."""

    stopped = destroyed = False

    def stop(self) -> None:
        self.stopped = True

    def destroy(self) -> None:
        self.destroyed = True


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Database]:
    """A demo in a folder of its own, without programs."""
    server = Database()
    for name in (*DATABASE_VARIABLES, "ANCU_ENV"):
        monkeypatch.delenv(name, raising=False)
    for name in ("ANCU_DEMO", "ANCU_VAR", "LOG_LEVEL", "PUBLIC_URL"):
        monkeypatch.setenv(name, os.environ.get(name, ""))  # the demo sets them; monkeypatch restores them
    monkeypatch.setattr(demo, "VAR", tmp_path)
    monkeypatch.setattr(demo, "STAMP", tmp_path / "demo.stamp")
    monkeypatch.setattr(demo, "ensure_running", lambda _var: server)
    monkeypatch.setattr(demo, "locate", lambda _var: server)
    monkeypatch.setattr(demo, "_prepare", lambda _server: None)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield server
    for number, handler in handlers.items():
        signal.signal(number, handler)


class Running:
    """A demo that runs in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process:
            self.process.kill()
            self.process.communicate()
        for note in (self.folder / "web", self.folder / "worker"):
            if note.exists() and is_running(int(note.read_text())):
                os.kill(int(note.read_text()), signal.SIGKILL)

    def start(self, *, web: str = WAITING, worker: str = WAITING) -> subprocess.Popen[str]:
        arguments = [sys.executable, "-c", DEMO, str(self.folder), web, worker, str(free_port())]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(arguments, cwd=PROGRAM, text=True, start_new_session=True, **pipes)
        return self.process

    def process_id(self, name: str) -> int:
        """Return the process id that a program noted, once it has."""
        note, deadline = self.folder / name, time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if note.exists() and (text := note.read_text()):
                return int(text)
            time.sleep(0.05)
        raise AssertionError(f"nothing was noted in {note}")

    def stop(self, number: signal.Signals) -> int:
        """Send a signal once both programs run; return the demo's exit status."""
        process = self.start()
        self.process_id("web"), self.process_id("worker")
        process.send_signal(number)
        return process.wait(PATIENCE_S)


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    for name in (*DATABASE_VARIABLES, "ANCU_ENV"):
        monkeypatch.delenv(name, raising=False)
    with Running(tmp_path) as demo_process:
        yield demo_process


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_in_use_leaves_another_demos_database_alone(database: Database, capsys: Any) -> None:
    with socket.socket() as captured:
        captured.bind(("127.0.0.1", 0))
        captured.listen()
        port = captured.getsockname()[1]
        assert demo.main(["--port", str(port)]) == 1
    assert f"PORT={port + 1}" in capsys.readouterr().err
    assert not database.stopped


def test_the_demo_refuses_production(database: Database, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("ANCU_ENV", "production")
    assert demo.main([]) == 1
    assert "production" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_ends_both_programs(number: signal.Signals, running: Running) -> None:
    assert running.stop(number) == 0
    assert (running.folder / "database_stopped").exists()
    assert not is_running(running.process_id("web"))
    assert not is_running(running.process_id("worker"))


@pytest.mark.slow
def test_a_program_that_ends_ends_the_demo(running: Running) -> None:
    process = running.start()
    running.process_id("web")
    os.kill(running.process_id("worker"), signal.SIGKILL)
    output, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert "worker stopped" in output
    assert "one of its programs" in errors
    assert not is_running(running.process_id("web"))


@pytest.mark.slow
def test_the_output_of_a_program_that_fails_is_shown(running: Running) -> None:
    process = running.start(web="raise SystemExit('No module named lost')")
    output, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert "No module named lost" in output


@pytest.mark.slow
def test_the_last_of_two_demos_stops_the_database(running: Running) -> None:
    with (running.folder / "demo.lock").open("w") as captured:
        fcntl.flock(captured, fcntl.LOCK_SH)
        assert running.stop(signal.SIGINT) == 0
        assert not (running.folder / "database_stopped").exists()


def test_putting_everything_in_place_leaves_the_database_running(database: Database) -> None:
    assert demo.main(["--prepare-only"]) == 0
    assert not database.stopped


def test_a_reset_deletes_database_and_files(database: Database, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "demo.stamp").touch()
    (tmp_path / "secret_key").touch()
    assert demo.main(["--reset", "--prepare-only"]) == 0
    assert database.destroyed
    assert {path.name for path in tmp_path.iterdir()} == {"secret_key"}


def test_a_reset_keeps_a_database_of_the_settings(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/ancu")
    assert demo.main(["--reset", "--prepare-only"]) == 1
    assert not database.destroyed


def test_a_command_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "MANAGE", [sys.executable, "-c", "import sys; sys.exit(3)"])
    with pytest.raises(demo.DemoFailed, match=r"ancu manage prepare_demo failed \(status 3\)"):
        demo._manage("prepare_demo")


def test_a_stop_before_all_programs_have_started_ends_them_once_they_have(monkeypatch: pytest.MonkeyPatch) -> None:
    manager, ended = demo.DemoManager(), []
    monkeypatch.setattr(manager._procmgr, "terminate", ended.append)
    manager._processes = {"web server": {"pid": 7, "colour": None}, "worker": {"colour": None}}
    manager.terminate()
    assert ended == [] and manager._any_stopped()
    manager._processes["worker"]["pid"] = 8
    manager.terminate()
    assert ended == [7, 8] and not manager._any_stopped()


def test_a_slow_start_is_reported_until_the_server_answers(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    answers = iter([False, False, True])
    monkeypatch.setattr(worker, "_is_answering", lambda _address: next(answers))
    monkeypatch.setattr(worker, "REPORT_EVERY_S", 0.0)
    worker.wait_until_answering("http://127.0.0.1:8000/")
    assert capsys.readouterr().out.count("The web server is starting, 0 s so far") == 2
