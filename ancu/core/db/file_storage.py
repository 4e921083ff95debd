"""The folder of files, whose bytes are on the disk when a transaction that names them commits."""

import errno
import os
from datetime import datetime
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
        """Rename a stored file and flush its old and new folder to disk."""
        target = Path(self.path(to))
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(self.path(name), target)
        self._flush_folders(to)
        self._flush_folders(name)

    def replace(self, name: str, data: bytes) -> None:
        """Put ``data`` in the place of a stored file; a power cut leaves either the former or the present bytes."""
        path = Path(self.path(name))
        renewed = path.with_name(f"{path.name}.renewed")
        renewed.write_bytes(data)
        _flush(renewed)
        renewed.replace(path)
        _flush(path.parent)

    def set_times(self, name: str, moment: datetime) -> None:
        """Set the file's times to ``moment`` and flush them to disk, so that they do not show when it came."""
        path = Path(self.path(name))
        os.utime(path, (moment.timestamp(), moment.timestamp()))
        _flush(path)
        _flush(path.parent)

    def renew_times(self, name: str) -> None:
        """Do nothing: ``set_times`` has set the file's times for good."""

    def accepts_files(self) -> bool:
        """Whether the folder, or the existing folder in which it will be made, can be written."""
        folder = Path(self.location)
        existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
        return os.access(existing, os.W_OK)

    def _flush_folders(self, name: str) -> None:
        """Flush the file's folder and all above it, up to the storage's root, to disk."""
        folder, root = Path(self.path(name)).parent, Path(self.location)
        while folder.is_relative_to(root):
            _flush(folder)
            folder = folder.parent


FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def is_full(error: OSError) -> bool:
    """Whether the error means that the disk is full or that this program's disk quota is used up."""
    return error.errno in FULL


def _flush(path: Path) -> None:
    """Flush a file or folder to disk (fsync)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
