"""Jobs of the audit log."""

import logging

from procrastinate.contrib.django import app

from ancu.apps.audit import services
from ancu.apps.audit.services import checking, heads, retention
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import SLOW, every_day_at

log = logging.getLogger(__name__)


class HeadBackOff(retries.BackOff):
    """Retry with growing delays while the other party is unreachable, until the next night's head."""

    def waits_after(self, exception: BaseException) -> tuple[int, ...]:
        """Return the waits after NotSent; none after any other error."""
        return self.waits if isinstance(exception, heads.NotSent) else ()


# Nine hours in all, so that the next night's head does not overtake it.
HEAD = HeadBackOff((60, 300, 1800, 3600, 3 * 3600, 4 * 3600))


@app.periodic(cron="* * * * *")
@app.task(name="audit.seal", queueing_lock="audit.seal", retry=retries.SOON)
def seal(timestamp: int) -> None:
    """Job every minute: add the audit events committed since to the hash chain."""
    while services.seal_events():
        pass


@app.periodic(cron=every_day_at(0, 35))
@app.task(name="audit.send_head", queueing_lock="audit.send_head", retry=HEAD)
def send_head(timestamp: int) -> None:
    """Daily job: sign the head of the audit chain and send it to the other parties."""
    if head := heads.sign_head():
        heads.send_head(system("audit.send_head"), head)


@app.periodic(cron=every_day_at(4, 57))
@app.task(name="audit.redact", queueing_lock="audit.redact", retry=retries.SOON)
def redact(timestamp: int) -> None:
    """Nightly job: delete audit events older than ten years."""
    while retention.delete_old_events(system("audit.redact")):
        pass


@app.periodic(cron=every_day_at(2, 10))
@app.task(name="audit.check", queueing_lock="audit.check", retry=retries.SOON, **SLOW)
def check(timestamp: int) -> None:
    """Nightly job: compare the audit's hash chain with every stored head."""
    outcome = checking.check_chain()
    if outcome.problem:
        log.error("the audit does not hold: %s at %s", outcome.problem.value, outcome.place)
