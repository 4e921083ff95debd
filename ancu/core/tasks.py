"""The house's own jobs."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from ancu.core.db.jobs import take_up
from ancu.core.security import rate_limits


@app.periodic(cron="*/2 * * * *")
@app.task(name="core.retry_stalled", queueing_lock="core.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Take up again what a worker was doing when it was killed; every job of ours may safely run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await take_up(manager, job)


@app.periodic(cron="17 * * * *")
@app.task(name="core.forget_old_counts", queueing_lock="core.forget_old_counts")
def forget_old_counts(timestamp: int) -> None:
    """Hourly: delete the counts and spent codes whose time is over."""
    rate_limits.forget_old()
