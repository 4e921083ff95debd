"""The house's own jobs."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from ancu.core.db import retries
from ancu.core.db.jobs import requeue_interrupted
from ancu.core.registry import unfinished_work
from ancu.core.security import rate_limits


@app.periodic(cron="*/2 * * * *")
@app.task(name="core.retry_stalled", queueing_lock="core.retry_stalled", pass_context=True, retry=retries.SOON)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Job of every other minute: queue again the jobs that a killed worker left; all our jobs may safely run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await requeue_interrupted(manager, job)


@app.periodic(cron="* * * * *")
@app.task(name="core.give_up_unfinished", queueing_lock="core.give_up_unfinished", retry=retries.SOON)
def give_up_unfinished(timestamp: int) -> None:
    """Job of every minute: give up the work that no job will finish any more, and say so to whoever waits for it."""
    unfinished_work.give_up_unfinished()


@app.periodic(cron="17 * * * *")
@app.task(name="core.forget_old_counts", queueing_lock="core.forget_old_counts", retry=retries.SOON)
def forget_old_counts(timestamp: int) -> None:
    """Job of every hour: delete expired counts of rate limits and remembered used codes."""
    rate_limits.forget_old()
