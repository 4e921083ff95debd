"""The database's disk is really full while hotel programs post batches: no acknowledged row is lost.

Twice: first its tables find no room, and it goes on by itself as soon as there is some; then its log (WAL) finds none,
and the server ends, as PostgreSQL does, until its service manager starts it again. The disk is a file system of its own
in memory, so it takes a user who may mount.
"""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ancu.core.db.postgres.home import home_of
from tests.crash.house import House, prepared_house, wait_until
from tests.crash.programs import BatchProgram
from tests.crash.small_disk import SmallDisk, small_disk
from tests.crash.test_crash import (
    PATIENCE_S,
    PROGRAMS,
    assert_whole,
    assert_worker_works,
    every_guest,
    inspect,
    progress,
)

DISK_MB = 200
REFUSALS = 5  # each program tries so often while the disk is full

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("full") / "var"
    var.mkdir()
    return var


@pytest.fixture(scope="module")
def disk(var: Path) -> Iterator[SmallDisk]:
    with small_disk(home_of(var).path, DISK_MB) as disk:
        if disk is None:
            pytest.skip("this user or this kernel may not mount a file system")
        yield disk


@pytest.fixture(scope="module")
def house(var: Path, disk: SmallDisk) -> Iterator[House]:
    with prepared_house(var) as house:
        yield house


def test_a_full_disk_of_the_database_loses_no_acknowledged_row_and_refuses_in_words(
    house: House, disk: SmallDisk
) -> None:
    token = house.run("-m", "tests.crash.prepare").strip()
    house.start_worker()
    house.start_web()
    wait_until(house.answers, PATIENCE_S, "the web server does not answer")
    programs = [BatchProgram(number, house.port, token) for number in range(PROGRAMS)]
    for program in programs:
        program.start()
    progress(programs)

    disk.fill()
    wait_until_refused(programs)
    assert house.database.is_running
    disk.make_room()
    progress(programs)  # by itself

    disk.fill()
    use_up_the_log(house)
    wait_until_refused(programs)
    disk.make_room()
    house.database.start()  # as its service manager would; the web server was not told
    progress(programs)
    assert_worker_works(house)

    for program in programs:
        program.stopping.set()
    for program in programs:
        program.join(PATIENCE_S)
    refusals = refusals_in_words(programs)
    batches = [batch for program in programs for batch in program.batches]
    answered = [batch for batch in batches if batch.answer is not None]
    stored = inspect(house)
    assert_whole(stored, answered)
    in_database = {row[1] for rows in stored["rows"].values() for row in rows}
    assert every_guest(answered) <= in_database <= every_guest(batches)
    print(  # the summary of `make crash`
        f"\nfull disk: {len(answered)} answers, {len(stored['rows'])} receipts, {len(refusals)} refused (503); lost = 0"
    )


def refusals_in_words(programs: list[BatchProgram]) -> list[tuple[int | None, bytes]]:
    """Every refusal that a program was given; each says in both languages that the same may be sent again."""
    refusals = [refusal for program in programs for refusal in program.refusals]
    assert {status for status, _answer in refusals} == {503}
    for _status, answer in refusals:
        problem = json.loads(answer)
        assert problem["code"] == "unavailable" and problem["retry_safe"] and problem["retry_after"] == 30
        assert problem["message_vi"] and problem["message_en"]
    return refusals


def wait_until_refused(programs: list[BatchProgram]) -> None:
    """Until every program has been told several times that it is to send the same again."""
    marks = {program: program.retries for program in programs}
    wait_until(
        lambda: all(program.retries >= mark + REFUSALS for program, mark in marks.items()),
        PATIENCE_S,
        "a program is still answered on a full disk",
    )


def use_up_the_log(house: House) -> None:
    """PostgreSQL ends when its log needs another file and the disk has no room for one."""
    with contextlib.suppress(psycopg.OperationalError):
        while house.database.is_running:
            house.database.execute_as_superuser(b"SELECT pg_switch_wal()")
    wait_until(lambda: not house.database.is_running, PATIENCE_S, "the database still runs")
