"""Jobs: prepare and delete copies, and warn of breach deadlines."""

from procrastinate.contrib.django import app

from ancu.apps.protection.services import breaches, preparing, retention
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at


@app.task(name="protection.prepare_copy", retry=retries.SOON)
def prepare_copy(copy_id: int) -> None:
    """Job: prepare the files of a requested copy of personal data; it may run twice."""
    preparing.prepare_copy(copy_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="protection.warn_of_breaches", queueing_lock="protection.warn_of_breaches", retry=retries.SOON)
def warn_of_breaches(timestamp: int) -> None:
    """Job every ten minutes: warn administrators of deadlines, once for each warning hour."""
    breaches.warn_of_breaches()


@app.periodic(cron=every_day_at(4, 33))
@app.task(name="protection.redact", queueing_lock="protection.redact", retry=retries.SOON)
def redact(timestamp: int) -> None:
    """Daily job: delete the files of expired copies, and empty old requests and breaches."""
    retention.redact(system("protection.redact"))
