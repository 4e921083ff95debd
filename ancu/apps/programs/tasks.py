"""Jobs that deliver and delete messages."""

from procrastinate.contrib.django import app

from ancu.apps.programs import services
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at


@app.task(name="programs.deliver", queue="webhooks", retry=retries.SOON)
def deliver() -> None:
    """Send the webhooks' due messages, once a transaction has written some. Idempotent."""
    services.deliver()


@app.periodic(cron="* * * * *")
@app.task(name="programs.deliver_again", queue="webhooks", queueing_lock="programs.deliver_again", retry=retries.SOON)
def deliver_again(timestamp: int) -> None:
    """Every minute: retry failed messages, and those claimed by a worker that died."""
    services.deliver()


@app.periodic(cron=every_day_at(3, 57))
@app.task(name="programs.redact", queueing_lock="programs.redact", retry=retries.SOON)
def redact(timestamp: int) -> None:
    """Daily: delete messages past their retention period."""
    services.redact(system("programs.redact"))
