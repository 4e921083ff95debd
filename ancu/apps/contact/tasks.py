"""Jobs: letters of a broadcast, and emptying after the retention period."""

from procrastinate.contrib.django import app

from ancu.apps.contact.services import broadcasts
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at


@app.task(name="contact.tell", retry=retries.SOON)
def tell(broadcast_id: int, turn: str) -> None:
    """Job: write to the lodgings that have not confirmed a broadcast; running twice writes only once."""
    broadcasts.notify_lodgings(broadcast_id, turn)


@app.periodic(cron=every_day_at(4, 17))
@app.task(name="contact.redact", queueing_lock="contact.redact", retry=retries.SOON)
def redact(timestamp: int) -> None:
    """Daily job: empty the texts of broadcasts whose retention period is over."""
    broadcasts.redact(system("contact.redact"))
