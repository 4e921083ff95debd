"""Files are deleted when their time has come."""

import logging

from procrastinate.contrib.django import app

from ancu.apps.files import services
from ancu.core.actor import system

logger = logging.getLogger(__name__)


@app.periodic(cron="7 * * * *")
@app.task(name="files.retention", queueing_lock="files.retention")
def retention(timestamp: int) -> None:
    """Hourly: delete what has expired, and say how many."""
    logger.info("files.retention deleted %d", services.delete_expired(system("files.retention")))
