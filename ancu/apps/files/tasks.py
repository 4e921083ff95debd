"""Jobs: delete expired files, and sweep bytes without a row."""

import logging

from procrastinate.contrib.django import app

from ancu.apps.files import services
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at

logger = logging.getLogger(__name__)


@app.periodic(cron="7 * * * *")
@app.task(name="files.retention", queueing_lock="files.retention", retry=retries.SOON)
def retention(timestamp: int) -> None:
    """Hourly job: delete expired files and unfinished uploads, and log their numbers."""
    logger.info("files.retention deleted %d", services.delete_expired(system("files.retention")))
    logger.info("files.retention swept %d unfinished", services.sweep_uploads(system("files.retention")))


@app.periodic(cron=every_day_at(4, 41))
@app.task(name="files.sweep", queueing_lock="files.sweep", retry=retries.SOON)
def sweep(timestamp: int) -> None:
    """Daily job: move aside stored files without a database row, and log their number."""
    logger.info("files.sweep moved %d aside", services.sweep())
