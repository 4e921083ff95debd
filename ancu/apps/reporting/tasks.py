"""Jobs: nightly counts, and publication of a year on request."""

from procrastinate.contrib.django import app

from ancu.apps.reporting.services import counting, ordering
from ancu.core.actor import system
from ancu.core.db.jobs import every_day_at


@app.periodic(cron=every_day_at(3, 17))
@app.task(name="reporting.count", queueing_lock="reporting.count")
def count(timestamp: int) -> None:
    """Daily job: count the current month and the open months before it."""
    counting.count_open(system("reporting.count"))


@app.task(name="reporting.publish")
def publish(order_id: int) -> None:
    """Job: build and store the release that was ordered.

    It takes seconds for a hundred indicators and is idempotent.
    """
    ordering.run_order(order_id)
