"""Jobs: daily letters, and letters about delegations and proposals."""

from procrastinate.contrib.django import app

from ancu.apps.desk import services
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at


@app.periodic(cron=every_day_at(7, 5))
@app.task(name="desk.digest", queueing_lock="desk.digest")
def digest(timestamp: int) -> None:
    """Daily, before office hours: counts of notifications and tasks."""
    services.send_digests()


@app.task(name="desk.tell_stand_in", retry=retries.SOON)
def tell_stand_in(delegation_id: int) -> None:
    """Notify the colleague of a delegation; idempotent."""
    services.tell_stand_in(delegation_id)


@app.task(name="desk.tell_proposer", retry=retries.SOON)
def tell_proposer(proposal_id: int) -> None:
    """Notify the proposer of a decision; idempotent."""
    services.tell_proposer(proposal_id)
