"""Jobs that clean the tables of the libraries."""

from procrastinate.contrib.django import app

from ancu.config import library_retention
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at


@app.periodic(cron="27 * * * *")
@app.task(name="config.delete_finished", queueing_lock="config.delete_finished", retry=retries.SOON)
def delete_finished(timestamp: int) -> None:
    """Hourly: delete finished jobs, expired sessions and expired results."""
    library_retention.delete_finished_jobs()
    library_retention.delete_dead_sessions()
    library_retention.delete_old_results()


@app.periodic(cron=every_day_at(5, 7))
@app.task(name="config.delete_orphans", queueing_lock="config.delete_orphans", retry=retries.SOON)
def delete_orphans(timestamp: int) -> None:
    """Daily: delete rows in third-party libraries' tables that nothing uses any more, such as history contexts."""
    library_retention.delete_orphans()
