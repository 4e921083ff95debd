"""Start, find and stop the project's own PostgreSQL."""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg

from ancu.core.db.postgres.binaries import Binaries, PostgresUnavailable, find_binaries
from ancu.core.db.postgres.home import Account, Home, home_of, prepare, server_account, usable_binaries

OWNER, APP, SUPERUSER, DATABASE = "ancu_owner", "ancu_app", "postgres", "ancu"
START_TIMEOUT_S = 60  # recovery after a crash is part of a start
HERE = Path(__file__).parent
CREATE_DATABASE = "CREATE DATABASE ancu OWNER ancu_owner"
CONFIGURED = "# An Cu: settings.conf follows"
EXITING = 0x4  # PF_EXITING of the kernel
LARGEST_LOG = 10_000_000  # bytes; a longer one is set aside at the next start


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server reached through a Unix socket in a private folder, never over the network."""

    home: Home

    @property
    def host(self) -> str:
        """Return the socket's folder, which libpq takes in place of a host name."""
        return str(self.home.socket_folder)

    def url(self, role: str = APP, dbname: str = DATABASE) -> str:
        """Return a libpq connection URL without a password: access to the folder is what permits a connection."""
        return f"postgresql://{role}@/{dbname}?host={quote(self.host, safe='')}&port=5432"

    @property
    def pid(self) -> int | None:
        """Return the id of the server's main process as its own file states it; None without such a file."""
        with contextlib.suppress(FileNotFoundError, IndexError, ValueError):
            return int((self.home.data / "postmaster.pid").read_text().splitlines()[0])
        return None

    @property
    def is_running(self) -> bool:
        """Whether the server accepts connections; takes under a millisecond, because every command calls it."""
        try:
            lines = (self.home.data / "postmaster.pid").read_text().splitlines()
            if len(lines) < 8 or lines[7].strip() != "ready":
                return False
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(self.home.socket))
            return True
        except OSError:
            return False

    def execute_as_superuser(self, statements: bytes, dbname: str = DATABASE) -> None:
        """Run SQL that neither the program nor its owner may run, such as creating roles."""
        with psycopg.connect(self.url(SUPERUSER, dbname), autocommit=True) as connection:
            connection.execute(statements)

    def empty_database(self) -> None:
        """Drop the program's database with everything in it and create an empty one."""
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS ancu WITH (FORCE)")
            connection.execute(CREATE_DATABASE)

    def start(self) -> None:
        """Start the server unless it runs; after a crash it recovers by itself."""
        with _locked(self.home):
            if not self.is_running:
                _start(self)

    def stop(self) -> None:
        """Stop the server: open transactions are rolled back."""
        with _locked(self.home):
            if _processes_in(self.home.data) and (self.home.data / "PG_VERSION").exists():
                self._pg_ctl("stop", "-m", "fast", "-w", "-t", str(START_TIMEOUT_S))

    def destroy(self) -> None:
        """Stop the server and delete all its data. This cannot be undone."""
        self.stop()
        for folder in (self.home.path, self.home.socket_folder):
            shutil.rmtree(folder, ignore_errors=True)
        self.home.lock.unlink(missing_ok=True)

    def kill9(self) -> None:
        """Kill the server with all its processes, as a power failure would; for tests of durability."""
        for victim in _processes_in(self.home.data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        _wait_until(lambda: not _processes_in(self.home.data), 10, "the server did not die")

    @cached_property
    def _account(self) -> Account:
        """The system user that the database server runs as."""
        return server_account()

    @cached_property
    def _binaries(self) -> Binaries:
        """The PostgreSQL programs, readable by the server's user."""
        return usable_binaries(find_binaries(), self.home, self._account)

    def _run(self, program: str, *arguments: str) -> None:
        """Run a PostgreSQL program as the server's user. Raises PostgresUnavailable with its output."""
        done = self._account.run([self._binaries / program, *arguments], cwd=self.home.path)
        if done.returncode != 0:
            log = self.home.log.read_text(errors="replace") if self.home.log.exists() else ""
            output = "\n".join([done.stdout.strip(), *log.splitlines()[-10:]])
            raise PostgresUnavailable(f"{program} {' '.join(arguments[:1])} failed: {output}")

    def _pg_ctl(self, *arguments: str) -> None:
        """Run ``pg_ctl`` for this server's cluster."""
        self._run("pg_ctl", *arguments, "-D", str(self.home.data), "-l", str(self.home.log), "-s")


def ensure_running(var: Path) -> Server:
    """Start the project's server unless it runs, and return it; many processes may call this at once.

    `var` is the project's working folder; each has a server of its own. The server outlives the
    process that started it. Raises PostgresUnavailable.
    """
    server = locate(var)
    if not server.is_running:
        server.start()
    return server


def locate(var: Path) -> Server:
    """Return the database server of this working folder, running or not."""
    return Server(home_of(var))


def stop(var: Path) -> None:
    """Stop the database server of this working folder, if it runs."""
    locate(var).stop()


@contextlib.contextmanager
def _locked(home: Home) -> Iterator[None]:
    """Context manager that lets one process at a time start or stop a server; the lock ends with its process."""
    home.lock.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    handle = os.open(home.lock, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _start(server: Server) -> None:
    """Start the server, creating and configuring its cluster if needed, and set up the database."""
    home = server.home
    prepare(home, server._account)
    if not (home.data / "PG_VERSION").exists():
        _initdb(server)
    _configure(server)
    _remove_stale_pid_files(server)
    if home.log.exists() and home.log.stat().st_size > LARGEST_LOG:
        home.log.replace(home.log.with_suffix(".log.old"))
    options = ("-o", f"-k '{home.socket_folder}'", "-w", "-t", str(START_TIMEOUT_S))
    server._pg_ctl("start", *options)
    if not (home.path / "ready").exists():
        _bootstrap(server)
        (home.path / "ready").touch()


def _initdb(server: Server) -> None:
    """Create the server's database cluster with ``initdb``.

    Its character type is UTF-8, even where PostgreSQL's own provider compares and sorts, because pg_trgm asks the C
    library what a letter is.
    """
    shutil.rmtree(server.home.data, ignore_errors=True)  # what an interrupted initdb left
    (server.home.path / "ready").unlink(missing_ok=True)
    locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
    if server._binaries.major >= 17:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    data = str(server.home.data)
    server._run("initdb", "-D", data, "-U", SUPERUSER, "--auth=trust", *locale)


def _configure(server: Server) -> None:
    """Append our settings to the server's own configuration file.

    It is done at each start, so that those of a new release take effect.
    """
    path = server.home.data / "postgresql.conf"
    own = path.read_text().split(CONFIGURED)[0]
    path.write_text(own + f"{CONFIGURED}\n" + (HERE / "settings.conf").read_text())


def _bootstrap(server: Server) -> None:
    """Create the database roles and the database; an interrupted run is repeated from its start."""
    roles = (HERE / "roles.sql").read_bytes()
    for dbname in ("template1", "postgres"):
        server.execute_as_superuser(roles, dbname)
    with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        database_exists = connection.execute("SELECT FROM pg_database WHERE datname = 'ancu'").fetchone()
        if database_exists is None:
            connection.execute(CREATE_DATABASE)


def _remove_stale_pid_files(server: Server) -> None:
    """Remove the pid files of a crashed server, which PostgreSQL would take for a running one.

    Their process ids may belong to another program now, or to an ended process that was never reaped (in a container
    without an init). All processes of a server work in its data folder, so this waits until none is left there.
    """
    pid, data = server.pid, server.home.data
    if pid is None or not (_has_ended(pid) or _folder_of(pid) not in (None, data)):
        return
    _wait_until(lambda: not _processes_in(data), 10, "processes of a crashed server are still there")
    for leftover in (data / "postmaster.pid", Path(f"{server.home.socket}.lock")):
        leftover.unlink(missing_ok=True)


def _processes_in(folder: Path) -> list[int]:
    """Return the ids of the processes whose working folder is ``folder``."""
    numbers = (int(path.name) for path in Path("/proc").glob("[0-9]*"))
    return [pid for pid in numbers if _folder_of(pid) == folder]


def _folder_of(pid: int) -> Path | None:
    """Return a process's working folder; None if it has ended or the system does not tell."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return None


def _has_ended(pid: int) -> bool:
    """Whether the process has ended although its number is still taken: a zombie, or a process that is exiting."""
    try:
        return _is_exiting(Path(f"/proc/{pid}/stat").read_text())
    except OSError:
        return False


def _is_exiting(stat: str) -> bool:
    """Whether a line of /proc/PID/stat is of a process about to become a zombie.

    A killed process leaves its folder a moment earlier. Under load that moment is long enough for a new server to
    find the process id in use and give up.
    """
    fields = stat.rpartition(")")[2].split()
    return fields[0] in {"Z", "X"} or bool(int(fields[6]) & EXITING)


def _wait_until(condition: Callable[[], bool], seconds: float, complaint: str) -> None:
    """Wait until the condition holds; raise PostgresUnavailable with ``complaint`` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise PostgresUnavailable(complaint)
        time.sleep(0.01)
