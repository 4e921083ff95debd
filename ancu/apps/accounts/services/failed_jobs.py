"""Retry failed background jobs."""

from django.db import connection, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts import rules
from ancu.apps.audit.services import record
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require

RETRY = "SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM procrastinate_jobs WHERE id = %s"
SAME_WORK = """
    SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock =
        (SELECT queueing_lock FROM procrastinate_jobs WHERE id = %s)"""
LOCK_KIND = "SELECT id FROM procrastinate_jobs WHERE status = 'failed' AND task_name = %s ORDER BY id FOR UPDATE"
# Of the same work one job, and none while it waits already.
RETRY_KIND = """
    SELECT count(procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL)) FROM (
        SELECT DISTINCT ON (coalesce(queueing_lock, id::text)) id FROM procrastinate_jobs failed
        WHERE status = 'failed' AND task_name = %s AND NOT EXISTS (
            SELECT FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = failed.queueing_lock)) job"""
LOCK = "SELECT status FROM procrastinate_jobs WHERE id = %s FOR UPDATE"


@transaction.atomic
def retry_failed_job(actor: Actor, *, job: ProcrastinateJob) -> None:
    """Queue the failed job once more, for a single attempt.

    Conflict if it is not failed any more or the same work is queued.
    """
    require(rules.administers_officers(actor))
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [job.pk])
        state = cursor.fetchone()
        cursor.execute(SAME_WORK, [job.pk])
        if state != ("failed",) or cursor.fetchone():
            raise Conflict("queued", _("The same job is already waiting."))
        cursor.execute(RETRY, [job.pk])
    record(actor, "accounts.retried_job", job, task=job.task_name)


@transaction.atomic
def retry_failed_jobs(actor: Actor, *, task_name: str) -> int:
    """Queue every failed job of the task ``task_name`` once more; return their number.

    Conflict if there is none.
    """
    require(rules.administers_officers(actor))
    with connection.cursor() as cursor:
        cursor.execute(LOCK_KIND, [task_name])
        cursor.execute(RETRY_KIND, [task_name])
        count: int = cursor.fetchone()[0]
    if not count:
        raise Conflict("queued", _("The same job is already waiting."))
    record(actor, "accounts.retried_jobs", ("procrastinate.procrastinatejob", task_name), jobs=count)
    return count
