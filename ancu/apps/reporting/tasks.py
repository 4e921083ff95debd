"""What the program counts is counted every night; a year is published when somebody asked for it."""

from procrastinate.contrib.django import app

from ancu.apps.reporting.services import counting, ordering
from ancu.core.actor import system
from ancu.core.db.jobs import every_day_at


@app.periodic(cron=every_day_at(3, 17))
@app.task(name="reporting.count", queueing_lock="reporting.count")
def count(timestamp: int) -> None:
    """Daily: this month and the open ones before it."""
    counting.count_open(system("reporting.count"))


@app.task(name="reporting.publish")
def publish(order_id: int) -> None:
    """Seconds of work at a hundred indicators; done twice, nothing happens the second time."""
    ordering.carry_out(order_id)
