"""The project's own PostgreSQL, for when DATABASE_URL names none. Knows nothing of Django."""

from ancu.core.db.postgres.binaries import Binaries, PostgresUnavailable, find_binaries
from ancu.core.db.postgres.server import APP, DATABASE, OWNER, Server, ensure_running, locate, stop

__all__ = [
    "APP",
    "DATABASE",
    "OWNER",
    "Binaries",
    "PostgresUnavailable",
    "Server",
    "ensure_running",
    "find_binaries",
    "locate",
    "stop",
]
