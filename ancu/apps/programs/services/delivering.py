"""Deliver messages to webhooks: each webhook in a thread of its own, in order, until the first failure.

A message is claimed before it is sent: its next try is put a while ahead, in a transaction of its own. A worker that
dies on the way loses nothing, it only sends later, and with the same id.
"""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F

from ancu.apps.accounts.enums import Role
from ancu.apps.audit.services import record
from ancu.apps.messaging.services import notify
from ancu.apps.programs import rules
from ancu.apps.programs.enums import DeliveryState
from ancu.apps.programs.models import Delivery, Webhook
from ancu.apps.programs.services import signing
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.db.jobs import enqueue
from ancu.core.security.privacy import Keep
from ancu.core.web.outbound import DEADLINE, AddressRefused, OutboundResponse, Target, Unreachable, look_up, post

State = DeliveryState
AT_ONCE = 8  # addresses asked at the same time
OF_ONE = 20  # messages to one address in a row
CLAIMED_FOR = timedelta(seconds=DEADLINE * (OF_ONE + 2))
GONE = 410  # the address says of itself that it will never listen again
EVERY_MINUTE = timedelta(minutes=1)  # what is due later is found by the job that looks each minute
JOB = system("programs.deliver")


class DeliveryAttempt(NamedTuple):
    """The result of one attempt; without a response ``status`` is None and ``answer`` is an error code."""

    delivery: Delivery
    status: int | None
    answer: str
    retry_after: int = 0

    @property
    def arrived(self) -> bool:
        """Whether the receiving server accepted the message, by a status from 200 to 299."""
        return self.status is not None and 200 <= self.status < 300


def deliver() -> int:
    """Send due messages until none is left; return the number of attempts."""
    tried = 0
    while batch := _claim():
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for webhook, results in zip(batch, pool.map(_send_all, batch, batch.values()), strict=True):
                _record_results(webhook, results, batch[webhook])
                tried += len(results)
    return tried


@transaction.atomic
def _claim() -> dict[Webhook, list[Delivery]]:
    """Return the oldest due messages by webhook, at most ``OF_ONE`` of each, and claim them for this worker.

    Claimed messages are not due for others until ``CLAIMED_FOR`` has passed.
    """
    now = clock.now()
    due = Delivery.objects.filter(state=State.WAITING, next_at__lte=now).select_related("webhook__establishment")
    by_webhook: dict[Webhook, list[Delivery]] = defaultdict(list)
    for delivery in due.select_for_update(skip_locked=True, of=("self",)).order_by("next_at", "id")[: AT_ONCE * OF_ONE]:
        if len(by_webhook[delivery.webhook]) < OF_ONE:
            by_webhook[delivery.webhook].append(delivery)
    claimed = [delivery.pk for group in by_webhook.values() for delivery in group]
    Delivery.objects.filter(pk__in=claimed).update(next_at=now + CLAIMED_FOR)
    return {webhook: sorted(group, key=lambda delivery: delivery.pk) for webhook, group in by_webhook.items()}


def _send_all(webhook: Webhook, group: Sequence[Delivery]) -> list[DeliveryAttempt]:
    """Send a webhook's messages in order up to the first that fails; return the attempts.

    Runs in a thread without database access.
    """
    results: list[DeliveryAttempt] = []
    for delivery in group:
        results.append(_send(webhook, delivery))
        if not results[-1].arrived:
            break
    return results


def _send(webhook: Webhook, delivery: Delivery) -> DeliveryAttempt:
    """Send one message; return the attempt with its status or the reason why it failed."""
    body = delivery.payload.encode()
    try:
        answer = _post(look_up(webhook.url, loopback=settings.WEBHOOK_LOOPBACK), webhook, delivery, body)
    except AddressRefused as refused:
        return DeliveryAttempt(delivery, None, refused.code)
    except Unreachable as silent:
        return DeliveryAttempt(delivery, None, silent.code)
    return DeliveryAttempt(delivery, answer.status, answer.text, answer.retry_after)


def _post(target: Target, webhook: Webhook, delivery: Delivery, body: bytes) -> OutboundResponse:
    """Send a signed webhook message by POST to the target and return the response."""
    return post(target, body, signing.headers(webhook, delivery.message_id, body))


@transaction.atomic
def _record_results(webhook: Webhook, results: Sequence[DeliveryAttempt], group: Sequence[Delivery]) -> None:
    """Record the attempts to deliver a webhook's messages, and notify the managers of those that failed finally.

    Messages of ``group`` that were not attempted wait as long as the failed one.
    """
    given_up = [result.delivery for result in results if _record_attempt(result)]
    if len(results) < len(group):
        failed = Delivery.objects.get(pk=results[-1].delivery.pk)
        retry_at = max(failed.next_at, clock.now() + timedelta(seconds=rules.WAITS[0]))
        rest = [result.pk for result in group[len(results) :]]
        Delivery.objects.filter(pk__in=rest, state=State.WAITING).update(next_at=retry_at)
    if given_up:
        _notify_managers(webhook, given_up)


def _record_attempt(tried: DeliveryAttempt) -> bool:
    """Record an attempt to deliver a message; return True if it failed and will not be retried.

    A message that was changed concurrently, such as sent again, is left unchanged.
    """
    now, delivery = clock.now(), tried.delivery
    values = {"attempts": F("attempts") + 1, "last_at": now, "last_status": tried.status, "last_answer": tried.answer}
    waiting = Delivery.objects.filter(pk=delivery.pk, state=State.WAITING, give_up_at=delivery.give_up_at)
    if tried.arrived:
        waiting.update(state=State.DELIVERED, **values)
        return False
    if now >= delivery.give_up_at or tried.status == GONE:
        return waiting.update(state=State.FAILED, **values) > 0
    retry_at = rules.next_try(delivery.attempts + 1, now, delivery.give_up_at, asked_for=tried.retry_after)
    if waiting.update(next_at=retry_at, **values) and retry_at - now < EVERY_MINUTE:
        enqueue("programs.deliver", queue="webhooks", at=retry_at)
    return False


def _notify_managers(webhook: Webhook, given_up: Sequence[Delivery]) -> None:
    """Notify the lodging's managers of messages that will not be retried, at most once a day for each webhook."""
    for delivery in given_up:
        record(JOB, "programs.gave_up", webhook, message=delivery.message_id, event=delivery.event)
    managers = webhook.establishment.business.memberships.filter(role=Role.MANAGER, ended_at__isnull=True)
    for membership in managers.select_related("user"):
        notify(
            actor=JOB,
            to=membership.user,
            key=f"webhook-{webhook.pk}-{clock.today()}",
            template="programs/letters/given_up.txt",
            subject=("lodging", webhook.establishment_id),
            context={"establishment": webhook.establishment, "webhook": webhook},
        )


@transaction.atomic
def redact(actor: Actor) -> int:
    """Delete messages past retention that do not wait to be sent; return their number.

    Their events remain in the feed of changes.
    """
    before = clock.now() - timedelta(days=Keep.ANSWER.value)
    count, _by_model = Delivery.objects.filter(created_at__lt=before).exclude(state=State.WAITING).delete()
    if count:
        record(actor, "programs.redact", ("programs.delivery", "batch"), messages=count)
    return count
