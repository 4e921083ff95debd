"""The office's keys: those of the environment, else new ones in files that only their owner may read."""

import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ancu.config.first_start.errors import FirstStartFailed
from ancu.engines.signed_heads import new_key, public_key_of


def new_text_key() -> str:
    """Return 80 random characters."""
    return secrets.token_urlsafe(60)


MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": new_text_key, "FILES_KEY": new_text_key, "RECEIPTS_KEY": new_text_key, "AUDIT_SIGNING_KEY": new_key,
}  # fmt: skip
REPLACEABLE = {"AUDIT_SIGNING_KEY"}
"""A database in use can begin with a new one of these: nothing stored depends on it."""


@dataclass(frozen=True)
class OfficeKey:
    """A key of the office.

    It has a file (None if the environment has it), which may be new, and which the settings may name.
    """

    name: str
    path: Path | None
    is_new: bool = False
    is_named: bool = True
    public_half: str = ""

    @property
    def setting(self) -> str:
        """Return the line that the settings lack: it names the key's file."""
        return "" if self.is_named else f"{self.name}_FILE={self.path}"


def ensure_keys(folder: Path | None, *, is_database_in_use: bool) -> list[OfficeKey]:
    """Return the office's keys; create those that are missing, and name their files in this process's environment.

    A missing key belongs in the file that ``NAME_FILE`` names, else in ``folder``. Raises FirstStartFailed if there is
    neither, or if the database is in use: what it stores cannot be read with a new key.
    """
    missing = [name for name in MAKERS if not _is_present(name, folder)]
    lost = [name for name in missing if is_database_in_use and name not in REPLACEABLE]
    if lost:
        raise FirstStartFailed(
            f"This database is in use, and {', '.join(lost)} cannot be found. Set what the database was used with: a"
            " new key would not open what is stored. (A database that never had a FILES_KEY or RECEIPTS_KEY was used"
            " with its SECRET_KEY.)"
        )
    homeless = [name for name in missing if _path(name, folder) is None]
    if homeless:
        raise FirstStartFailed(
            f"Not set: {', '.join(homeless)}. Give --keys-folder FOLDER, or name a file by {homeless[0]}_FILE."
        )
    return [_ensure_key(name, folder) for name in MAKERS]


def _path(name: str, folder: Path | None) -> Path | None:
    """Return the file of a key: what ``NAME_FILE`` names, else ``NAME`` in the folder of keys."""
    if named := os.environ.get(f"{name}_FILE"):
        return Path(named)
    return folder / name if folder else None


def _is_present(name: str, folder: Path | None) -> bool:
    """Whether the environment or a file has the key."""
    path = _path(name, folder)
    try:
        return bool(os.environ.get(name)) or bool(path and path.is_file() and path.stat().st_size)
    except PermissionError:
        raise FirstStartFailed(f"{path} cannot be read by this user. Run this command as the program's user.") from None


def _ensure_key(name: str, folder: Path | None) -> OfficeKey:
    """Return a key; create its file if it is missing."""
    path = _path(name, folder)
    if os.environ.get(name) or path is None:
        return OfficeKey(name, None)
    is_named = bool(os.environ.get(f"{name}_FILE"))
    os.environ[f"{name}_FILE"] = str(path)
    if _is_present(name, folder):
        _require_private(path)
        return OfficeKey(name, path, is_named=is_named)
    value = MAKERS[name]()
    _write(path, value)
    public_half = public_key_of(value) if name == "AUDIT_SIGNING_KEY" else ""
    return OfficeKey(name, path, is_new=True, is_named=is_named, public_half=public_half)


def _require_private(path: Path) -> None:
    """Raise FirstStartFailed if every user of the machine may read the file."""
    if path.stat().st_mode & stat.S_IROTH:
        raise FirstStartFailed(f"Every user of this machine can read {path}: chmod 600 {path}")


def _write(path: Path, value: str) -> None:
    """Write a new file that its owner alone may read; its folder is created if it is missing."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # an empty file that an interrupted run left
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise FirstStartFailed(f"{path} cannot be written: {error.strerror}.") from None
    with os.fdopen(handle, "w") as file:
        file.write(value + "\n")
        file.flush()
        os.fsync(file.fileno())
