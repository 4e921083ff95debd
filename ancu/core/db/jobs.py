"""Jobs by name, in the caller's own transaction: a job exists if and only if its transaction does.

Going up the app ladder is done by name only; an unknown name is an error here, not in the worker.
"""

import re
from datetime import UTC, datetime
from typing import Any, TypedDict
from uuid import UUID

from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from ancu.core import clock
from ancu.core.correlation import ARGUMENT, is_request_id
from ancu.core.db.job_context import origin
from ancu.core.db.retries import MOST_DEATHS

WORD = re.compile(r"[a-z][a-z_.]{0,39}[0-9]{0,3}")  # a kind, an act, a question's key: no code, no name
MOST_COUNT = 100_000


class QueueOptions(TypedDict):
    """Where a job waits, and before which others of its worker it is taken (the higher ``priority`` first)."""

    queue: str
    priority: int


SLOW: QueueOptions = {"queue": "slow", "priority": -10}
"""For jobs that may take minutes: a worker of their own does them, and any other worker does them last."""


def is_reference(name: str, value: object) -> bool:
    """Whether ``value`` may be a job's argument: an id, a code, a date, a boolean or a count."""
    if value is None or isinstance(value, bool) or (name == ARGUMENT and is_request_id(value)):
        return True
    if isinstance(value, int):
        return name.endswith("_id") or name == "timestamp" or 0 <= value <= MOST_COUNT
    return isinstance(value, str) and (bool(WORD.fullmatch(value)) or _is_uuid(value) or _is_iso_moment(value))


def _is_uuid(text: str) -> bool:
    """Whether the text is a UUID in its usual spelling."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_iso_moment(text: str) -> bool:
    """Whether the text is an ISO date or moment."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return "-" in text


def enqueue(
    task_name: str,
    *,
    queue: str | None = None,
    lock: str | None = None,
    at: datetime | None = None,
    **arguments: Any,
) -> int:
    """Enqueue the task ``app.task`` (as ``stays.import_file``), now or ``at`` a moment; return the job's id.

    Arguments are references, never contents: jobs are readable in the database and its copies. Raises ValueError for
    anything else, and procrastinate.exceptions.TaskNotFound for an unregistered name.
    """
    for name, value in arguments.items():
        if not is_reference(name, value):
            raise ValueError(f"{task_name}: {name} is no id, word or moment; keep it in a row and give its id")
    job_options: dict[str, Any] = {"queue": queue, "lock": lock, "schedule_at": at}
    options = {key: value for key, value in job_options.items() if value}
    return app.configure_task(task_name, allow_unknown=False, **options).defer(**arguments, **origin())


def every_day_at(hour: int, minute: int = 0) -> str:
    """Return the cron line, in UTC as Procrastinate reads it, of a daily job at this time in Viet Nam.

    Viet Nam has had one offset, without summer time, since 1975, so any day gives it.
    """
    moment = datetime(2026, 1, 1, hour, minute, tzinfo=clock.VIETNAM).astimezone(UTC)
    return f"{moment.minute} {moment.hour} * * *"


async def requeue_interrupted(manager: JobManager, job: Job) -> None:
    """Queue a job again whose worker ended while it ran; if an equal job is queued already, abort this one.

    A job that was interrupted too often is marked as failed, for an administrator to see.
    """
    if job.attempts >= MOST_DEATHS:
        await manager.finish_job(job, status=Status.FAILED, delete_job=False)
        return
    try:
        await manager.retry_job(job)
    except exceptions.UniqueViolation:
        await manager.finish_job(job, status=Status.ABORTED, delete_job=False)


async def retry_stalled(queue: str, *, seconds: float = 60) -> int:
    """Queue again the jobs of ``queue`` whose worker has been silent for ``seconds``; return their number."""
    stalled = list(await app.job_manager.get_stalled_jobs(queue=queue, seconds_since_heartbeat=seconds))
    for job in stalled:
        await requeue_interrupted(app.job_manager, job)
    return len(stalled)
