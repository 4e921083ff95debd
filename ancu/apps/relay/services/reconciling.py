"""Decisions of people: retry, settle, pause and resume; and deletion after the retention period."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.relay.enums import ForwardingReason, ForwardingState
from ancu.apps.relay.models import Forwarding, RelayPause
from ancu.apps.relay.rules import can_retry, can_settle, may_pause, may_reconcile, portal_facts
from ancu.apps.relay.selectors import get_forwarding
from ancu.apps.relay.services.gathering import lock_progress
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.security.privacy import REDACTED

BATCH = 1000


@transaction.atomic
def retry(actor: Actor, *, pk: int) -> Forwarding:
    """Queue a forwarding that needs a person, to be sent at once; Conflict if it does not need one now.

    ``doubted_at`` stays set: it may have arrived before.
    """
    forwarding = _lock_forwarding(actor, pk)
    if not can_retry(forwarding.state):
        raise overtaken_conflict(actor, "forwarding_moved", forwarding)
    forwarding.state, forwarding.why, forwarding.next_at, forwarding.judged_at = (
        ForwardingState.WAITING,
        ForwardingReason.NONE,
        clock.now(),
        None,
    )
    forwarding.save()
    record(actor, "relay.retried", forwarding, stay=forwarding.stay_id)
    return forwarding


@transaction.atomic
def settle(actor: Actor, *, pk: int, reason: str) -> Forwarding:
    """Settle a forwarding by hand: the portal counts as having the stay as it is now.

    Conflict without a reason, or if the forwarding needs no settling any more.
    """
    forwarding = _lock_forwarding(actor, pk)
    if not can_settle(forwarding.state, forwarding.todo):
        raise overtaken_conflict(actor, "forwarding_moved", forwarding)
    if not reason.strip():
        raise Conflict("reason_missing", _("Explain how this was resolved."))
    if forwarding.state != ForwardingState.SENT:
        forwarding.state = ForwardingState.SETTLED
    forwarding.sent_record, forwarding.todo, forwarding.why = portal_facts(forwarding.stay), "", ForwardingReason.NONE
    forwarding.settled_by, forwarding.settled_at, forwarding.settled_reason = (
        actor.user_id,
        clock.now(),
        reason.strip()[:300],
    )
    forwarding.save()
    record(actor, "relay.settled", forwarding, reason=reason.strip(), stay=forwarding.stay_id)
    return forwarding


def _lock_forwarding(actor: Actor, pk: int) -> Forwarding:
    """Return the forwarding, locked; Forbidden without the right to reconcile, 404 if it is not visible."""
    require(may_reconcile(actor))
    return get_forwarding(actor, pk, lock=True)


@transaction.atomic
def pause(actor: Actor, *, reason: str) -> RelayPause:
    """Pause all sending to the portal until it is resumed; Conflict if it is paused already."""
    require(may_pause(actor))
    lock_progress()  # two at once: the second finds it paused
    if RelayPause.objects.filter(resumed_at=None).exists():
        raise Conflict("paused", _("Forwarding is already paused."))
    new_pause = RelayPause.objects.create(reason=reason.strip()[:300], paused_by=actor.user_id, paused_at=clock.now())
    record(actor, "relay.paused", new_pause, reason=reason.strip())
    return new_pause


@transaction.atomic
def resume(actor: Actor) -> None:
    """End the pause of all sending, and its rest after failures; Conflict if it is not paused."""
    require(may_pause(actor))
    progress = lock_progress()
    ended = RelayPause.objects.filter(resumed_at=None).first()
    if ended is None:
        raise Conflict("not_paused", _("Forwarding is not paused."))
    ended.resumed_by, ended.resumed_at = actor.user_id, clock.now()
    ended.save()
    progress.rest_until, progress.failures = None, 0
    progress.save()
    record(actor, "relay.resumed", ended)


@transaction.atomic
def redact(actor: Actor) -> int:
    """Empty records, messages and reasons of forwardings whose stay's data were deleted; return the number.

    At most BATCH at a time.
    """
    due = Forwarding.objects.filter(stay__full_name=REDACTED).exclude(message="", sent_record=None, settled_reason="")
    ids = list(due.order_by("id").values_list("pk", flat=True)[:BATCH])
    Forwarding.objects.filter(pk__in=ids).update(message="", sent_record=None, settled_reason="", todo="")
    if ids:
        record(actor, "relay.redact", ("relay.forwarding", "batch"), forwardings=len(ids))
    return len(ids)
