"""A backup is restored and compared with the office: it passes whole, and each loss makes it fail."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ancu.core.db.postgres.home import SERVICE_USER
from tests.crash.house import PROJECT, House, prepared_house, wait_until
from tests.crash.programs import invent, post

PATIENCE_S = 60
ARCHIVING = """
archive_mode = on
archive_command = 'pgbackrest --config={config} --stanza=ancu archive-push %p'
archive_timeout = 1
"""
REPOSITORY = """
[global]
repo1-path={folder}/repository
repo1-cipher-type=aes-256-cbc
repo1-cipher-pass=a-test
repo1-retention-full=2
log-path={folder}
log-level-file=off
lock-path={folder}
spool-path={folder}
start-fast=y
[ancu]
pg1-path={data}
pg1-socket-path={socket}
pg1-user=postgres
"""
STORE_FILE = """
import django; django.setup()
from ancu.apps.files import services
from ancu.core.actor import system
print(services.store(system("crash"), data=b"a;b\\n1;2\\n", name="a.csv", purpose="upload").path)
"""
pytestmark = [
    pytest.mark.crash, pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pgbackrest") is None, reason="pgbackrest is not installed"),
]  # fmt: skip


class BackedUpHouse:
    """A house whose WAL goes to an encrypted repository of pgBackRest."""

    def __init__(self, house: House) -> None:
        self.house, home = house, house.database.home
        self.folder = home.path / "backup"
        self.config = self.folder / "pgbackrest.conf"
        self.folder.mkdir(mode=0o700)
        settings = REPOSITORY.format(folder=self.folder, data=home.data, socket=home.socket_folder)
        self.config.write_text(settings)
        for path in (self.folder, self.config):
            shutil.chown(path, *([SERVICE_USER] * 2 if Path.home() == Path("/root") else [None]))
        conf = home.data / "postgresql.conf"
        conf.write_text(ARCHIVING.format(config=self.config) + conf.read_text())
        house.database.stop()
        house.database.start()
        self.pgbackrest("stanza-create")
        self.pgbackrest("--type=full", "backup")

    def pgbackrest(self, *arguments: str) -> None:
        command = ["pgbackrest", f"--config={self.config}", "--stanza=ancu", *arguments]
        done = self.house.database._account.run(command, cwd=self.folder)
        assert done.returncode == 0, done.stdout

    def check(self) -> tuple[int, str]:
        """The exit code of `ancu restore-check` and what it printed."""
        binaries = self.house.database._binaries.bin
        command = [
            sys.executable, "-m", "ancu", "restore-check", f"--binaries={binaries}", f"--account={SERVICE_USER}",
            f"--pgbackrest=--config={self.config}", f"--scratch={self.house.database.home.path}",
        ]  # fmt: skip
        done = subprocess.run(
            command, cwd=PROJECT, env=self.house.environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def backed_up(tmp_path: Path) -> Iterator[BackedUpHouse]:
    var = tmp_path / "var"
    var.mkdir()
    with prepared_house(var) as house:
        yield BackedUpHouse(house)


def declare(house: House, token: str, number: int) -> None:
    """A batch of guests, declared."""
    status, answer = post(house.port, token, next(invent(number)).body)
    assert status == 200, answer


def archived(house: House) -> str:
    """End the current WAL segment and wait until it is archived; its name."""
    segment = str(house.query("SELECT pg_walfile_name(pg_current_wal_insert_lsn())"))
    house.database.execute_as_superuser(b"SELECT pg_switch_wal()")
    last = "SELECT coalesce(max(last_archived_wal), '') FROM pg_stat_archiver"
    wait_until(lambda: str(house.query(last)) >= segment, PATIENCE_S, "the WAL is not archived", pause=0.2)
    return segment


def test_a_backup_is_proved_and_each_loss_is_named(backed_up: BackedUpHouse) -> None:
    house = backed_up.house
    token = house.run("-m", "tests.crash.prepare").strip()
    house.start_web()
    wait_until(house.answers, PATIENCE_S, "the web server does not answer")
    declare(house, token, 1)
    path = Path(house.var / "files" / house.run("-c", STORE_FILE).strip())
    house.run("-m", "tests.crash.inspect")  # seals the audit's events
    declared = house.query("SELECT count(*) FROM stays_submission")
    status, words = backed_up.check()
    assert status == 0, words
    assert f"{declared} receipts" in words and "1 files; 0 faults" in words
    stored = json.loads((house.var / "restore-check.json").read_text())
    assert stored["faults"] == [] and stored["rows"] > 100

    sealed = path.read_bytes()
    path.unlink()
    status, words = backed_up.check()
    assert status == 1 and "files missing: " in words, words
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    status, words = backed_up.check()
    assert status == 1 and "files changed" in words, words
    path.write_bytes(sealed)

    declare(house, token, 2)
    lost = archived(house)
    declare(house, token, 3)
    archived(house)
    for piece in (backed_up.folder / "repository" / "archive").rglob(f"{lost}-*"):
        piece.unlink()
    status, words = backed_up.check()
    assert status == 1 and "rows missing in stays_submission" in words, words
