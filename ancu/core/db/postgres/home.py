"""Where a server lives and as whom it runs.

For an ordinary user: in `var/postgres`, as that user. PostgreSQL refuses to run as root; for root
it lives under a folder of our own that another user may enter, and runs as that user. No mode of
any other folder is ever changed.
"""

import contextlib
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ancu.core.db.postgres.binaries import Binaries, PostgresUnavailable, copy_binaries

SERVICE_HOME = Path("/var/lib/ancu")
SERVICE_USER = "ancu"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107  # bytes, on Linux; the kernel's limit, not ours


@dataclass(frozen=True)
class Home:
    """The folders of one server."""

    path: Path

    @property
    def data(self) -> Path:
        """The folder of the server's database cluster."""
        return self.path / "data"

    @property
    def log(self) -> Path:
        """The path of the database server's log file."""
        return self.path / "server.log"

    @property
    def lock(self) -> Path:
        """The path of the lock file that serialises starting and stopping the database server."""
        return self.path.with_name(f"{self.path.name}.lock")

    @property
    def socket_folder(self) -> Path:
        """The folder of the server's socket: in the home, or in the temporary folder if that path is too long."""
        inside = self.path / "run"
        if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return inside
        return Path(tempfile.gettempdir()) / f"ancu-{os.geteuid()}-{_fingerprint(self.path)}"

    @property
    def socket(self) -> Path:
        """The path of the database server's Unix socket."""
        return self.socket_folder / SOCKET_NAME


def home_of(var: Path) -> Home:
    """Return the folders and files of the database server that belongs to the working folder `var`."""
    if os.geteuid() == 0:
        return Home(SERVICE_HOME / _server_name(var.resolve()))
    return Home(var.resolve() / "postgres")


def _server_name(var: Path) -> str:
    """Return the name of a working folder's server, from its path and its identity.

    By the path alone, a project deleted and fetched again would find its predecessor's database, whose files are gone
    and whose secrets open nothing. By the identity alone, a copied project would share the database.
    """
    identity = var / "database.id"
    if not identity.exists():
        var.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=var) as scratch:
            scratch.write("" if _has_older_database(var) else secrets.token_hex(8))
            scratch.flush()
            with contextlib.suppress(FileExistsError):  # another process was faster, and its identity is as good
                os.link(scratch.name, identity)
    chosen = identity.read_text()
    return _fingerprint(var / chosen if chosen else var)


def _has_older_database(var: Path) -> bool:
    """Whether this working folder has a server named by its path alone, as older releases named them.

    Not if the folder's secret key is less than a minute old: then the project was fetched anew to this path.
    """
    secret = var / "secret_key"
    old = secret.exists() and time.time() - secret.stat().st_mtime > 60
    return old and (SERVICE_HOME / _fingerprint(var)).exists()


def _fingerprint(path: Path) -> str:
    """Return a short digest of a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


@dataclass(frozen=True)
class Account:
    """The user that the server runs as; None stands for the caller."""

    uid: int | None = None
    gid: int | None = None

    def run(self, command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run the command as this user, detached from the terminal, so that Ctrl-C does not reach the server.

        Output goes through a file: a pipe would stay open as long as the server runs.
        """
        groups: list[int] | None = [] if self.uid is not None else None
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command,
                cwd=cwd,
                user=self.uid,
                group=self.gid,
                extra_groups=groups,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                check=False,
            )
            output.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, output.read())


def server_account() -> Account:
    """Return the system user to run PostgreSQL as.

    That is the caller; for root, which PostgreSQL refuses, our own system user, else ``nobody``.
    """
    if os.geteuid() != 0:
        return Account()
    entry = _find_user(SERVICE_USER) or _add_user() or _find_user("nobody")
    return Account(entry.pw_uid, entry.pw_gid) if entry else Account(65534, 65534)


def _find_user(name: str) -> pwd.struct_passwd | None:
    """Return the system user of this name; None if there is none."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _add_user() -> pwd.struct_passwd | None:
    """Create the system user that runs PostgreSQL (SERVICE_USER) and return it; None if that fails."""
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")
    if useradd:
        options = ["--system", "--user-group", "--no-create-home", "--home-dir", str(SERVICE_HOME)]
        command = [useradd, *options, "--shell", "/usr/sbin/nologin", SERVICE_USER]
        subprocess.run(command, check=False, capture_output=True)
    return _find_user(SERVICE_USER)


def prepare(home: Home, server_user: Account) -> None:
    """Create the home and the socket folder, accessible to the server's user only."""
    if server_user.uid is not None:
        SERVICE_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        SERVICE_HOME.chmod(0o755)
    for folder in (home.path, home.socket_folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (os.geteuid(), server_user.uid):
            raise PostgresUnavailable(f"{folder} belongs to someone else; remove it and try again")
        if server_user.uid is not None and server_user.gid is not None:
            os.chown(folder, server_user.uid, server_user.gid)
        folder.chmod(0o700)


def usable_binaries(binaries: Binaries, home: Home, server_user: Account) -> Binaries:
    """Return PostgreSQL's programs, or a copy that the server's user can run if the originals are unreadable."""
    if server_user.uid is None:
        return binaries
    try:
        readable = server_user.run([binaries / "postgres", "--version"], cwd=home.path).returncode == 0
    except PermissionError:
        readable = False
    return binaries if readable else copy_binaries(binaries, SERVICE_HOME)
