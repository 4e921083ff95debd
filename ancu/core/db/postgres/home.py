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
        return self.path / "data"

    @property
    def log(self) -> Path:
        return self.path / "server.log"

    @property
    def lock(self) -> Path:
        return self.path.with_name(f"{self.path.name}.lock")

    @property
    def socket_folder(self) -> Path:
        """Inside the home, or in the temporary folder when that path would be too long."""
        inside = self.path / "run"
        if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return inside
        return Path(tempfile.gettempdir()) / f"ancu-{os.geteuid()}-{_fingerprint(self.path)}"

    @property
    def socket(self) -> Path:
        return self.socket_folder / SOCKET_NAME


def home_of(var: Path) -> Home:
    """The home of the server that belongs to the project whose working folder is `var`."""
    if os.geteuid() == 0:
        return Home(SERVICE_HOME / _name(var.resolve()))
    return Home(var.resolve() / "postgres")


def _name(var: Path) -> str:
    """Of this folder at this place, and of no other.

    By its path alone, a project deleted and fetched again would find its predecessor's database, with files that
    are gone and secrets that open nothing; by the identity alone, a copied project would share it.
    """
    identity = var / "database.id"
    if not identity.exists():
        var.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=var) as scratch:
            scratch.write("" if _stood_before(var) else secrets.token_hex(8))
            scratch.flush()
            with contextlib.suppress(FileExistsError):  # another process was faster, and its identity is as good
                os.link(scratch.name, identity)
    chosen = identity.read_text()
    return _fingerprint(var / chosen if chosen else var)


def _stood_before(var: Path) -> bool:
    """Whether this very folder has a database from before there were identities: its secret is not of this minute."""
    secret = var / "secret_key"
    old = secret.exists() and time.time() - secret.stat().st_mtime > 60
    return old and (SERVICE_HOME / _fingerprint(var)).exists()


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


@dataclass(frozen=True)
class Account:
    """The user that the server runs as; `None` stands for whoever calls."""

    uid: int | None = None
    gid: int | None = None

    def run(self, command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run as this user, detached from the terminal, so that Ctrl-C does not reach the server.

        Output goes through a file: a pipe would stay open as long as the server does.
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


def account() -> Account:
    """Whoever calls; for root a system user of ours, else an existing one that owns nothing."""
    if os.geteuid() != 0:
        return Account()
    entry = _find_user(SERVICE_USER) or _add_user() or _find_user("nobody")
    return Account(entry.pw_uid, entry.pw_gid) if entry else Account(65534, 65534)


def _find_user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _add_user() -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")
    if useradd:
        options = ["--system", "--user-group", "--no-create-home", "--home-dir", str(SERVICE_HOME)]
        command = [useradd, *options, "--shell", "/usr/sbin/nologin", SERVICE_USER]
        subprocess.run(command, check=False, capture_output=True)
    return _find_user(SERVICE_USER)


def prepare(home: Home, who: Account) -> None:
    """Make the home and the socket folder, each closed to everyone but the server's user."""
    if who.uid is not None:
        SERVICE_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        SERVICE_HOME.chmod(0o755)
    for folder in (home.path, home.socket_folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (os.geteuid(), who.uid):
            raise PostgresUnavailable(f"{folder} belongs to someone else; remove it and try again")
        if who.uid is not None and who.gid is not None:
            os.chown(folder, who.uid, who.gid)
        folder.chmod(0o700)


def usable_binaries(binaries: Binaries, home: Home, who: Account) -> Binaries:
    """`found`, or a copy of it when the server's user cannot read the originals."""
    if who.uid is None:
        return binaries
    try:
        readable = who.run([binaries / "postgres", "--version"], cwd=home.path).returncode == 0
    except PermissionError:
        readable = False
    return binaries if readable else copy_binaries(binaries, SERVICE_HOME)
