"""The folder of files, whose bytes are on the disk when a transaction that names them commits."""

import errno
import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class DurableStorage(FileSystemStorage):
    """Django's file storage with an fsync of each file and its folders, as PostgreSQL does for its rows.

    Otherwise a power cut could keep the row and lose the bytes of a paper whose receipt was handed out.
    """

    def _save(self, name: str, content: Any) -> str:
        """Save the content and flush file and folders to disk; a partly written file is deleted."""
        try:
            saved: str = super()._save(name, content)  # type: ignore[misc]  # not in the stubs
            _flush(Path(self.path(saved)))
        except OSError:  # a full disk: half a file would lie there for ever
            Path(self.path(name)).unlink(missing_ok=True)
            raise
        self._flush_folders(saved)
        return saved

    def move(self, name: str, to: str) -> None:
        """Rename the file and flush its folders to disk."""
        target = Path(self.path(to))
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(self.path(name), target)
        self._flush_folders(to)
        self._flush_folders(name)

    def _flush_folders(self, name: str) -> None:
        """Flush the file's folder and all above it, up to the storage's root, to disk."""
        folder, root = Path(self.path(name)).parent, Path(self.location)
        while folder.is_relative_to(root):
            _flush(folder)
            folder = folder.parent


FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def is_full(error: OSError) -> bool:
    """Whether the error means that the disk is full, or this program's share of it."""
    return error.errno in FULL


def _flush(path: Path) -> None:
    """Flush a file or folder to disk (fsync)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
