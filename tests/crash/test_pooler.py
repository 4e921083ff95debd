"""A PgBouncer in transaction mode with three connections: batches, an export, the audit's proof and jobs work."""

import contextlib
import http.client
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ancu.core.db.postgres.home import SERVICE_USER
from ancu.core.testing import suite_clock
from tests.crash.house import House, free_port, wait_until
from tests.crash.programs import BatchProgram
from tests.crash.test_crash import assert_whole, assert_worker_works, inspect, progress
from tests.crash.test_database_away import SIGN_IN

PATIENCE_S = 60
PROGRAMS = 6
BOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
SETTINGS = """
[databases]
ancu = host={socket} port=5432 dbname=ancu user=ancu_app
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
"""
pytestmark = [
    pytest.mark.crash, pytest.mark.slow, pytest.mark.skipif(BOUNCER is None, reason="pgbouncer is not installed"),
]  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    var = tmp_path / "var"
    var.mkdir()
    house = House(var)
    bouncer = None
    try:
        house.execute(suite_clock.database_functions())
        house.run("manage.py", "prepare_database", "--verbosity", "0")
        path = f"public, {suite_clock.SCHEMA}, pg_catalog"
        seconds = f"{suite_clock.SCHEMA}.seconds = '{suite_clock.offset_seconds()}'"
        for setting in (f"search_path = {path}", seconds):  # a pooler refuses options of a session
            house.database.execute_as_superuser(f"ALTER DATABASE ancu SET {setting}".encode())
        port = free_port()
        bouncer = start_bouncer(house, port)
        house.environment |= {"DATABASE_URL": f"postgresql://ancu_app@127.0.0.1:{port}/ancu", "DATABASE_POOLER": "true"}
        house.environment.pop("PGOPTIONS", None)
        yield house
    finally:
        if bouncer is not None:
            bouncer.kill()
            bouncer.wait()
        house.close()


def start_bouncer(house: House, port: int) -> "subprocess.Popen[bytes]":
    """PgBouncer before the house's database; it does not run as root."""
    assert BOUNCER
    settings = house.database.home.path / "pgbouncer.ini"  # in a folder that the server's account may enter
    settings.write_text(SETTINGS.format(socket=house.database.home.socket_folder, port=port))
    account = ["--user", SERVICE_USER] if Path.home() == Path("/root") else []
    return subprocess.Popen([BOUNCER, "--quiet", *account, str(settings)], stdout=house.log, stderr=house.log)


def test_the_program_works_over_three_shared_connections(house: House) -> None:
    token = house.run("-m", "tests.crash.prepare").strip()
    cookie = house.run("-c", SIGN_IN).strip().replace(" ", "=", 1)
    house.start_web()
    wait_until(house.answers, PATIENCE_S, "the web server does not answer")
    house.start_worker()
    programs = [BatchProgram(number, house.port, token) for number in range(PROGRAMS)]
    for program in programs:
        program.start()
    for _turn in range(5):
        progress(programs)
    assert "K" in export(house, cookie)
    for program in programs:
        program.stopping.set()
    for program in programs:
        program.join(PATIENCE_S)
    assert_worker_works(house)
    answered = [batch for program in programs for batch in program.batches if batch.answer is not None]
    assert_whole(inspect(house), answered)
    assert [program.complaint for program in programs] == [""] * PROGRAMS
    assert house.run("manage.py", "verify_audit")


def export(house: House, cookie: str) -> str:
    """The lodging's guests of today as a table, which is read by pieces."""
    client = http.client.HTTPConnection("127.0.0.1", house.port, timeout=60)
    with contextlib.closing(client):
        client.request("GET", "/stays/list.csv", headers={"Cookie": cookie})
        answer = client.getresponse()
        text = answer.read().decode()
    assert answer.status == 200, text
    return text
