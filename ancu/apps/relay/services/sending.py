"""Send what is due, lodging by lodging, in small batches, and write down what became of each.

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
from ancu.apps.relay.enums import State, Why
from ancu.apps.relay.models import Forwarding, PortalAccount
from ancu.apps.relay.rules import guest_of, is_on, is_too_old, record_of
from ancu.apps.relay.selectors import paused, resting_until
from ancu.apps.relay.services.accounts import portal_of
from ancu.apps.relay.services.gathering import lock_progress
from ancu.apps.relay.services.portal import Answer, Kind, Portal
from ancu.apps.relay.services.verdicts import arrive, refused
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
class Batch:
    """Stays of one lodging, marked and about to leave; ``fresh`` are those not doubted before."""

    establishment_id: int
    portal: Portal
    ids: list[int]
    records: list[dict[str, str]]
    fresh: set[int]


def send_due(*, seconds: float = 20) -> int:
    """Send until nothing is due, the portal fails, or ``seconds`` are over; returns the calls made."""
    calls, ends = 0, time.monotonic() + seconds
    passed: set[int] = set()
    while is_on() and not paused() and not _rests() and time.monotonic() < ends:
        establishment_id = _next_lodging(passed)
        if establishment_id is None:
            break
        batch = _claim(establishment_id)
        if batch is None:  # nothing of it could go, or another worker has it
            passed.add(establishment_id)
            continue
        calls += 1
        _write_down(batch, batch.portal.declare(batch.records))
    return calls


def _rests() -> bool:
    until = resting_until()
    return until is not None and until > clock.now()


def _due() -> QuerySet[Forwarding]:
    return Forwarding.objects.filter(state=State.WAITING, next_at__lte=clock.now())


def _next_lodging(passed: set[int]) -> int | None:
    return (
        _due()
        .exclude(establishment_id__in=passed)
        .order_by("next_at", "id")
        .values_list("establishment_id", flat=True)
        .first()
    )


# --- before ---------------------------------------------------------------------------------------------------


@transaction.atomic
def _claim(establishment_id: int) -> Batch | None:
    """Lock what is due, put aside what cannot go, and mark the rest as perhaps there."""
    due = _due().filter(establishment_id=establishment_id).order_by("next_at", "id")
    locked = list(due.select_for_update(skip_locked=True)[:BATCH])
    stays = Stay.objects.in_bulk([one.stay_id for one in locked])
    establishment = Establishment.objects.get(pk=establishment_id)
    room_needed = room_required(establishment.kind, clock.today())
    ready = [one for one in locked if _may_go(one, stays[one.stay_id], room_needed=room_needed)]
    portal = portal_of(establishment) if ready else None
    if portal is None:
        _wait_for_account(ready)
        return None
    if any(one.alone or one.attempts >= ALONE_AFTER for one in ready):
        ready = ready[:1]
    fresh = {one.pk for one in ready if one.doubted_at is None}
    now = clock.now()
    for one in ready:
        one.attempts, one.next_at, one.doubted_at = one.attempts + 1, now + LEASE, one.doubted_at or now
        one.why, one.arrived_on = Why.NONE, stays[one.stay_id].arrived_on
        one.save()
    records = [record_of(stays[one.stay_id]) for one in ready]
    return Batch(establishment_id, portal, [one.pk for one in ready], records, fresh)


def _may_go(one: Forwarding, stay: Stay, *, room_needed: bool) -> bool:
    """Whether it can be sent now; what cannot be at all is given to a person."""
    doubted, today = one.doubted_at is not None, clock.today()
    if stay.status == StayStatus.WITHDRAWN:
        one.state, one.why = (State.DOUBTFUL, Why.MAYBE_WITHDRAWN) if doubted else (State.DROPPED, Why.NONE)
    elif is_too_old(stay.arrived_on, today):
        one.state, one.why = (State.DOUBTFUL, Why.MAYBE_THERE) if doubted else (State.BY_HAND, Why.TOO_OLD)
    elif stay.arrived_on > today:
        one.next_at = datetime.combine(stay.arrived_on, datetime.min.time(), clock.VIETNAM)
    elif fields := ministry.unfit(guest_of(stay), room_needed=room_needed):
        one.state, one.why, one.message = State.BY_HAND, Why.UNFIT, " ".join(fields)
        if doubted:
            one.state, one.why = State.DOUBTFUL, Why.MAYBE_THERE
    else:
        return True
    one.judged_at = clock.now()
    one.save()
    return False


def _wait_for_account(ready: list[Forwarding]) -> None:
    for one in ready:
        one.why, one.next_at = Why.NO_ACCOUNT, clock.now() + ACCOUNT_DELAY
        one.save(update_fields=["why", "next_at"])


# --- after ----------------------------------------------------------------------------------------------------


@transaction.atomic
def _write_down(batch: Batch, answer: Answer) -> None:
    locked = Forwarding.objects.select_for_update().select_related("stay").in_bulk(batch.ids)
    sent = [locked[key] for key in batch.ids]
    if answer.kind is Kind.TAKEN:
        _taken(batch, sent)
    elif answer.kind is Kind.REFUSED:
        refused(sent, answer, batch.records, batch.fresh)
    elif answer.kind is Kind.SHUT_OUT:
        _shut_out(batch, sent)
    else:
        _failed(batch, sent, answer)
    for one in sent:
        one.save()
    _note_answer(answer)


def _taken(batch: Batch, sent: list[Forwarding]) -> None:
    for one, told in zip(sent, batch.records, strict=True):
        arrive(one, told)
    PortalAccount.objects.filter(establishment_id=batch.establishment_id).exclude(problem="").update(problem="")
    subject = ("lodging.establishment", batch.establishment_id)
    record(system("relay"), "relay.sent", subject, stays=[one.stay_id for one in sent])


def _shut_out(batch: Batch, sent: list[Forwarding]) -> None:
    """The account's trouble is no trouble of the others'; all of this lodging waits for it to be mended."""
    later = clock.now() + jittered(ACCOUNT_DELAY)
    for one in sent:
        one.why, one.next_at = Why.ACCOUNT_REFUSED, later
        _undoubt(one, batch)
    waiting = Forwarding.objects.filter(establishment_id=batch.establishment_id, state=State.WAITING)
    waiting.exclude(pk__in=batch.ids).update(why=Why.ACCOUNT_REFUSED, next_at=later)
    account = PortalAccount.objects.filter(establishment_id=batch.establishment_id)
    account.update(problem=Why.ACCOUNT_REFUSED, problem_at=clock.now())


def _failed(batch: Batch, sent: list[Forwarding], answer: Answer) -> None:
    now = clock.now()
    for one in sent:
        delay = min(FIRST_DELAY * 2 ** min(one.attempts - 1, 10), LONGEST_DELAY)
        one.next_at = now + max(jittered(delay), timedelta(seconds=answer.wait))
        if answer.kind is Kind.UNSENT:
            _undoubt(one, batch)


def _undoubt(one: Forwarding, batch: Batch) -> None:
    """This attempt left no doubt behind; one from before stays."""
    if one.pk in batch.fresh:
        one.doubted_at = None


def _note_answer(answer: Answer) -> None:
    """After a failure all lodgings rest together, longer each time, so that a portal in trouble is not run over."""
    progress, now = lock_progress(), clock.now()
    if answer.kind in (Kind.UNKNOWN, Kind.UNSENT):
        progress.failures += 1
        rest = min(FIRST_REST * 2 ** min(progress.failures - 1, 10), LONGEST_REST)
        progress.rest_until = now + max(jittered(rest), timedelta(seconds=answer.wait))
        progress.problem = answer.code[:40]
    else:
        progress.failures, progress.rest_until, progress.problem, progress.answered_at = 0, None, "", now
    progress.save()


def jittered(delay: timedelta) -> timedelta:
    """Half to one and a half times, so that what failed together does not come again together."""
    return delay * random.uniform(0.5, 1.5)
