"""The day's letters, and the words to who stands in and to who proposed rights."""

from procrastinate.contrib.django import app

from ancu.apps.desk import services
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at


@app.periodic(cron=every_day_at(7, 5))
@app.task(name="desk.digest", queueing_lock="desk.digest")
def digest(timestamp: int) -> None:
    """Daily, before work begins: how much is new and waits."""
    services.send_digests()


@app.task(name="desk.tell_stand_in", retry=retries.SOON)
def tell_stand_in(delegation_id: int) -> None:
    """A colleague hands over his work; told twice, the second letter is not written."""
    services.tell_stand_in(delegation_id)


@app.task(name="desk.tell_proposer", retry=retries.SOON)
def tell_proposer(proposal_id: int) -> None:
    """A second administrator decided; told twice, the second letter is not written."""
    services.tell_proposer(proposal_id)
