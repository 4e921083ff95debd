"""Whether this process lives, and whether the house is ready: each part with a state, and nothing about anybody."""

import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from ancu.core import clock

logger = logging.getLogger(__name__)
OK, LATE, FAILED, UNKNOWN = "ok", "late", "failed", "unknown"
ACCEPTABLE = frozenset({OK, UNKNOWN})
SERVING = frozenset({"database", "migrations", "disk", "database_disk"})
"""Without these no request can be answered truthfully; the others are late work, which pages outlive."""
MOST_AGE = {
    "worker": timedelta(minutes=2),  # it writes its heartbeat every ten seconds
    "queue": timedelta(minutes=15),
    "audit_seal": timedelta(minutes=10),
    "backup": timedelta(hours=26),
}
LEAST_FREE = 512 * 1024 * 1024  # bytes, for the files of the largest forms under way
_applied: set[bool] = set()
HEARTBEAT = "SELECT max(last_heartbeat) FROM procrastinate_workers"
OLDEST_JOB = """
    SELECT min(coalesce(job.scheduled_at, event.at)) FROM procrastinate_jobs job
    LEFT JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
    WHERE job.status = 'todo' AND coalesce(job.scheduled_at, event.at) <= now()"""
OLDEST_UNSEALED = """
    SELECT min(event.at) FROM audit_event event WHERE (event.xact, event.id) > (
        coalesce((SELECT xact FROM audit_link ORDER BY id DESC LIMIT 1), -1),
        coalesce((SELECT event_id FROM audit_link ORDER BY id DESC LIMIT 1), -1))"""


@dataclass(frozen=True)
class Part:
    """One part of the house: its state, and the one number that explains it."""

    state: str
    seconds: int | None = None
    free_megabytes: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value is not None}


def report() -> tuple[bool, bool, dict[str, Any]]:
    """Whether requests can be served, whether all is well, and each part as JSON."""
    parts = {name: _examined(name, examine) for name, examine in EXAMINED.items()}
    serves = all(parts[name].state in ACCEPTABLE for name in SERVING)
    well = all(part.state in ACCEPTABLE for part in parts.values())
    return serves, well, {name: part.as_json() for name, part in parts.items()}


def _examined(name: str, examine: Callable[[], Part]) -> Part:
    try:
        return examine()
    except (DatabaseError, OSError) as error:
        logger.warning("health: %s cannot be examined (%s)", name, type(error).__name__)
        return Part(FAILED)


def _database() -> Part:
    _value("SELECT 1")
    return Part(OK)


def _migrations() -> Part:
    """A process that once saw every migration applied does not look again: each look reads all files of them."""
    if not _applied and not _plan():
        _applied.add(True)
    return Part(OK if _applied else FAILED)


def _plan() -> list[Any]:
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def _worker() -> Part:
    beat = _value(HEARTBEAT)
    return _by_age("worker", beat) if beat else Part(FAILED)


def _queue() -> Part:
    return _by_age("queue", _value(OLDEST_JOB))


def _audit_seal() -> Part:
    return _by_age("audit_seal", _value(OLDEST_UNSEALED))


def _backup() -> Part:
    """The operator's backup touches a file when it ended well (docs/guide/operator.md)."""
    try:
        ended = Path(settings.BACKUP_STAMP).stat().st_mtime
    except FileNotFoundError:
        return Part(FAILED if settings.PRODUCTION else UNKNOWN)
    return _by_age("backup", datetime.fromtimestamp(ended, UTC))


def _disk() -> Part:
    return _free_space(settings.VAR_DIR)


def _database_disk() -> Part:
    """The disk of the embedded server. The program cannot read the disk of a PostgreSQL on another machine."""
    folder = settings.DATABASE_FOLDER
    return _free_space(folder) if folder else Part(UNKNOWN)


def _free_space(folder: Path) -> Part:
    free = shutil.disk_usage(folder).free
    return Part(OK if free >= LEAST_FREE else FAILED, free_megabytes=free // 2**20)


def _by_age(name: str, since: datetime | None) -> Part:
    age = max(timedelta(0), clock.now() - since) if since else timedelta(0)
    return Part(OK if age <= MOST_AGE[name] else LATE, seconds=int(age.total_seconds()))


def _value(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


EXAMINED: dict[str, Callable[[], Part]] = {
    "database": _database, "migrations": _migrations, "disk": _disk, "database_disk": _database_disk,
    "worker": _worker, "queue": _queue, "audit_seal": _audit_seal, "backup": _backup,
}  # fmt: skip
