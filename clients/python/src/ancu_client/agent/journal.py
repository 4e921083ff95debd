"""A record of settled files by digest, to recognise the same file when it is put in again. No names.

The journal is a convenience: the reference made from the content keeps the office from declaring anything twice, with
or without it. A damaged one is put aside and begun anew.
"""

import sqlite3
from pathlib import Path

NAME = ".ancu-agent.journal"


class Journal:
    """The digests of settled files, in SQLite."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        try:
            self._open()
        except sqlite3.DatabaseError:
            self._path.replace(self._path.with_suffix(".damaged"))
            self._open()

    def _open(self) -> None:
        """Open the agent's SQLite database of declared files, and create its table if it is missing."""
        self._base = sqlite3.connect(self._path, isolation_level=None)
        self._base.execute("PRAGMA synchronous = FULL")
        self._base.execute("CREATE TABLE IF NOT EXISTS settled (digest TEXT PRIMARY KEY, file_id TEXT NOT NULL)")

    def settled_before(self, digest: str) -> bool:
        """Whether a file with this SHA-256 digest was declared and answered before."""
        return self._base.execute("SELECT 1 FROM settled WHERE digest = ?", [digest]).fetchone() is not None

    def settle(self, digest: str, file_id: str) -> None:
        """Record that the file with this SHA-256 digest was declared and answered; ``file_id`` is the office's id."""
        self._base.execute("INSERT OR IGNORE INTO settled VALUES (?, ?)", [digest, file_id])

    def close(self) -> None:
        """Close the agent's database of declared files."""
        self._base.close()
