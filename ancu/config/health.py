"""Whether this process runs and the system is ready: the state of each part, without personal data."""

import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from ancu.core import clock
from ancu.core.web.serving import draining_mark

logger = logging.getLogger(__name__)
OK, LATE, FAILED, UNKNOWN = "ok", "late", "failed", "unknown"
ACCEPTABLE = frozenset({OK, UNKNOWN})
SERVING = frozenset({"database", "migrations", "disk", "database_disk", "storage"})
"""Without these no request can be answered truthfully; the others are late work, which pages outlive."""
MOST_AGE = {
    "worker": timedelta(minutes=2),  # it writes its heartbeat every ten seconds
    "queue": timedelta(minutes=15),
    "audit_seal": timedelta(minutes=10),
    "backup": timedelta(hours=26),
}
LEAST_FREE = 512 * 1024 * 1024  # bytes, for the files of the largest forms under way
_applied: set[bool] = set()
WRITABLE = "SELECT NOT pg_is_in_recovery() AND NOT current_setting('transaction_read_only')::bool"
HEARTBEAT = "SELECT max(last_heartbeat) FROM procrastinate_workers"
DUE_SINCE = "coalesce(job.scheduled_at, event.at)"
DUE_JOBS = f"""
    FROM procrastinate_jobs job
    LEFT JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
    WHERE job.status = 'todo' AND {DUE_SINCE} <= now()"""
OLDEST_JOB = f"SELECT min({DUE_SINCE}) {DUE_JOBS}"
OLDEST_UNSEALED = """
    SELECT min(event.at) FROM audit_event event WHERE (event.xact, event.id) > (
        coalesce((SELECT xact FROM audit_link ORDER BY id DESC LIMIT 1), -1),
        coalesce((SELECT event_id FROM audit_link ORDER BY id DESC LIMIT 1), -1))"""


@dataclass(frozen=True)
class Part:
    """The state of one part of the system, with a number that explains it."""

    state: str
    seconds: int | None = None
    free_megabytes: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the monitored part's state, and its age in seconds or free megabytes if it has one, for JSON."""
        return {name: value for name, value in vars(self).items() if value is not None}


def report() -> tuple[bool, bool, dict[str, Any]]:
    """Return whether requests can be served, whether all monitored parts are well, and each part's state by name.

    Parts are the database, job worker, queue, backup, disks and so on; the states are JSON-ready.
    """
    parts = examine_parts()
    well = all(part.state in ACCEPTABLE for part in parts.values())
    return serves_requests(parts), well, {name: part.as_json() for name, part in parts.items()}


def examine_parts() -> dict[str, Part]:
    """Return each part's state by name; a part that cannot be examined has failed."""
    return {name: _examine(name, examine) for name, examine in EXAMINED.items()}


def serves_requests(parts: dict[str, Part]) -> bool:
    """Whether requests can be answered truthfully with the parts in these states, and the node is not to be stopped."""
    return not draining_mark().exists() and all(parts[name].state in ACCEPTABLE for name in SERVING)


def _examine(name: str, examine: Callable[[], Part]) -> Part:
    """Return the state of a monitored part, such as the database; FAILED if ``examine`` raises an error."""
    try:
        return examine()
    except (DatabaseError, OSError) as error:
        logger.warning("health: %s cannot be examined (%s)", name, type(error).__name__)
        return Part(FAILED)


def _database() -> Part:
    """Return the state of the database: FAILED if it cannot be written, as a standby cannot."""
    return Part(OK if _first_value(WRITABLE) else FAILED)


def _migrations() -> Part:
    """Return whether all migrations are applied; once they are, the process does not check again."""
    if not _applied and not _pending_migrations():
        _applied.add(True)
    return Part(OK if _applied else FAILED)


def _pending_migrations() -> list[Any]:
    """Return the migrations still to apply."""
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def _worker() -> Part:
    """Return the state of the job worker by the age of its last heartbeat; FAILED if none runs."""
    beat = _first_value(HEARTBEAT)
    return _by_age("worker", beat) if beat else Part(FAILED)


def _queue() -> Part:
    """Return the state of the job queue by the age of its oldest waiting job."""
    return _by_age("queue", _first_value(OLDEST_JOB))


def _audit_seal() -> Part:
    """Return the state of the audit log's hash chain, by the age of the oldest event not added to it yet."""
    return _by_age("audit_seal", _first_value(OLDEST_UNSEALED))


def _backup() -> Part:
    """Return the state of the backup, by the age of the file that a successful backup touches.

    See docs/guide/operator.md.
    """
    try:
        ended = Path(settings.BACKUP_STAMP).stat().st_mtime
    except FileNotFoundError:
        return Part(FAILED if settings.PRODUCTION else UNKNOWN)
    return _by_age("backup", datetime.fromtimestamp(ended, UTC))


def _disk() -> Part:
    """Return the state of the disk with the working folder, by its free space."""
    return _free_space(settings.VAR_DIR)


def _storage() -> Part:
    """Return whether files can be stored: the folder of files, or the object store, takes them."""
    return Part(OK if default_storage.accepts_files() else FAILED)  # type: ignore[attr-defined]


def _database_disk() -> Part:
    """Return the state of the database's disk, by its free space; UNKNOWN if it is on another machine."""
    folder = settings.DATABASE_FOLDER
    return _free_space(folder) if folder else Part(UNKNOWN)


def _free_space(folder: Path) -> Part:
    """Return the state of a folder's disk by its free space."""
    free = shutil.disk_usage(folder).free
    return Part(OK if free >= LEAST_FREE else FAILED, free_megabytes=free // 2**20)


def _by_age(name: str, since: datetime | None) -> Part:
    """Return a part's state by the age of ``since``: OK, or LATE above the limit for ``name``; OK without a time."""
    age = max(timedelta(0), clock.now() - since) if since else timedelta(0)
    return Part(OK if age <= MOST_AGE[name] else LATE, seconds=int(age.total_seconds()))


def _first_value(sql: str) -> Any:
    """Return the first column of the first row that the SQL query yields."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


EXAMINED: dict[str, Callable[[], Part]] = {
    "database": _database, "migrations": _migrations, "disk": _disk, "database_disk": _database_disk,
    "storage": _storage,
    "worker": _worker, "queue": _queue, "audit_seal": _audit_seal, "backup": _backup,
}  # fmt: skip
