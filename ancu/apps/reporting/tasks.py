"""Jobs: nightly counts, publication of a year on request, and the morning briefing."""

from procrastinate.contrib.django import app

from ancu.apps.reporting.services import counting, ordering
from ancu.apps.reporting.services.morning import briefing
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import SLOW, every_day_at


@app.periodic(cron=every_day_at(3, 17))
@app.task(name="reporting.count", queueing_lock="reporting.count", retry=retries.SOON, **SLOW)
def count(timestamp: int) -> None:
    """Daily job: count the current month and the open months before it."""
    counting.count_open(system("reporting.count"))


@app.task(name="reporting.publish", retry=retries.WATCHED, **SLOW)
def publish(order_id: int) -> None:
    """Job: build and store the release that was ordered.

    It takes seconds for a hundred indicators and is idempotent.
    """
    ordering.run_order(order_id)


@app.periodic(cron=every_day_at(6, 55))
@app.task(name="reporting.brief", queueing_lock="reporting.brief", retry=retries.SOON)
def brief(timestamp: int) -> None:
    """Daily job before office hours: send today's briefing where an office has chosen this weekday."""
    briefing.queue_todays(system("reporting.brief"))


@app.task(name="reporting.send_briefing", retry=retries.LETTER)
def send_briefing(copy_id: int) -> None:
    """Job: send one officer's briefing; it may run twice."""
    briefing.send_copy(copy_id)
