"""The folder watcher against the real server: unfinished files, a bad line, power cuts, the same file twice."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ancu_client import Client
from ancu_client.agent import main as program
from ancu_client.agent.config import Config, WrongConfig, read
from ancu_client.agent.folder import Busy, Folder
from ancu_client.agent.journal import NAME, Journal
from ancu_client.agent.work import Agent

from ancu.apps.lodging.models import ApiToken
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.tests.test_api import make_token
from ancu.apps.stays.tests.test_uploads import csv, line
from ancu.core import clock
from ancu.core.testing import suite_clock
from tests.flaky import FaultyConnection, bad_line

pytestmark = pytest.mark.django_db(transaction=True)
SOURCE = Path(__file__).resolve().parent.parent / "clients" / "python" / "src"


@pytest.fixture
def here(transactional_db: None, settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path / "files"
    return make_world()


@pytest.fixture
def wire(here: Any, live_server: Any) -> Iterator[FaultyConnection]:
    with bad_line(live_server.url) as line:
        yield line


class Watched:
    """A folder, and an agent that can be killed and started again; its clock is moved by hand."""

    def __init__(self, url: str, key: str, folder: Path, **options: Any) -> None:
        self.config = Config(url, key, folder, language="en", **options)
        self.folder, self.now = folder, 0.0
        self.start()

    def stop(self) -> None:
        self.agent.client.close()
        self.agent.journal.close()

    def start(self) -> None:
        client = Client(self.config.url, self.config.key, tries=1, sleep=lambda _seconds: None)
        self.agent = Agent(
            self.config, client, Folder(self.folder, self.config.kinds, self.config.settle_seconds),
            Journal(self.folder), clock=lambda: self.now,
        )  # fmt: skip

    def rounds(self, count: int = 2) -> float:
        for _round in range(count):
            wait = self.agent.round()
            self.now += 6
        return wait

    def put(self, name: str, data: bytes) -> None:
        (self.folder / name).write_bytes(data)

    def files(self, place: str = "") -> list[str]:
        return sorted(path.name for path in (self.folder / place).iterdir() if path.is_file() and path.name[0] != ".")


@pytest.fixture
def watched(here: Any, wire: FaultyConnection, tmp_path: Path) -> Iterator[Watched]:
    watch = Watched(wire.url, make_token(here.lodging), tmp_path / "inbox")
    yield watch
    watch.stop()


def test_a_file_is_declared_and_its_answer_lies_beside_it(watched: Watched) -> None:
    watched.put("khách.csv", csv(line(), line("B", "A0002", "??")))
    watched.rounds()
    assert watched.files() == watched.files("working") == watched.files("failed") == []
    assert watched.files("done") == [
        "khách.csv", "khách.csv.receipt.json", "khách.csv.receipt.txt", "khách.csv.refused.xlsx",
    ]  # fmt: skip
    receipt = json.loads((watched.folder / "done" / "khách.csv.receipt.json").read_bytes())
    assert (receipt["receipt"], receipt["accepted"], receipt["refused"]) == (Submission.objects.get().number, 1, 1)
    assert receipt["refused_rows"][0]["errors"][0]["code"] == "nationality_unknown"
    text = (watched.folder / "done" / "khách.csv.receipt.txt").read_text("utf-8-sig")
    assert receipt["receipt"] in text and "Row 2:" in text
    assert f"Received at: {clock.local(Submission.objects.get().received_at):%d/%m/%Y %H:%M}" in text


@pytest.mark.parametrize("mode", ["partial", "all_or_nothing"])
def test_a_guest_declared_with_other_data_is_told_beside_the_file(
    here: Any, wire: FaultyConnection, tmp_path: Path, mode: str
) -> None:
    watched = Watched(wire.url, make_token(here.lodging), tmp_path / mode, mode=mode)
    watched.put("a.csv", csv(line()))
    watched.rounds()
    watched.put("b.csv", csv(line().replace(",12,", ",14,")))
    watched.rounds()
    watched.stop()
    receipt = json.loads((watched.folder / "done" / "b.csv.receipt.json").read_bytes())
    assert (receipt["status"], receipt["refused_rows"][0]["differs"]) == (
        "some_differ", [{"field": "room", "declared": "12", "sent": "14"}],
    )  # fmt: skip
    assert "room: declared 12, this file says 14" in (watched.folder / "done" / "b.csv.receipt.txt").read_text(
        "utf-8-sig"
    )


def test_what_is_still_being_written_is_left_alone(watched: Watched) -> None:
    content = csv(line(), line("B", "A0002"))
    for end in (10, 200, 250):
        watched.put("slow.csv", content[:end])
        watched.rounds(1)
    watched.put("slow.csv", content)
    for name in ("guests.csv.tmp", "~$guests.xlsx", ".hidden.csv", "notes.txt", "empty.csv"):
        watched.put(name, b"" if name == "empty.csv" else content)
    (watched.folder / "folder.csv").mkdir()
    watched.rounds(1)
    assert not Stay.objects.exists()
    watched.rounds(2)
    assert Stay.objects.count() == 2
    assert watched.files() == ["empty.csv", "guests.csv.tmp", "notes.txt", "~$guests.xlsx"]


@pytest.mark.parametrize("fault", ["lost_call", "lost_answer", "gateway"])
def test_a_bad_line_loses_nothing_and_doubles_nothing(watched: Watched, wire: FaultyConnection, fault: str) -> None:
    watched.put("a.csv", csv(line()))
    wire.faults = [fault] * 3
    waits = [watched.rounds(2 if first else 1) for first in (True, False, False)]
    assert watched.files("working") == ["a.csv"] and watched.files("failed") == []
    assert [round(wait / 5 / 2**n) for n, wait in enumerate(waits)] == [1, 1, 1]
    watched.rounds(1)
    assert watched.files("done")[0] == "a.csv" and watched.agent.failures == 0
    assert (Stay.objects.count(), Submission.objects.count()) == (1, 1)


@pytest.mark.parametrize("moment", ["sent", "answered", "written"])
def test_the_power_goes_at_any_moment(watched: Watched, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the office took the file; after its answer came; after some of the answers were written."""

    class PowerCut(BaseException):
        pass

    def cut(*_arguments: Any, **_options: Any) -> Any:
        raise PowerCut

    where = {
        "sent": (Client, "wait_for"),
        "answered": (Folder, "settle_as"),
        "written": (os, "replace"),
    }[moment]
    watched.put("a.csv", csv(line(), line("B", "A0002", "??")))
    watched.rounds(1)
    finished = watched.agent.folder.finished(watched.now)
    assert [path.name for path in finished] == ["a.csv"]
    watched.agent.folder.claim(finished[0])
    with monkeypatch.context() as patch:
        patch.setattr(*where, cut)
        with pytest.raises(PowerCut):
            watched.rounds(1)
    assert watched.files("working") == ["a.csv"]
    watched.stop()
    watched.start()
    watched.rounds(1)
    assert watched.files("done")[0] == "a.csv" and watched.files("working") == []
    assert (Stay.objects.count(), Submission.objects.count()) == (1, 1)
    assert json.loads((watched.folder / "done" / "a.csv.receipt.json").read_bytes())["accepted"] == 1


def test_the_same_content_twice_is_told_so_and_a_name_twice_is_no_loss(watched: Watched) -> None:
    watched.put("a.csv", csv(line()))
    watched.rounds()
    watched.put("b.csv", csv(line()))
    watched.put("a.csv", csv(line("C", "A0003")))
    watched.rounds()
    receipts = {
        name: json.loads((watched.folder / "done" / f"{name}.receipt.json").read_bytes())
        for name in ("a.csv", "b.csv", "a-2.csv")
    }
    assert receipts["a.csv"]["receipt"] == receipts["b.csv"]["receipt"] != receipts["a-2.csv"]["receipt"]
    assert [receipt["sent_before"] for receipt in receipts.values()] == [False, True, False]
    assert (Stay.objects.count(), Submission.objects.count()) == (2, 2)


def test_a_damaged_journal_is_begun_anew(watched: Watched) -> None:
    watched.agent.journal.close()
    (watched.folder / NAME).write_bytes(b"not a journal" * 500)
    watched.start()
    watched.put("a.csv", csv(line()))
    watched.rounds()
    assert watched.files("done")[0] == "a.csv"


def test_what_cannot_be_declared_goes_aside_with_its_reason(watched: Watched) -> None:
    watched.put("broken.xml", b"<KHAI_BAO_TAM_TRU><")
    watched.put("wrong.csv", csv(line("B", "A0002", "??")))
    watched.rounds()
    assert [name for name in watched.files("failed") if name.count(".") == 1] == ["broken.xml", "wrong.csv"]
    receipt = json.loads((watched.folder / "failed" / "broken.xml.receipt.json").read_bytes())
    assert (receipt["status"], receipt["problem"]["line"]) == ("none_stands", 1)
    assert "wrong.csv.refused.xlsx" in watched.files("failed")


def test_a_refused_key_fails_no_file(watched: Watched) -> None:
    ApiToken.objects.all().delete()
    watched.put("a.csv", csv(line()))
    assert watched.rounds() > 3
    assert watched.files("working") == ["a.csv"]


def test_a_file_that_grows_after_it_was_taken_is_sent_again_whole(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Client.send_file

    def append_during_call(client: Client, data: bytes, **options: Any) -> Any:
        (watched.folder / "working" / "a.csv").write_bytes(csv(line(), line("B", "A0002")))
        return real(client, data, **options)

    watched.put("a.csv", csv(line()))
    with monkeypatch.context() as patch:
        patch.setattr(Client, "send_file", append_during_call)
        watched.rounds()
    assert watched.files("working") == ["a.csv"]
    watched.rounds(1)
    receipt = json.loads((watched.folder / "done" / "a.csv.receipt.json").read_bytes())
    assert (receipt["accepted"], receipt["already_declared"], Stay.objects.count()) == (1, 1, 2)


def test_logs_are_without_names(watched: Watched, caplog: pytest.LogCaptureFixture, wire: FaultyConnection) -> None:
    with caplog.at_level(logging.DEBUG):
        watched.put("MÜLLER passport C0TEST.csv", csv(line("PRIVATE PERSON", "SECRET1"), line("B", "A0002", "??")))
        wire.faults = ["lost_call"]
        watched.rounds(3)
        watched.put("MÜLLER.xml", b"<PRIVATE")
        watched.rounds()
    messages = "\n".join(record.getMessage() for record in caplog.records if record.name == "ancu.agent")
    assert "1 accepted, 1 refused" in messages
    assert not [word for word in ("MÜLLER", "C0TEST", "PRIVATE", "SECRET1", ".csv", ".xml") if word in messages]


def test_a_file_of_another_kind_is_told_once_and_left(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("guests.pdf", "more.PDF", "list of Mr. Müller", "half.csv.tmp"):
        watched.put(name, b"%PDF")
    with caplog.at_level(logging.WARNING):
        watched.rounds(3)
    messages = [record.getMessage().split(";")[0] for record in caplog.records if record.name == "ancu.agent"]
    assert messages == ["a file of another kind (?) is not taken", "a file of another kind (.pdf) is not taken"]
    assert len(watched.files()) == 4


def test_one_agent_a_folder(watched: Watched) -> None:
    second_folder = Folder(watched.folder, watched.config.kinds, 5)
    with watched.agent.folder.locked(), pytest.raises(Busy), second_folder.locked():
        pass
    with second_folder.locked():
        pass


def test_settings_by_file_and_environment(tmp_path: Path) -> None:
    path, key = tmp_path / "agent.toml", tmp_path / "key"
    key.write_text("ancu_secret\n")
    path.write_text(f'url = "https://office.example"\nkey_file = "{key}"\nfolder = "{tmp_path}"\nsettle_seconds = 9\n')
    config = read(path, {"ANCU_LANGUAGE": "en"})
    assert (config.key, config.settle_seconds, config.language, config.mode) == ("ancu_secret", 9.0, "en", "partial")
    assert read(path, {"ANCU_KEY": "ancu_other", "ANCU_KEY_FILE": ""}).folder == tmp_path
    for wrong in ("mode = 'all'", "language = 'fr'", "look_seconds = 'soon'", "colour = 1", "x", "timeout = -1"):
        bad = tmp_path / "bad.toml"
        bad.write_text(path.read_text() + wrong + "\n")
        with pytest.raises(WrongConfig):
            read(bad, {})
    with pytest.raises(WrongConfig, match="url, key, folder"):
        read(None, {})


def test_the_program_itself_once_checked_and_stopped(here: Any, live_server: Any, tmp_path: Path) -> None:
    """As a scheduler runs it, and as a service: a real process, a real signal."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    environment = os.environ | {
        "ANCU_URL": live_server.url, "ANCU_KEY": make_token(here.lodging), "ANCU_FOLDER": str(folder),
        "ANCU_SETTLE_SECONDS": "0.3", "ANCU_LOOK_SECONDS": "0.2", "no_proxy": "*",
        "PYTHONPATH": suite_clock.python_path(str(SOURCE)),
    }  # fmt: skip
    command = [sys.executable, "-m", program.__name__]
    assert subprocess.run([*command, "--check"], env=environment, capture_output=True, check=False).returncode == 0
    (folder / "a.csv").write_bytes(csv(line()))
    assert subprocess.run([*command, "--once"], env=environment, capture_output=True, check=False).returncode == 0
    assert (folder / "done" / "a.csv.receipt.json").exists()
    service = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
    try:
        (folder / "b.csv").write_bytes(csv(line("B", "A0002")))
        until = time.monotonic() + 20
        while not (folder / "done" / "b.csv").exists() and time.monotonic() < until:
            time.sleep(0.1)
        service.send_signal(signal.SIGTERM)
        assert service.wait(10) == 0
    finally:
        service.kill()
        service.communicate()
    assert Stay.objects.count() == 2
    wrong = environment | {"ANCU_KEY": "ancu_wrong"}
    assert subprocess.run([*command, "--check"], env=wrong, capture_output=True, check=False).returncode == 2
