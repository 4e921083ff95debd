"""Collect declarations to forward and later changes of them, apart from declaring so that it stays fast.

A declaration is found by its being there and not yet here, within a day before the last look: transactions commit out
of order, and a mark alone would pass over one that was still running. A change is found by the history's own rows,
looked at again for an hour at least.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from ancu.apps.relay.enums import FOR_A_PERSON, ForwardingReason, ForwardingState
from ancu.apps.relay.models import Forwarding, PortalAccount, RelayProgress
from ancu.apps.relay.rules import is_on, is_too_old, todo_of
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Stay
from ancu.core import clock

LOOK_BACK = timedelta(days=1)
MARKS_KEPT = timedelta(hours=1)
INSERT_FORWARDINGS = """
INSERT INTO relay_forwarding (stay_id, establishment_id, unit_id, arrived_on, state, why, attempts, next_at,
    reconciled, message, todo, settled_reason, alone,
    event_seen)
SELECT stay.id, stay.establishment_id, stay.unit_id, stay.arrived_on, 'waiting', '', 0, %(now)s,
    false, '', '', '', false, 0
FROM stays_submission submission
JOIN relay_portalaccount account ON account.establishment_id = submission.establishment_id
    AND account.forwards AND submission.received_at >= account.since
JOIN lodging_establishment lodging ON lodging.id = submission.establishment_id AND NOT lodging.sandbox
JOIN stays_stay stay ON stay.submission_id = submission.id
WHERE submission.received_at >= %(since)s AND NOT (stay.status = 'withdrawn')
    AND NOT EXISTS (SELECT FROM relay_forwarding known WHERE known.stay_id = stay.id)
ON CONFLICT (stay_id) DO NOTHING
"""


def gather() -> int:
    """Add new declarations as forwardings, and apply changes of forwarded stays.

    Return the number of new forwardings, 0 while forwarding is off.
    """
    if not is_on():
        return 0
    with transaction.atomic():
        progress = lock_progress()
        now = clock.now()
        new_count = _add_forwardings(progress, now)
        for stay_id, event in _changed_forwardings(progress, now).items():
            follow(stay_id, event)
        progress.save()
    return new_count


def _versions() -> Any:
    """Return the history model of stays, which has a row for each change."""
    return Stay._meta.get_field("events").related_model


def lock_progress() -> RelayProgress:
    """Return the single row of the forwarding's progress, locked until the transaction ends."""
    RelayProgress.objects.get_or_create(pk=1)
    return RelayProgress.objects.select_for_update().get(pk=1)


def _add_forwardings(progress: RelayProgress, now: datetime) -> int:
    """Add a waiting forwarding for each new declaration of the lodgings that forward; return their number."""
    first = PortalAccount.objects.filter(forwards=True).order_by("since").values_list("since", flat=True).first()
    if first is None:
        return 0
    since = progress.swept_until - LOOK_BACK if progress.swept_until else first
    with connection.cursor() as cursor:
        cursor.execute(INSERT_FORWARDINGS, {"now": now, "since": since})
        progress.swept_until = now
        return int(cursor.rowcount)


def _changed_forwardings(progress: RelayProgress, now: datetime) -> dict[int, int]:
    """Return the forwarded stays that changed since they were last examined: stay id → id of the newest version.

    It also moves the marks up to which versions were read. Reading begins at the older of two marks, so that a
    version committed late is not missed.
    """
    events = _versions().objects
    if progress.event_mark_at is None:  # nothing was told yet, so no change of before matters
        progress.event_mark_next = events.aggregate(latest=Max("pgh_id"))["latest"] or 0
        progress.event_mark = progress.event_mark_next
    latest = events.aggregate(latest=Max("pgh_id"))["latest"] or 0
    forwarded = Forwarding.objects.values("stay_id")
    changed = events.filter(pgh_id__gt=progress.event_mark, pgh_obj_id__in=forwarded).order_by()
    newest = dict(changed.values_list("pgh_obj_id").annotate(Max("pgh_id")))
    events_seen = dict(Forwarding.objects.filter(stay_id__in=newest).values_list("stay_id", "event_seen"))
    if progress.event_mark_at is None or progress.event_mark_at <= now - MARKS_KEPT:
        progress.event_mark, progress.event_mark_next, progress.event_mark_at = progress.event_mark_next, latest, now
    return {stay: event for stay, event in sorted(newest.items()) if event > events_seen[stay]}


def follow(stay_id: int, event: int) -> None:
    """Update the stay's forwarding after the stay changed; ``event`` is the id of the version examined.

    An arrived one gets a note of what to correct at the portal; a withdrawn one is dropped; one refused and corrected
    since is sent again. Idempotent.
    """
    forwarding = Forwarding.objects.select_for_update().get(stay_id=stay_id)
    stay = Stay.objects.get(pk=stay_id)  # after the lock, so that what was told meanwhile is compared with what is now
    if forwarding.sent_record is not None:
        forwarding.todo = todo_of(forwarding.sent_record, stay)
    elif stay.status == StayStatus.WITHDRAWN:
        _apply_withdrawal(forwarding)
    elif _is_corrected_since_refusal(stay, forwarding) or _is_to_be_resent(forwarding):
        forwarding.state, forwarding.why, forwarding.next_at = (
            ForwardingState.WAITING,
            ForwardingReason.NONE,
            clock.now(),
        )
    forwarding.arrived_on, forwarding.event_seen = stay.arrived_on, event
    forwarding.save()


def _apply_withdrawal(forwarding: Forwarding) -> None:
    """Drop the forwarding of a withdrawn stay; if it may have arrived at the portal, mark it for a person to check."""
    if forwarding.doubted_at is not None:
        if forwarding.state in (ForwardingState.WAITING, *FOR_A_PERSON):
            forwarding.state, forwarding.why = ForwardingState.DOUBTFUL, ForwardingReason.MAYBE_WITHDRAWN
    elif forwarding.state in (ForwardingState.WAITING, ForwardingState.REFUSED, ForwardingState.BY_HAND):
        forwarding.state, forwarding.why = ForwardingState.DROPPED, ForwardingReason.NONE


def _is_to_be_resent(forwarding: Forwarding) -> bool:
    """Whether the forwarding was stopped only because the stay was withdrawn.

    The caller sends it again after the withdrawal was undone.
    """
    return forwarding.state == ForwardingState.DROPPED or forwarding.why == ForwardingReason.MAYBE_WITHDRAWN


def _is_corrected_since_refusal(stay: Stay, forwarding: Forwarding) -> bool:
    """Whether the stay was changed after the portal refused it, and its arrival may still be sent.

    Only for forwardings that were refused or left to a person.
    """
    if forwarding.state not in (ForwardingState.REFUSED, ForwardingState.BY_HAND) or is_too_old(
        stay.arrived_on, clock.today()
    ):
        return False
    last = _versions().objects.filter(pgh_obj_id=stay.pk).aggregate(at=Max("pgh_created_at"))["at"]
    return last is not None and forwarding.judged_at is not None and last > forwarding.judged_at
