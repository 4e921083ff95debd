"""Jobs by name, in the caller's own transaction: a job exists if and only if its transaction does.

Going up the app ladder is done by name only; an unknown name is an error here, not in the worker.
"""

from typing import Any

from procrastinate.contrib.django import app


def enqueue(
    task_name: str,
    *,
    queue: str | None = None,
    lock: str | None = None,
    **arguments: Any,
) -> int:
    """Defer ``app.task`` (such as ``stays.import_file``) with JSON arguments; returns the job's id.

    Raises procrastinate.exceptions.TaskNotFound for a name nobody registered.
    """
    options = {key: value for key, value in {"queue": queue, "lock": lock}.items() if value}
    return app.configure_task(task_name, allow_unknown=False, **options).defer(**arguments)


async def retry_stalled(queue: str, *, seconds: float = 60) -> int:
    """Start again the jobs of ``queue`` whose worker has not been heard of for ``seconds``; how many there were."""
    stalled = list(await app.job_manager.get_stalled_jobs(queue=queue, seconds_since_heartbeat=seconds))
    for job in stalled:
        await app.job_manager.retry_job(job)
    return len(stalled)
