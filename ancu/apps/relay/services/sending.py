"""Send the due forwardings, lodging by lodging, in small batches, and store the answers.

Before the bytes leave, every stay of the batch is marked as perhaps there: a worker killed at any moment leaves a doubt
behind and never a silent gap. A doubt is resolved by asking again, since the portal says when a guest is there already.
"""

import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from ancu.apps.audit.services import record
from ancu.apps.lodging.models import Establishment
from ancu.apps.relay.enums import ForwardingReason, ForwardingState
from ancu.apps.relay.models import Forwarding, PortalAccount
from ancu.apps.relay.rules import guest_of, is_on, is_too_old, record_of
from ancu.apps.relay.selectors import paused, resting_until
from ancu.apps.relay.services.accounts import portal_of
from ancu.apps.relay.services.gathering import lock_progress
from ancu.apps.relay.services.portal import Portal, PortalAnswer, PortalAnswerKind
from ancu.apps.relay.services.verdicts import apply_refusal, record_arrival
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Stay
from ancu.core import clock
from ancu.core.actor import system
from ancu.engines.exchange import ministry
from ancu.engines.rulebook import room_required

BATCH = 20
ALONE_AFTER = 3  # attempts: then one that makes the portal fail no longer holds up the others
LEASE = timedelta(minutes=5)  # longer than the longest call, after which another worker may take it up
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=30), timedelta(minutes=30)
FIRST_REST, LONGEST_REST = timedelta(seconds=15), timedelta(minutes=10)
ACCOUNT_DELAY = timedelta(minutes=15)


@dataclass
class ForwardingBatch:
    """Stays of one lodging, marked before sending; ``first_attempts`` were not doubtful before."""

    establishment_id: int
    portal: Portal
    ids: list[int]
    records: list[dict[str, str]]
    first_attempts: set[int]


def send_due(*, seconds: float = 20) -> int:
    """Send due forwardings until none is left or ``seconds`` have passed; return the number of calls to the portal.

    A call sends a batch of one lodging. Sending also stops when it is switched off, paused, or rests after a failure.
    """
    calls, ends = 0, time.monotonic() + seconds
    passed: set[int] = set()
    while is_on() and not paused() and not _is_resting() and time.monotonic() < ends:
        establishment_id = _next_lodging(passed)
        if establishment_id is None:
            break
        batch = _claim(establishment_id)
        if batch is None:  # nothing of it could go, or another worker has it
            passed.add(establishment_id)
            continue
        calls += 1
        _store_answer(batch, batch.portal.declare(batch.records))
    return calls


def _is_resting() -> bool:
    """Whether sending pauses at present because the portal failed."""
    until = resting_until()
    return until is not None and until > clock.now()


def _due() -> QuerySet[Forwarding]:
    """Return the waiting forwardings whose time to be sent has come."""
    return Forwarding.objects.filter(state=ForwardingState.WAITING, next_at__lte=clock.now())


def _next_lodging(passed: set[int]) -> int | None:
    """Return the id of the lodging whose forwarding is due longest, except ``passed``; None when none is due."""
    return (
        _due()
        .exclude(establishment_id__in=passed)
        .order_by("next_at", "id")
        .values_list("establishment_id", flat=True)
        .first()
    )


# --- before ---------------------------------------------------------------------------------------------------


@transaction.atomic
def _claim(establishment_id: int) -> ForwardingBatch | None:
    """Lock a lodging's due forwardings and return a batch of those to send now; None if there is none.

    Those in the batch are stored as possibly arrived. Those that cannot be sent are postponed or left to a person;
    without a portal account all are postponed.
    """
    due = _due().filter(establishment_id=establishment_id).order_by("next_at", "id")
    locked = list(due.select_for_update(skip_locked=True)[:BATCH])
    stays = Stay.objects.in_bulk([forwarding.stay_id for forwarding in locked])
    establishment = Establishment.objects.get(pk=establishment_id)
    room_needed = room_required(establishment.kind, clock.today())
    ready = [
        forwarding
        for forwarding in locked
        if _is_sendable(forwarding, stays[forwarding.stay_id], room_needed=room_needed)
    ]
    portal = portal_of(establishment) if ready else None
    if portal is None:
        _wait_for_account(ready)
        return None
    if any(forwarding.alone or forwarding.attempts >= ALONE_AFTER for forwarding in ready):
        ready = ready[:1]
    first_attempts = {forwarding.pk for forwarding in ready if forwarding.doubted_at is None}
    now = clock.now()
    for forwarding in ready:
        forwarding.attempts, forwarding.next_at, forwarding.doubted_at = (
            forwarding.attempts + 1,
            now + LEASE,
            forwarding.doubted_at or now,
        )
        forwarding.why, forwarding.arrived_on = ForwardingReason.NONE, stays[forwarding.stay_id].arrived_on
        forwarding.save()
    records = [record_of(stays[forwarding.stay_id]) for forwarding in ready]
    return ForwardingBatch(establishment_id, portal, [forwarding.pk for forwarding in ready], records, first_attempts)


def _is_sendable(forwarding: Forwarding, stay: Stay, *, room_needed: bool) -> bool:
    """Whether the forwarding can be sent now.

    If not, it is saved with the reason: postponed until the arrival, dropped, or left to a person.
    """
    doubted, today = forwarding.doubted_at is not None, clock.today()
    if stay.status == StayStatus.WITHDRAWN:
        forwarding.state, forwarding.why = (
            (ForwardingState.DOUBTFUL, ForwardingReason.MAYBE_WITHDRAWN)
            if doubted
            else (ForwardingState.DROPPED, ForwardingReason.NONE)
        )
    elif is_too_old(stay.arrived_on, today):
        forwarding.state, forwarding.why = (
            (ForwardingState.DOUBTFUL, ForwardingReason.MAYBE_THERE)
            if doubted
            else (ForwardingState.BY_HAND, ForwardingReason.TOO_OLD)
        )
    elif stay.arrived_on > today:
        forwarding.next_at = datetime.combine(stay.arrived_on, datetime.min.time(), clock.VIETNAM)
    elif fields := ministry.unsupported_fields(guest_of(stay), room_needed=room_needed):
        forwarding.state, forwarding.why, forwarding.message = (
            ForwardingState.BY_HAND,
            ForwardingReason.UNFIT,
            " ".join(fields),
        )
        if doubted:
            forwarding.state, forwarding.why = ForwardingState.DOUBTFUL, ForwardingReason.MAYBE_THERE
    else:
        return True
    forwarding.judged_at = clock.now()
    forwarding.save()
    return False


def _wait_for_account(ready: list[Forwarding]) -> None:
    """Postpone these forwardings by ACCOUNT_DELAY, because no account is connected."""
    for forwarding in ready:
        forwarding.why, forwarding.next_at = ForwardingReason.NO_ACCOUNT, clock.now() + ACCOUNT_DELAY
        forwarding.save(update_fields=["why", "next_at"])


# --- after ----------------------------------------------------------------------------------------------------


@transaction.atomic
def _store_answer(batch: ForwardingBatch, answer: PortalAnswer) -> None:
    """Update each forwarding of the batch according to the portal's answer; after a failed call pause all sending."""
    locked = Forwarding.objects.select_for_update().select_related("stay").in_bulk(batch.ids)
    sent = [locked[key] for key in batch.ids]
    if answer.kind is PortalAnswerKind.ACCEPTED:
        _record_accepted(batch, sent)
    elif answer.kind is PortalAnswerKind.REFUSED:
        apply_refusal(sent, answer, batch.records, batch.first_attempts)
    elif answer.kind is PortalAnswerKind.SHUT_OUT:
        _stop_lodging(batch, sent)
    else:
        _schedule_retry(batch, sent, answer)
    for forwarding in sent:
        forwarding.save()
    _note_answer(answer)


def _record_accepted(batch: ForwardingBatch, sent: list[Forwarding]) -> None:
    """Mark the forwardings ``sent`` as arrived, clear the account's problem, and record the act in the audit."""
    for forwarding, sent_record in zip(sent, batch.records, strict=True):
        record_arrival(forwarding, sent_record)
    PortalAccount.objects.filter(establishment_id=batch.establishment_id).exclude(problem="").update(problem="")
    subject = ("lodging.establishment", batch.establishment_id)
    record(system("relay"), "relay.sent", subject, stays=[forwarding.stay_id for forwarding in sent])


def _stop_lodging(batch: ForwardingBatch, sent: list[Forwarding]) -> None:
    """Postpone all waiting forwardings of a lodging whose account the portal rejects; others go on.

    The account is marked, for its manager to correct.
    """
    later = clock.now() + jittered(ACCOUNT_DELAY)
    for forwarding in sent:
        forwarding.why, forwarding.next_at = ForwardingReason.ACCOUNT_REFUSED, later
        _remove_doubt(forwarding, batch)
    waiting = Forwarding.objects.filter(establishment_id=batch.establishment_id, state=ForwardingState.WAITING)
    waiting.exclude(pk__in=batch.ids).update(why=ForwardingReason.ACCOUNT_REFUSED, next_at=later)
    account = PortalAccount.objects.filter(establishment_id=batch.establishment_id)
    account.update(problem=ForwardingReason.ACCOUNT_REFUSED, problem_at=clock.now())


def _schedule_retry(batch: ForwardingBatch, sent: list[Forwarding], answer: PortalAnswer) -> None:
    """Set when the forwardings ``sent`` are tried again after a failed call, later with each attempt."""
    now = clock.now()
    for forwarding in sent:
        delay = min(FIRST_DELAY * 2 ** min(forwarding.attempts - 1, 10), LONGEST_DELAY)
        forwarding.next_at = now + max(jittered(delay), timedelta(seconds=answer.wait))
        if answer.kind is PortalAnswerKind.UNSENT:
            _remove_doubt(forwarding, batch)


def _remove_doubt(forwarding: Forwarding, batch: ForwardingBatch) -> None:
    """Clear the forwarding's mark "may have arrived" if this batch was its first attempt.

    A doubt of an earlier attempt remains.
    """
    if forwarding.pk in batch.first_attempts:
        forwarding.doubted_at = None


def _note_answer(answer: PortalAnswer) -> None:
    """After a failed call pause all sending, longer each time; after any other answer end the pause."""
    progress, now = lock_progress(), clock.now()
    if answer.kind in (PortalAnswerKind.UNKNOWN, PortalAnswerKind.UNSENT):
        progress.failures += 1
        rest = min(FIRST_REST * 2 ** min(progress.failures - 1, 10), LONGEST_REST)
        progress.rest_until = now + max(jittered(rest), timedelta(seconds=answer.wait))
        progress.problem = answer.code[:40]
    else:
        progress.failures, progress.rest_until, progress.problem, progress.answered_at = 0, None, "", now
    progress.save()


def jittered(delay: timedelta) -> timedelta:
    """Return the delay multiplied by a random 0.5 to 1.5, so that failed calls do not repeat all at once."""
    return delay * random.uniform(0.5, 1.5)
