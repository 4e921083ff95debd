"""Jobs of the relay. Each may run twice: what was gathered is found gathered, what was sent is not due."""

from procrastinate.contrib.django import app

from ancu.apps.relay.services import accounts, gathering, reconciling, sending
from ancu.core.actor import system
from ancu.core.db.jobs import every_day_at


@app.periodic(cron="* * * * *")
@app.task(name="relay.forward", queueing_lock="relay.forward", lock="relay.forward")
def forward(timestamp: int) -> None:
    """Each minute: find what was declared and changed, and send what is due."""
    gathering.gather()
    sending.send_due()


@app.periodic(cron=every_day_at(3, 47))
@app.task(name="relay.redact", queueing_lock="relay.redact")
def redact(timestamp: int) -> None:
    """Daily, after the stays: what was told of those that were emptied, and passwords of no more use."""
    actor = system("relay.redact")
    accounts.forget_passwords(actor)
    while reconciling.redact(actor):
        pass
