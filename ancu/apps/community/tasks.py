"""Daily job: empty data after the retention period."""

from procrastinate.contrib.django import app

from ancu.apps.community.services import retention
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at


@app.periodic(cron=every_day_at(4, 53))
@app.task(name="community.redact", queueing_lock="community.redact", retry=retries.SOON)
def redact(timestamp: int) -> None:
    """Daily job: delete personal data of programmes that ended long enough ago."""
    retention.redact(system("community.redact"))
