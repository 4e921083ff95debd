"""Delete old rows of the libraries' tables on time: finished jobs, expired sessions, and their traces.

The periods stand in ``ancu.config.retention``.
"""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailConfirmation
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, OuterRef
from pghistory.models import Context

from ancu.core import clock

SUCCEEDED, FAILED = timedelta(days=1), timedelta(days=30)  # who looks after failures reads them for a month
WORKER, CONFIRMATION, CONTEXT = timedelta(days=1), timedelta(days=14), timedelta(days=1)
BATCH = 5_000  # so that no statement holds its locks for long, also when millions wait
FINISHED_JOBS = """
DELETE FROM procrastinate_jobs WHERE id IN (
    SELECT id FROM procrastinate_jobs job WHERE status::text = ANY(%s)
    AND NOT EXISTS (SELECT FROM procrastinate_events event WHERE event.job_id = job.id AND event.at >= %s)
    ORDER BY id LIMIT %s
)
"""
IDLE_WORKERS = "DELETE FROM procrastinate_workers WHERE last_heartbeat < %s"


def delete_finished_jobs() -> int:
    """Delete jobs with their events, a day after success or a month after failure; return their number.

    Also deletes rows of workers that no longer run.
    """
    now = clock.now()
    finished = _delete_jobs(["succeeded"], now - SUCCEEDED)
    finished += _delete_jobs(["failed", "cancelled", "aborted"], now - FAILED)
    with connection.cursor() as cursor:
        cursor.execute(IDLE_WORKERS, [now - WORKER])
    return finished


def _delete_jobs(statuses: list[str], before: datetime) -> int:
    """Delete jobs of these statuses that ended before a moment, in batches; return their number."""
    total, count = 0, BATCH
    while count == BATCH:
        with connection.cursor() as cursor:
            cursor.execute(FINISHED_JOBS, [statuses, before, BATCH])
            count = cursor.rowcount
        total += count
    return total


def delete_dead_sessions() -> int:
    """Delete expired sessions of the web site; return their number."""
    return Session.objects.filter(expire_date__lt=clock.now()).delete()[0]


def delete_old_results() -> int:
    """Delete expired entries of the results cache, which does so itself only when full; return their number."""
    if "db" not in settings.CACHES["results"]["BACKEND"]:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_results WHERE expires < %s", [clock.now()])
        return int(cursor.rowcount)


def delete_orphans() -> int:
    """Delete rows of libraries that are no longer needed; return their number.

    They are contexts of record versions to which no version refers, and old links that confirm e-mail addresses.
    """
    now = clock.now()
    orphans = Context.objects.filter(created_at__lt=now - CONTEXT)
    for model in _versions():
        orphans = orphans.filter(~Exists(model._default_manager.filter(pgh_context_id=OuterRef("pk"))))
    count: int = orphans.delete()[0]
    count += EmailConfirmation.objects.filter(created__lt=now - CONFIRMATION).delete()[0]
    return count


def _versions() -> list[Any]:
    """Return the models whose rows are earlier versions of records (django-pghistory)."""
    return [model for model in apps.get_models() if any(f.name == "pgh_context" for f in model._meta.fields)]
