"""The server of our own: started by several at once, killed and restarted, and never at the cost of a folder's mode."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ancu.core.db.postgres import Server, find_binaries, home, locate
from ancu.core.db.postgres.binaries import Binaries, copy_binaries
from ancu.core.db.postgres.home import LONGEST_SOCKET_PATH, SOCKET_NAME, Home
from ancu.core.db.postgres.server import _has_ended, _is_exiting

PROJECT = Path(__file__).resolve().parents[3]
START = "import sys; from pathlib import Path; from ancu.core.db.postgres import ensure_running;"
START += "print(ensure_running(Path(sys.argv[1])).pid)"


def modes_above(*paths: Path) -> dict[Path, int]:
    folders = {folder for path in paths for folder in [path, *path.parents]}
    return {folder: folder.stat().st_mode for folder in folders}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for this file, first started by two processes at once."""
    var = tmp_path_factory.mktemp("project") / "var"
    var.mkdir(mode=0o700)
    watched = modes_above(var, PROJECT, find_binaries().tree, Path.home())
    starters = [
        subprocess.Popen([sys.executable, "-c", START, str(var)], stdout=subprocess.PIPE, cwd=PROJECT) for _ in range(2)
    ]
    pids = {starter.communicate(timeout=120)[0].strip() for starter in starters}
    server = locate(var)
    try:
        assert [starter.returncode for starter in starters] == [0, 0]
        assert pids == {str(server.pid).encode()}, "two processes must find one and the same server"
        assert modes_above(*watched) == watched, "no folder above ours may change"
        yield server
    finally:
        server.destroy()


def query(server: Server, sql: str, role: str = "ancu_owner") -> tuple[object, ...]:
    with psycopg.connect(server.url(role)) as connection:
        row = connection.execute(sql.encode()).fetchone()
    assert row is not None
    return row


def test_it_outlives_its_starters_and_is_durable(server: Server) -> None:
    settings = ("fsync", "synchronous_commit", "full_page_writes")
    expressions = ", ".join(f"current_setting('{name}')" for name in settings)
    assert query(server, f"SELECT {expressions}") == ("on", "on", "on")
    assert query(server, "SHOW listen_addresses") == ("",)


def test_only_its_user_may_enter_the_socket_folder(server: Server) -> None:
    for folder in (server.home.path, server.home.socket_folder, server.home.data):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_it_knows_vietnamese_letters(server: Server) -> None:
    assert query(server, "SELECT lower('ĐÀ BẮC')") == ("đà bắc",)
    with psycopg.connect(server.url("ancu_owner")) as connection:
        for name in ("pg_trgm", "unaccent"):
            connection.execute(f"CREATE EXTENSION IF NOT EXISTS {name}".encode())
        trigram_count = connection.execute("SELECT array_length(show_trgm('ăâđêôơư'), 1)").fetchone()
        connection.rollback()
    assert trigram_count == (8,)


def test_the_program_cannot_change_tables(server: Server) -> None:
    with psycopg.connect(server.url("ancu_owner")) as connection:
        connection.execute("CREATE TABLE sample (number int)")
    with psycopg.connect(server.url("ancu_app")) as connection:
        connection.execute("INSERT INTO sample VALUES (1)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DROP TABLE sample")


@pytest.mark.slow
def test_what_was_committed_survives_kill_9(server: Server) -> None:
    with psycopg.connect(server.url("ancu_owner")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
    before = server.pid
    server.kill9()
    assert not server.is_running
    server.start()
    assert server.pid != before
    assert query(server, "SELECT number FROM kept") == (42,)


def test_what_was_killed_is_stopped_already(server: Server) -> None:
    server.start()
    server.kill9()
    server.stop()
    server.start()
    assert query(server, "SELECT 1") == (1,)


def test_it_stops_and_starts_again(server: Server) -> None:
    server.stop()
    assert not server.is_running
    assert server.pid is None
    server.start()
    assert server.is_running


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    deep = Home(tmp_path / ("x" * 120))
    assert len(os.fsencode(deep.socket_folder / SOCKET_NAME)) <= LONGEST_SOCKET_PATH
    assert Home(tmp_path / ("y" * 120)).socket_folder != deep.socket_folder


@pytest.fixture
def private(tmp_path: Path) -> Binaries:
    """The real programs in a folder that nobody but its owner may enter, as in a private home."""
    source = find_binaries()
    root = source.tree.parent.parent if source.libraries else source.tree.parent
    folder = tmp_path / "private"
    for part in filter(None, (source.tree, source.libraries)):
        shutil.copytree(part, folder / part.relative_to(root), symlinks=True)
    folder.chmod(0o700)
    moved = [path and folder / path.relative_to(root) for path in (source.bin, source.tree, source.libraries)]
    return Binaries(*moved)  # type: ignore[arg-type]


def test_a_copy_opens_itself_and_not_the_originals(private: Binaries, tmp_path: Path) -> None:
    private.tree.chmod(0o700)
    home = tmp_path / "home"
    home.mkdir()
    before = modes_above(private.bin)
    copy = copy_binaries(private, home)
    assert [path.stat().st_mode & 0o777 for path in (copy.tree, copy.bin, Path(copy / "initdb"))] == [0o755] * 3
    assert modes_above(*before) == before
    assert [path.name for path in home.iterdir()] == [f"postgresql-{private.version}"], "nothing half-made is left"
    shutil.rmtree(private.tree)
    output = subprocess.run([copy / "initdb", "--version"], capture_output=True, text=True, check=True).stdout
    assert private.version in output, "the copy needs nothing of the originals"


@pytest.mark.slow
def test_programs_in_a_private_folder_serve(private: Binaries, monkeypatch: pytest.MonkeyPatch) -> None:
    """For root they run as another user, who cannot enter that folder: from a copy made for it."""
    parent = Path("/var/lib/ancu" if os.geteuid() == 0 else tempfile.gettempdir())
    parent.mkdir(exist_ok=True)
    service_home = Path(tempfile.mkdtemp(prefix="test-", dir=parent))
    monkeypatch.setattr("ancu.core.db.postgres.home.SERVICE_HOME", service_home)
    monkeypatch.setattr("ancu.core.db.postgres.server.find_binaries", lambda: private)
    var = private.tree.parents[2] / "var"
    var.mkdir(mode=0o700)
    before = modes_above(private.bin, var)
    server = locate(var)
    try:
        server.start()
        assert query(server, "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'") == (1,)
        assert modes_above(*before) == before, "no folder above may change"
        if os.geteuid() == 0:
            program = Path(f"/proc/{server.pid}/exe").readlink()
            assert program.is_relative_to(service_home)
            assert Path(f"/proc/{server.pid}").stat().st_uid != 0
    finally:
        server.destroy()
        shutil.rmtree(service_home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes user")
def test_root_never_runs_it_as_root(server: Server) -> None:
    assert Path(f"/proc/{server.pid}").stat().st_uid != 0
    assert str(server.home.path).startswith("/var/lib/ancu/")


def test_an_unused_folder_has_no_server(tmp_path: Path) -> None:
    assert not locate(tmp_path / "var").is_running


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="for other users the database lies in the folder itself")


@needs_root
def test_a_project_fetched_again_at_the_same_place_does_not_find_its_predecessors_database(tmp_path: Path) -> None:
    """Its files and its secret are gone: rows of the old database would name what nobody can open."""
    var = tmp_path / "var"
    first = locate(var).home.path
    assert locate(var).home.path == first, "started again, it finds its own"
    shutil.copytree(var, tmp_path / "copy")
    assert locate(tmp_path / "copy").home.path != first, "a copy has its own"
    shutil.rmtree(var)
    assert locate(var).home.path != first


@needs_root
def test_a_database_from_before_identities_is_found_by_the_folder_that_has_its_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "SERVICE_HOME", tmp_path / "service")
    var = tmp_path / "var"
    var.mkdir()
    old = tmp_path / "service" / home._fingerprint(var)
    old.mkdir(parents=True)
    secret = var / "secret_key"
    secret.write_text("x")
    os.utime(secret, (1, 1))
    assert locate(var).home.path == old
    shutil.rmtree(var)
    var.mkdir()
    secret.write_text("of a new folder, a moment before its first database")
    os.utime(secret, (time.time(), time.time()))  # files bear the machine's time, the suite has its own
    assert locate(var).home.path != old


@pytest.mark.parametrize(
    ("state", "flags", "ended"),
    [("Z", 0, True), ("X", 0, True), ("R", 0x400104, True), ("S", 0x400100, False), ("D", 0x400040, False)],
)
def test_a_killed_server_on_its_way_out_holds_no_number(state: str, flags: int, ended: bool) -> None:
    stat = f"26453 (post (gres)) {state} 1 26453 26453 0 -1 {flags} 2310 12 0 0 4 2 0 0 20 0 1 0 8812 0 0"
    assert _is_exiting(stat) is ended


def test_a_running_process_is_told_from_one_nobody_collected() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert not _has_ended(child.pid)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # look, and leave it uncollected
        assert _has_ended(child.pid)
    finally:
        child.communicate()
    assert not _has_ended(child.pid)
