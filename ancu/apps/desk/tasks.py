"""Jobs: daily letters, retention, and letters about delegations and proposals."""

from procrastinate.contrib.django import app

from ancu.apps.desk import services
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at


@app.periodic(cron=every_day_at(7, 5))
@app.task(name="desk.digest", queueing_lock="desk.digest", retry=retries.SOON)
def digest(timestamp: int) -> None:
    """Daily job before office hours: send the numbers of notifications and tasks."""
    services.send_digests()


@app.periodic(cron=every_day_at(4, 45))
@app.task(name="desk.redact", queueing_lock="desk.redact", retry=retries.SOON)
def redact(timestamp: int) -> None:
    """Daily job: delete filters of the task page that were saved half a year ago, and past postponements."""
    services.redact(system("desk.redact"))


@app.task(name="desk.tell_stand_in", retry=retries.SOON)
def notify_stand_in(delegation_id: int) -> None:
    """Job: notify the colleague of a delegation; it may run twice."""
    services.notify_stand_in(delegation_id)


@app.task(name="desk.tell_proposer", retry=retries.SOON)
def notify_proposer(proposal_id: int) -> None:
    """Job: notify the proposer of a decision; it may run twice."""
    services.notify_proposer(proposal_id)
