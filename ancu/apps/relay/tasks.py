"""Jobs of the relay; all are idempotent."""

from procrastinate.contrib.django import app

from ancu.apps.relay.services import accounts, gathering, reconciling, sending
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at


@app.periodic(cron="* * * * *")
@app.task(name="relay.forward", queueing_lock="relay.forward", lock="relay.forward", retry=retries.SOON)
def forward(timestamp: int) -> None:
    """Every minute: collect declarations and changes, and send what is due."""
    gathering.gather()
    sending.send_due()


@app.periodic(cron=every_day_at(3, 47))
@app.task(name="relay.redact", queueing_lock="relay.redact", retry=retries.SOON)
def redact(timestamp: int) -> None:
    """Daily, after that of stays: empty records of deleted stays, and delete unused portal passwords."""
    actor = system("relay.redact")
    accounts.forget_passwords(actor)
    while reconciling.redact(actor):
        pass
