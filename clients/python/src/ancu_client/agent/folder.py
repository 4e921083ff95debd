"""The folder: which files are finished, moving them so that no power cut loses one, and what lies beside them.

FOLDER/            a program writes here
FOLDER/working/    taken by the agent, not settled yet; looked through again after every start
FOLDER/done/       declared, each with its answer beside it
FOLDER/failed/     nothing of it could be declared, with the reason beside it
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".download", ".filepart", ".swp", ".lock")
WORKING, DONE, FAILED = "working", "done", "failed"
LOCK = ".ancu-agent.lock"


class Busy(Exception):
    """Another agent watches this folder."""


class FileState(NamedTuple):
    """How a file lay there when it was looked at."""

    size: int
    changed: int
    since: float


class Folder:
    """One watched folder. ``settle`` is how long a file must lie unchanged before it counts as written."""

    def __init__(self, path: Path, kinds: tuple[str, ...], settle: float) -> None:
        self.path, self.kinds, self.settle = path, kinds, settle
        self._looks: dict[str, FileState] = {}
        self._told: set[str] = set()
        for name in ("", WORKING, DONE, FAILED):
            (path / name).mkdir(parents=True, exist_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else works here meanwhile; the system lets go of the lock whatever becomes of this process."""
        with open(self.path / LOCK, "a+b") as handle:
            if not _lock(handle):
                raise Busy(str(self.path))
            yield

    def finished(self, now: float) -> list[Path]:
        """The files that have not changed for long enough, oldest first."""
        looks: dict[str, FileState] = {}
        ready: list[tuple[int, Path]] = []
        for entry in os.scandir(self.path):
            if not self._is_declarable(entry):
                continue
            status = entry.stat()
            before = self._looks.get(entry.name)
            same = before is not None and (before.size, before.changed) == (status.st_size, status.st_mtime_ns)
            look = before if same and before is not None else FileState(status.st_size, status.st_mtime_ns, now)
            looks[entry.name] = look
            if same and status.st_size and now - look.since >= self.settle:
                ready.append((status.st_mtime_ns, Path(entry.path)))
        self._looks = looks
        return [path for _changed, path in sorted(ready)]

    def _is_declarable(self, entry: os.DirEntry[str]) -> bool:
        is_candidate = entry.name.lower().endswith(self.kinds) and not _is_hidden(entry.name)
        return is_candidate and entry.is_file(follow_symlinks=False)

    def strange(self) -> list[str]:
        """Endings of files that lie there and are never taken, each told once; "" for what may be part of a name."""
        lying = [Path(entry.name) for entry in os.scandir(self.path) if entry.is_file() and not _is_hidden(entry.name)]
        endings = {ending.suffix.lower() for ending in lying if not ending.name.lower().endswith(self.kinds)}
        endings_shown = {
            ending if len(ending) <= 5 and ending[1:].isascii() and ending[1:].isalnum() else "" for ending in endings
        }
        new = sorted(endings_shown - self._told)
        self._told |= endings_shown
        return new

    def take(self, path: Path) -> Path | None:
        """Move a finished file to ``working`` under a name nobody has; None when somebody still holds it open."""
        target = self.path / WORKING / self._free(path.name)
        try:
            os.replace(path, target)
        except (PermissionError, FileNotFoundError):  # Windows: the program still writes; or it took the file back
            return None
        _keep(target.parent)
        _keep(self.path)
        self._looks.pop(path.name, None)
        return target

    def _free(self, name: str) -> str:
        """``name``, or with a number before its ending when an earlier file of that name is kept."""
        stem, ending = os.path.splitext(name)
        number, free = 1, name
        while any((self.path / place / free).exists() for place in (WORKING, DONE, FAILED)):
            number += 1
            free = f"{stem}-{number}{ending}"
        return free

    def working(self) -> list[Path]:
        """What was taken and is not settled, oldest first."""
        paths = [Path(entry.path) for entry in os.scandir(self.path / WORKING) if self._is_declarable(entry)]
        return sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name))

    def settle_as(self, path: Path, place: str, answers: dict[str, bytes]) -> Path:
        """Write the answers, then move the file: only the last step ends its being worked on."""
        target = self.path / place / path.name
        for ending, content in answers.items():
            write_whole(target.with_name(target.name + ending), content)
        os.replace(path, target)
        _keep(target.parent)
        _keep(path.parent)
        return target


def write_whole(path: Path, content: bytes) -> None:
    """All of it or nothing, also when the power goes: a reader never finds half a file."""
    beside = path.with_name(f".{path.name}.tmp")
    with open(beside, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(beside, path)


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~")) or name.lower().endswith(UNFINISHED)


def _keep(folder: Path) -> None:
    """Have the folder's entries on the disk; Windows does so by itself."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _lock(handle: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - each system has its own

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
