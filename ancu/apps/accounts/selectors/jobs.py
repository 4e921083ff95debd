"""Failed background jobs for the office's administrator, without their arguments."""

from typing import Any

from django.db.models import Count, Max, QuerySet
from django.shortcuts import get_object_or_404
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts import rules
from ancu.core.actor import Actor
from ancu.core.errors import require

MOST_SHOWN = 50


def failed_jobs(actor: Actor) -> QuerySet[ProcrastinateJob]:
    """Return the background jobs that failed, with ``failed_at``, the latest first, for the administrator."""
    require(rules.administers_officers(actor))
    failed: QuerySet[ProcrastinateJob] = ProcrastinateJob.objects.filter(status="failed").defer("args")
    return failed.annotate(failed_at=Max("procrastinateevent__at")).order_by("-failed_at", "-id")


def failed_tasks(actor: Actor) -> QuerySet[ProcrastinateJob, Any]:
    """Return the failed jobs counted by kind, the most frequent first.

    Each row has ``task_name``, the number of its failed jobs as ``count``, and the time of the last failure as
    ``failed_at``.
    """
    kinds = failed_jobs(actor).order_by().values("task_name")
    return kinds.annotate(count=Count("pk", distinct=True), failed_at=Max("procrastinateevent__at")).order_by("-count")


def get_failed_job(actor: Actor, pk: int) -> ProcrastinateJob:
    """Return a failed background job, for the administrator; 404 if it is not failed any more."""
    return get_object_or_404(failed_jobs(actor), pk=pk)
