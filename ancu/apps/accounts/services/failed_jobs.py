"""Try a background job once more that was given up."""

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
LOCK = "SELECT status FROM procrastinate_jobs WHERE id = %s FOR UPDATE"


@transaction.atomic
def retry_failed_job(actor: Actor, *, job: ProcrastinateJob) -> None:
    """Queue the job for another attempt; when that fails too, it is given up again at once."""
    require(rules.administers_officers(actor))
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [job.pk])
        state = cursor.fetchone()
        cursor.execute(SAME_WORK, [job.pk])
        if state != ("failed",) or cursor.fetchone():
            raise Conflict("queued", _("The same work is waiting already."))
        cursor.execute(RETRY, [job.pk])
    record(actor, "accounts.retried_job", job, task=job.task_name)
