"""Messages to programs are taken to their addresses, and deleted in time."""

from procrastinate.contrib.django import app

from ancu.apps.programs import services
from ancu.core.actor import system
from ancu.core.db.jobs import every_day_at


@app.task(name="programs.deliver", queue="webhooks")
def deliver() -> None:
    """Something was written just now; done twice, the second finds nothing due."""
    services.deliver()


@app.periodic(cron="* * * * *")
@app.task(name="programs.deliver_again", queue="webhooks", queueing_lock="programs.deliver_again")
def deliver_again(timestamp: int) -> None:
    """What failed before and is due again, and what a worker that died had claimed."""
    services.deliver()


@app.periodic(cron=every_day_at(3, 57))
@app.task(name="programs.redact", queueing_lock="programs.redact")
def redact(timestamp: int) -> None:
    services.redact(system("programs.redact"))
