"""The house's own jobs."""

from procrastinate import JobContext, exceptions
from procrastinate.contrib.django import app
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from ancu.core import limits


@app.periodic(cron="*/2 * * * *")
@app.task(name="core.retry_stalled", queueing_lock="core.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Take up again what a worker was doing when it was killed; every job of ours may safely run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await _take_up(manager, job)


async def _take_up(manager: JobManager, job: Job) -> None:
    """Queue the job again; when its twin is queued already, that one does the work and this one is closed."""
    try:
        await manager.retry_job(job)
    except exceptions.UniqueViolation:
        await manager.finish_job(job, status=Status.FAILED, delete_job=False)


@app.periodic(cron="17 * * * *")
@app.task(name="core.forget_old_counts", queueing_lock="core.forget_old_counts")
def forget_old_counts(timestamp: int) -> None:
    """Hourly: delete the counts and spent codes whose time is over."""
    limits.forget_old()
