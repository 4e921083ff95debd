"""Jobs: write arrivals, notify handlers, and destroy expired tips."""

from procrastinate.contrib.django import app

from ancu.apps.tips.services import arrivals, destroying, notifying
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at


@app.periodic(cron="* * * * *")
@app.task(name="tips.write", queueing_lock="tips.write", retry=retries.SOON)
def write(timestamp: int) -> None:
    """Job: write the arrivals of past hours to the tables, usually in the first minute of the next hour."""
    arrivals.write_due()


@app.periodic(cron="5 * * * *")
@app.task(name="tips.tell", queueing_lock="tips.tell", retry=retries.SOON)
def notify_handlers(timestamp: int) -> None:
    """Hourly job: send letters without content to handlers of units that received something."""
    notifying.notify_holders(system("tips.tell"))


@app.periodic(cron=every_day_at(4, 41))
@app.task(name="tips.destroy", queueing_lock="tips.destroy", retry=retries.SOON)
def destroy(timestamp: int) -> None:
    """Daily job: destroy tips whose retention period is over, with their files."""
    destroying.destroy_expired(system("tips.destroy"))
