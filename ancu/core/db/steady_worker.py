"""A worker that stores what became of a job even if the database is away at that moment, and that does not grow.

Without it the job would stay ``doing``, for as long as the worker lives, and nobody would do it again. Memory that
large files took is not given back to the machine, so a worker that has grown ends after its job, and `ancu worker`
begins anew.
"""

import asyncio
import logging
import os
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from procrastinate import App, exceptions, jobs, worker

from ancu.core.db.job_context import with_origin

logger = logging.getLogger(__name__)
WAITS_S = (0.5, 1, 2, 5, 10, 15, 30, 30, 30)  # two minutes: then the worker has long ended, as its heartbeat failed


class SteadyWorker(worker.Worker):
    """A worker that stores the outcome of a job again and again until the database takes it.

    ``has_outgrown`` says that it ended because it holds more memory than ``WORKER_MEMORY_MB``.
    """

    has_outgrown: ClassVar[bool] = False

    async def _persist_job_status(self, job: jobs.Job, status: jobs.Status, *details: Any, **more: Any) -> None:
        """Store the job's outcome; a job to be retried whose equal is queued already is aborted instead."""
        for wait in (*WAITS_S, None):
            try:
                await super()._persist_job_status(job, status, *details, **more)
            except exceptions.UniqueViolation:
                await self.app.job_manager.finish_job(job, status=jobs.Status.ABORTED, delete_job=False)
            except exceptions.ConnectorException:
                if wait is None:
                    raise
                logger.warning("the outcome of job %s is not stored yet", job.id)
                await asyncio.sleep(wait)
                continue
            break
        was_asked_to_end = self._stop_event.is_set()
        if memory_mb() > settings.WORKER_MEMORY_MB and not was_asked_to_end:
            SteadyWorker.has_outgrown = True
            self.stop()  # type: ignore[no-untyped-call]


def memory_mb() -> int:
    """Return the memory that this process holds, in MB; 0 where the system does not say (not Linux)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def use_steady_worker(app: App) -> None:
    """Make ``app`` run steady workers; for the setting PROCRASTINATE_ON_APP_READY."""

    def make_worker(**options: Any) -> SteadyWorker:
        """Return a worker with the app's defaults and these options, as the library's own method does."""
        defaults: dict[str, Any] = {"worker_middleware": [with_origin], **app.worker_defaults}
        return SteadyWorker(app=app, **(defaults | options))

    app._worker = make_worker  # type: ignore[method-assign] # the library has no other way
