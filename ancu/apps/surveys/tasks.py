"""Jobs: read scans, and empty data after their retention period."""

from procrastinate.contrib.django import app

from ancu.apps.surveys.services import retention, scanning
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at


@app.task(name="surveys.read_scan", queue="files", retry=retries.WATCHED)
def read_scan(scan_id: int) -> None:
    """Job: read a scan. A repeated job continues after the pages that are stored."""
    scanning.read_scan(scan_id)


@app.periodic(cron=every_day_at(4, 29))
@app.task(name="surveys.redact", queueing_lock="surveys.redact", retry=retries.SOON)
def redact(timestamp: int) -> None:
    """Daily job: delete abandoned drafts, and empty texts and pictures after their period."""
    retention.redact(system("surveys.redact"))
