"""A worker that stores what became of a job even if the database is away at that moment.

Without it the job would stay ``doing``, for as long as the worker lives, and nobody would do it again.
"""

import asyncio
import logging
from typing import Any

from procrastinate import App, exceptions, jobs, worker

from ancu.core.db.job_context import with_origin

logger = logging.getLogger(__name__)
WAITS_S = (0.5, 1, 2, 5, 10, 15, 30, 30, 30)  # two minutes: then the worker has long ended, as its heartbeat failed


class SteadyWorker(worker.Worker):
    """A worker that stores the outcome of a job again and again until the database takes it."""

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
            return


def use_steady_worker(app: App) -> None:
    """Make ``app`` run steady workers; for the setting PROCRASTINATE_ON_APP_READY."""

    def make_worker(**options: Any) -> SteadyWorker:
        """Return a worker with the app's defaults and these options, as the library's own method does."""
        defaults: dict[str, Any] = {"worker_middleware": [with_origin], **app.worker_defaults}
        return SteadyWorker(app=app, **(defaults | options))

    app._worker = make_worker  # type: ignore[method-assign] # the library has no other way
