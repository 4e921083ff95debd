"""Version 0.2.0 is upgraded while hotel programs declare: both versions serve side by side, and nothing is lost."""

import contextlib
import io
import json
import os
import signal
import subprocess
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ancu.core.db.postgres import OWNER
from ancu.core.testing import suite_clock
from tests.crash.house import PROJECT, House, wait_until
from tests.crash.programs import BatchProgram, SentBatch
from tests.crash.test_crash import assert_whole, every_guest, inspect, progress
from tests.crash.test_recovery import changed_since

VERSION_0_2_0 = "8a121e17463aa314579369649ae84505dacceac9"
PATIENCE_S, READER_S, GRACE_S = 60, 5, 10
NAME_JOBS = """
import json, django
django.setup()
from procrastinate.contrib.django import app
print(json.dumps(sorted(app.tasks)))
"""
pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.fixture(scope="module")
def former_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of version 0.2.0, from the history."""
    archive = subprocess.run(["git", "archive", VERSION_0_2_0], cwd=PROJECT, capture_output=True, check=False)
    if archive.returncode:
        pytest.skip("this copy of the repository has no history")
    folder = tmp_path_factory.mktemp("released")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def former(tmp_path_factory: pytest.TempPathFactory, former_program: Path) -> Iterator[House]:
    """A house that version 0.2.0 prepared; whoever upgrades it starts a second one in its folder."""
    var = tmp_path_factory.mktemp("house") / "var"
    var.mkdir()
    house = House(var, former_program)
    try:
        house.execute(suite_clock.database_functions())
        house.run("manage.py", "prepare_database", "--verbosity", "0")
        yield house
    finally:
        house.close()


def test_an_upgrade_loses_nothing_and_stops_nobody(former: House) -> None:
    token = former.run("-m", "tests.crash.prepare").strip()
    former.start_web()
    former.start_worker()
    wait_until(former.answers, PATIENCE_S, "the former version does not answer")
    programs = started([BatchProgram(number, former.port, token) for number in range(3)])
    progress(programs)
    changes, mark = changed_since(former, token, "")
    documents = set(changes)

    upgraded = House(former.var)
    try:
        held_table(upgraded, "dossiers_component")  # somebody's long look: the migration must step back meanwhile
        begun = time.monotonic()
        upgraded.run("manage.py", "prepare_database", "--verbosity", "0")
        took = time.monotonic() - begun
        progress(programs)  # the former version goes on with the new tables
        upgraded.start_web()
        wait_until(upgraded.answers, PATIENCE_S, "the new version does not answer")
        later = started([BatchProgram(10 + number, upgraded.port, token) for number in range(3)])
        progress([*programs, *later])  # both at the same time
        stop_politely(programs, former)
        upgraded.start_worker()
        progress(later)
        finish(later)

        batches = assert_nothing_is_lost(upgraded, [*programs, *later])
        assert documents | documents_after(upgraded, token, mark) == every_guest(batches), "the feed misses a guest"
        assert jobs(former) <= jobs(upgraded), "a job that the former version left has nobody who knows it"
        print(f"\nupgrade: {took:.1f} s beside {len(batches)} batches; refused = 0, lost = 0")
    finally:
        upgraded.stop()


def assert_nothing_is_lost(house: House, programs: list[BatchProgram]) -> list[SentBatch]:
    """Compare what the programs were answered with the database; return their batches."""
    assert [refusal for program in programs for refusal in program.refusals] == []
    batches = [batch for program in programs for batch in program.batches]
    assert_whole(inspect(house), [batch for batch in batches if batch.answer])
    for command in ("verify_receipts", "verify_audit"):
        house.run("manage.py", command)
    assert house.query("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == 0
    return batches


def documents_after(house: House, token: str, mark: str) -> set[str]:
    """The document numbers that the feed of changes shows after a mark."""
    documents: set[str] = set()
    while True:
        changes, mark = changed_since(house, token, mark)
        if not changes:
            return documents
        documents |= set(changes)


def started(programs: list[BatchProgram]) -> list[BatchProgram]:
    for program in programs:
        program.start()
    return programs


def finish(programs: list[BatchProgram]) -> None:
    for program in programs:
        program.stopping.set()
    for program in programs:
        program.join(PATIENCE_S)


def held_table(house: House, table: str) -> None:
    """Look at a table for some seconds in one transaction, beside what follows."""
    begun = threading.Event()

    def look() -> None:
        with psycopg.connect(house.database.url(OWNER)) as connection:
            connection.execute(f"SELECT count(*) FROM {table}".encode())
            begun.set()
            time.sleep(READER_S)

    threading.Thread(target=look, daemon=True).start()
    assert begun.wait(PATIENCE_S)


def stop_politely(programs: list[BatchProgram], house: House) -> None:
    """Stop the programs, then the version that they called, as a service manager would: asked first, then killed."""
    finish(programs)
    for process in (house.web, house.worker):
        assert process is not None
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_S)
    house.stop()


def jobs(house: House) -> set[str]:
    """The names of the jobs that a version knows."""
    names: list[str] = json.loads(house.run("-c", NAME_JOBS))
    return set(names)
