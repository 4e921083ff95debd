"""The house's own jobs."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from ancu.core.db.jobs import requeue_interrupted
from ancu.core.security import rate_limits


@app.periodic(cron="*/2 * * * *")
@app.task(name="core.retry_stalled", queueing_lock="core.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Job of every minute: queue again the jobs that a killed worker left; all our jobs may safely run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await requeue_interrupted(manager, job)


@app.periodic(cron="17 * * * *")
@app.task(name="core.forget_old_counts", queueing_lock="core.forget_old_counts")
def forget_old_counts(timestamp: int) -> None:
    """Job of every hour: delete expired counts of rate limits and remembered used codes."""
    rate_limits.forget_old()
