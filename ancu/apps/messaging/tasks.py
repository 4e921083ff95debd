"""Jobs: send notifications and push messages, and empty old ones."""

from procrastinate import RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from ancu.apps.messaging import services
from ancu.apps.messaging.services import in_app
from ancu.apps.messaging.services import push as push_service
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at

# Seconds until the next attempt: a busy gate is asked soon, a server that is down over night again in the morning.
WAITS = (30, 120, 600, 3600, 4 * 3600, 8 * 3600, 12 * 3600)  # a day in all
PUSH_TRIES = 5


class DeliveryBackOff(retries.BackOff):
    """Retry with growing delays, never sooner than the gateway asked; the service decides when to give up."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Retry a letter after the next delay, or later if the gateway asked for that; other errors as any job."""
        if not isinstance(exception, services.NotDelivered):
            return super().get_retry_decision(exception=exception, job=job)
        usual = WAITS[min(job.attempts, len(WAITS) - 1)]
        return RetryDecision(retry_in={"seconds": max(usual, exception.wait)})


@app.task(name="messaging.deliver", retry=DeliveryBackOff())
def deliver(notification_id: int) -> None:
    """Job: send a notification by e-mail or text message; it may run twice."""
    services.deliver(notification_id)


class PushBackOff(DeliveryBackOff):
    """As for letters, but only a few attempts: a push message is useless later."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Retry a push message after the next delay; None after a few tries, since it is useless later."""
        if job.attempts >= PUSH_TRIES:
            return None
        return super().get_retry_decision(exception=exception, job=job)


@app.task(name=in_app.PUSH, retry=PushBackOff())
def push(address_id: int) -> None:
    """Job: send a push message to a device."""
    push_service.send_push(address_id)


@app.periodic(cron=every_day_at(3, 47))
@app.task(name="messaging.redact", queueing_lock="messaging.redact", retry=retries.SOON)
def redact(timestamp: int) -> None:
    """Daily job: empty messages and undelivered letters whose retention period is over."""
    services.redact(system("messaging.redact"))
