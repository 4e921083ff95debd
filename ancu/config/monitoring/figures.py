"""Figures of the system from its database and disks, for Prometheus and for the administrators' page.

None names a person, a lodging or a record. The figures of a worker are those of its jobs in the database, so a worker
needs no port of its own.
"""

import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection

from ancu.apps.relay.enums import FOR_A_PERSON, ForwardingState
from ancu.apps.relay.models import Forwarding
from ancu.config.backups.outcome import LastRestoreCheck
from ancu.config.health import DUE_JOBS, DUE_SINCE
from ancu.core import clock

JOBS = """
    SELECT queue_name, status::text, CASE WHEN status = 'failed' THEN task_name ELSE '' END, count(*)
    FROM procrastinate_jobs GROUP BY 1, 2, 3"""
DUE_BY_QUEUE = f"""
    SELECT job.queue_name, count(*), extract(epoch FROM now() - min({DUE_SINCE}))::float {DUE_JOBS}
    GROUP BY job.queue_name"""  # noqa: S608 -- our own constants
WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '2 minutes'"
# Changes that a slow transaction still hides from programs; the latest of each table are enough to see them.
FEED_LAG = """
    WITH horizon AS MATERIALIZED (SELECT stays_feed_horizon() AS xact)
    SELECT coalesce(extract(epoch FROM now() - min(hidden.at)), 0)::float FROM (
        (SELECT xact, received_at AS at FROM stays_submission ORDER BY id DESC LIMIT 1000)
        UNION ALL
        (SELECT xact, pgh_created_at FROM stays_stayevent ORDER BY pgh_id DESC LIMIT 1000)
    ) hidden, horizon WHERE hidden.xact >= horizon.xact"""
ARCHIVE_FAILING = """
    SELECT CASE WHEN last_failed_time > coalesce(last_archived_time, '-infinity')
        THEN extract(epoch FROM now() - greatest(last_archived_time, stats_reset))::float ELSE 0 END
    FROM pg_stat_archiver WHERE current_setting('archive_mode') <> 'off'"""
MAY_SEE_STANDBYS = "SELECT pg_has_role('pg_read_all_stats', 'USAGE') AND NOT pg_is_in_recovery()"
STANDBYS = """
    SELECT application_name, coalesce(extract(epoch FROM replay_lag), 0)::float,
        coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn), 0)::float
    FROM pg_stat_replication"""


@dataclass(frozen=True)
class QueueFigures:
    """The jobs of one queue: due now and for how long, running, by any status."""

    due: int = 0
    oldest_s: float = 0
    by_status: dict[str, int] = field(default_factory=dict)

    @property
    def running(self) -> int:
        """Return how many jobs of the queue run now."""
        return self.by_status.get("doing", 0)


@dataclass(frozen=True)
class Standby:
    """A standby of the database and how far it is behind."""

    name: str
    lag_s: float
    lag_bytes: float


@dataclass(frozen=True)
class Disk:
    """The disk of a folder that the program needs."""

    free: int
    size: int


@dataclass(frozen=True)
class JobFigures:
    """The jobs of all queues, and those that failed after every retry, by task."""

    queues: dict[str, QueueFigures]
    failed: dict[str, int]

    @property
    def failed_count(self) -> int:
        """Return how many jobs failed after every retry; an administrator looks after them."""
        return sum(self.failed.values())


def jobs() -> JobFigures:
    """Return the figures of all jobs in the database; those that succeeded stay there for a day."""
    due = {name: (count, seconds) for name, count, seconds in _rows(DUE_BY_QUEUE)}
    by_status: dict[str, Counter[str]] = {}
    failed: Counter[str] = Counter()
    for name, status, task, count in _rows(JOBS):
        by_status.setdefault(name, Counter())[status] += count
        if status == "failed":
            failed[task] += count
    queues = {name: QueueFigures(*due.get(name, (0, 0)), dict(by_status[name])) for name in sorted(by_status)}
    return JobFigures(queues, dict(failed))


def worker_count() -> int:
    """Return how many workers have reported themselves in the last two minutes."""
    return int(_rows(WORKERS)[0][0])


def feed_lag() -> float:
    """Return for how many seconds the oldest hidden change has waited to appear in the feed; 0 if none is hidden."""
    return max(0.0, float(_rows(FEED_LAG)[0][0]))


def archive_failing() -> float | None:
    """Return the seconds since WAL was last archived if archiving fails; 0 if it works, None where none is archived."""
    rows = _rows(ARCHIVE_FAILING)
    return max(0.0, float(rows[0][0])) if rows else None


def standbys() -> list[Standby]:
    """Return the database's standbys; none if this role may not see them (it needs ``pg_monitor``)."""
    return [Standby(*row) for row in _rows(STANDBYS)] if _rows(MAY_SEE_STANDBYS)[0][0] else []


@dataclass(frozen=True)
class RestoreCheck:
    """The last proof of the backup by `ancu restore-check`: its age, and how many faults it reported."""

    age_s: float
    faults: int


def restore_check() -> RestoreCheck | None:
    """Return the last check of the backup; None if none has run on this server, or while its outcome is written."""
    try:
        check = msgspec.json.decode(Path(settings.RESTORE_CHECK).read_bytes(), type=LastRestoreCheck)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    age = clock.now() - datetime.fromisoformat(check.ended_at)
    return RestoreCheck(max(0.0, age.total_seconds()), len(check.faults))


def forwardings() -> dict[str, int]:
    """Return how many declarations wait for the national portal, and how many need a person."""
    waiting = Forwarding.objects.filter(state=ForwardingState.WAITING).count()
    return {"waiting": waiting, "failed": Forwarding.objects.filter(state__in=FOR_A_PERSON).count()}


def disks() -> dict[str, Disk]:
    """Return the disks of the working folder and of a database on this machine, by name."""
    folders = {"working_folder": Path(settings.VAR_DIR), "database": settings.DATABASE_FOLDER}
    usage = {name: shutil.disk_usage(folder) for name, folder in folders.items() if folder and Path(folder).exists()}
    return {name: Disk(free=disk.free, size=disk.total) for name, disk in usage.items()}


def _rows(sql: str) -> list[tuple[Any, ...]]:
    """Return all rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
