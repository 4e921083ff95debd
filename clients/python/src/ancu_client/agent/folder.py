"""The watched folder: finding finished files, moving them safely against power cuts, writing answers.

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
    """A file's size and time when last looked at."""

    size: int
    changed: int
    since: float


class Folder:
    """The watched folder. ``settle`` is how many seconds a file must stay unchanged to count as written."""

    def __init__(self, path: Path, kinds: tuple[str, ...], settle: float) -> None:
        self.path, self.kinds, self.settle = path, kinds, settle
        self._looks: dict[str, FileState] = {}
        self._reported: set[str] = set()
        for name in ("", WORKING, DONE, FAILED):
            (path / name).mkdir(parents=True, exist_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Context manager that locks the watched folder against other agents.

        Raises Busy if another agent has locked it. The system releases the lock however this process ends.
        """
        with open(self.path / LOCK, "a+b") as handle:
            if not _lock(handle):
                raise Busy(str(self.path))
            yield

    def finished(self, now: float) -> list[Path]:
        """Return the files to declare whose size and time have not changed for a while, oldest first.

        Call it repeatedly; ``now`` is the clock's present value, in seconds.
        """
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
        """Whether a folder entry is a visible file with an ending that can be declared, such as .xlsx."""
        is_candidate = entry.name.lower().endswith(self.kinds) and not _is_hidden(entry.name)
        return is_candidate and entry.is_file(follow_symlinks=False)

    def unsupported_endings(self) -> list[str]:
        """Return the endings of files in the folder that cannot be declared, each only once.

        "" stands for an ending that may be part of a person's name.
        """
        lying = [Path(entry.name) for entry in os.scandir(self.path) if entry.is_file() and not _is_hidden(entry.name)]
        endings = {ending.suffix.lower() for ending in lying if not ending.name.lower().endswith(self.kinds)}
        endings_shown = {
            ending if len(ending) <= 5 and ending[1:].isascii() and ending[1:].isalnum() else "" for ending in endings
        }
        new = sorted(endings_shown - self._reported)
        self._reported |= endings_shown
        return new

    def claim(self, path: Path) -> Path | None:
        """Move a finished file to the subfolder ``working`` under a unique name; return its new path.

        None if another process has it open or has moved it away.
        """
        target = self.path / WORKING / self._unused_name(path.name)
        try:
            os.replace(path, target)
        except (PermissionError, FileNotFoundError):  # Windows: the program still writes; or it took the file back
            return None
        _flush_entries(target.parent)
        _flush_entries(self.path)
        self._looks.pop(path.name, None)
        return target

    def _unused_name(self, name: str) -> str:
        """Return ``name``, with a number before its ending if an earlier file already has that name."""
        stem, ending = os.path.splitext(name)
        number, free = 1, name
        while any((self.path / place / free).exists() for place in (WORKING, DONE, FAILED)):
            number += 1
            free = f"{stem}-{number}{ending}"
        return free

    def working(self) -> list[Path]:
        """Return the files in ``working``, which were claimed but not answered yet, oldest first."""
        paths = [Path(entry.path) for entry in os.scandir(self.path / WORKING) if self._is_declarable(entry)]
        return sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name))

    def settle_as(self, path: Path, place: str, answers: dict[str, bytes]) -> Path:
        """Write the answers beside the file's new place, then move the file there; return its new path.

        ``place`` is the subfolder (done or failed), ``answers`` are contents by ending.
        """
        target = self.path / place / path.name
        for ending, content in answers.items():
            write_whole(target.with_name(target.name + ending), content)
        os.replace(path, target)
        _flush_entries(target.parent)
        _flush_entries(path.parent)
        return target


def write_whole(path: Path, content: bytes) -> None:
    """Write a file atomically: after a power cut it is complete or absent."""
    beside = path.with_name(f".{path.name}.tmp")
    with open(beside, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(beside, path)


def _is_hidden(name: str) -> bool:
    """Whether the name is of a hidden, temporary or unfinished file."""
    return name.startswith((".", "~")) or name.lower().endswith(UNFINISHED)


def _flush_entries(folder: Path) -> None:
    """Flush a folder's list of files to disk; nothing on Windows, which does so by itself."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _lock(handle: IO[bytes]) -> bool:
    """Try to lock an open file; return whether it succeeded."""
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
