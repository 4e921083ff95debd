"""Jobs of the audit log."""

import logging

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from ancu.apps.audit import services
from ancu.apps.audit.services import checking, heads, retention
from ancu.core.actor import system
from ancu.core.db.jobs import every_day_at

# Seconds until the next attempt: nine hours in all, so that the next night's head does not overtake it.
WAITS = (60, 300, 1800, 3600, 3 * 3600, 4 * 3600)
log = logging.getLogger(__name__)


class HeadBackOff(BaseRetryStrategy):
    """Retry with growing delays while the other party is unreachable, until the next night's head."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Retry a head that was not sent after the next delay; None after the last one, and for any other error."""
        if not isinstance(exception, heads.NotSent) or job.attempts >= len(WAITS):
            return None
        return RetryDecision(retry_in={"seconds": WAITS[job.attempts]})


@app.periodic(cron="* * * * *")
@app.task(name="audit.seal", queueing_lock="audit.seal")
def seal(timestamp: int) -> None:
    """Job every minute: seal the events committed since."""
    while services.seal_events():
        pass


@app.periodic(cron=every_day_at(0, 35))
@app.task(name="audit.send_head", queueing_lock="audit.send_head", retry=HeadBackOff())
def send_head(timestamp: int) -> None:
    """Daily job: sign the head of the chain and send it to another party."""
    if head := heads.sign_head():
        heads.send_head(system("audit.send_head"), head)


@app.periodic(cron=every_day_at(4, 57))
@app.task(name="audit.redact", queueing_lock="audit.redact")
def redact(timestamp: int) -> None:
    """Nightly job: delete events older than ten years."""
    while retention.delete_old_events(system("audit.redact")):
        pass


@app.periodic(cron=every_day_at(2, 10))
@app.task(name="audit.check", queueing_lock="audit.check")
def check(timestamp: int) -> None:
    """Nightly job: compare the chain with every stored head."""
    outcome = checking.check_chain()
    if outcome.problem:
        log.error("the audit does not hold: %s at %s", outcome.problem.value, outcome.place)
