"""Record events in the caller's transaction, and seal committed ones."""

import hashlib
import json
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.models import Event, Link
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.statements import PreparedStatement
from ancu.core.errors import Conflict

SEALER_LOCK = 0x0A0D17  # one sealer at a time, in the whole database
VERIFY_AT_ONCE = 2000
GENESIS = b"\0" * 32
RECORD = """
INSERT INTO "audit_event" (actor_kind, user_id, membership_id, organisation_id, establishment_id, act, subject_type,
    subject_id, reason, details)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)
"""
# The transactions of a restored database lie among those to come, so each event is asked for its link.
SETTLED = """
SELECT * FROM audit_event event
WHERE ({which}) AND NOT EXISTS (SELECT FROM audit_link link WHERE link.event_id = event.id)
ORDER BY {order} LIMIT %s
"""
NEXT = SETTLED.format(which="(xact, id) > (%s, %s) AND xact < %s", order="xact, id")
RESTORED = SETTLED.format(which="(xact, id) > (%s, %s) OR xact < %s", order="(xact, id) > (%s, %s) DESC, xact, id")
UNSEALED_AFTER = timedelta(hours=1)  # sealing is due every minute


def required_reason(reason: str) -> str:
    """Return the reason without surrounding blanks; Conflict if it is empty."""
    if not (text := reason.strip()):
        raise Conflict("no_reason", _("Enter the reason."))
    return text


def record(
    actor: Actor,
    act: str,
    subject: models.Model | tuple[str, object],
    *,
    reason: str = "",
    **details: Any,
) -> None:
    """Store an audit event, in the caller's transaction; ``act`` is ``app.verb``, such as ``stays.declared``.

    ``details`` holds ids, counts and codes, never personal data. ``subject`` is the object acted on, or ``("type",
    id)`` where none is at hand.
    """
    event = event_of(actor, act, subject, reason=reason, **details)
    with connection.cursor() as cursor:
        cursor.execute(event.sql, event.values)


def event_of(
    actor: Actor,
    act: str,
    subject: models.Model | tuple[str, object],
    *,
    reason: str = "",
    **details: Any,
) -> PreparedStatement:
    """Return the audit event as an INSERT statement, to execute together with those that change its subject.

    The parameters are those of ``record``.
    """
    kind, key = (subject._meta.label_lower, subject.pk) if isinstance(subject, models.Model) else subject
    if actor.stands_for is not None:
        details["stands_for"] = actor.stands_for
    values = [
        actor.kind.value,
        actor.user_id,
        actor.membership_id,
        actor.organisation_id,
        actor.establishment_id,
        act,
        kind,
        str(key),
        reason[:500],
        json.dumps(details),
    ]
    return PreparedStatement(RECORD, values)


def record_look(
    actor: Actor,
    subject: models.Model | tuple[str, object],
    *,
    reason: str = "",
    **details: Any,
) -> None:
    """Record in the audit that the actor opened a record about people, as the act ``looked``."""
    record(actor, "looked", subject, reason=reason, **details)


@transaction.atomic
def seal_events(*, limit: int = 5000) -> int:
    """Add committed audit events to the hash chain, in the order of (transaction, id), at most ``limit``.

    Return their number; 0 also if another process is sealing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    last = Link.objects.order_by("-id").first()
    place, previous = (last.pk, bytes(last.hash)) if last else (0, GENESIS)
    links = []
    for event in _events_to_seal(last, limit):
        place, previous = place + 1, event_hash(previous, event)
        links.append(Link(id=place, event_id=event.pk, xact=event.xact, hash=previous))
    Link.objects.bulk_create(links, batch_size=1000)
    return len(links)


def _events_to_seal(last: Link | None, limit: int) -> "models.query.RawQuerySet[Event]":
    """Return the events whose transactions ended before every running one, in order, after the last one sealed.

    A link whose transaction is still to come was made on another server: a restored database brought its numbers
    along, while the new server counts from the start. Then the events that the former server left unsealed come
    first, and those written here since come after them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        settled = cursor.fetchone()[0]
    after = (last.xact, last.event_id) if last else (-1, -1)
    if after[0] < settled:
        return Event.objects.raw(NEXT, [*after, settled, limit])
    return Event.objects.raw(RESTORED, [*after, settled, *after, limit])


def event_hash(previous: bytes, event: Event) -> bytes:
    """Return the SHA-256 over the previous hash and the event as canonical JSON."""
    fields = {field.attname: getattr(event, field.attname) for field in Event._meta.concrete_fields}
    text = json.dumps(
        fields,
        sort_keys=True,
        ensure_ascii=False,
        default=lambda value: value.isoformat(),
    )
    return hashlib.sha256(previous + text.encode()).digest()


def first_link() -> Link | None:
    """Return the audit chain's first link if older events were deleted; None if none was deleted.

    The chain is recomputed from this link's hash.
    """
    first = Link.objects.order_by("id").first()
    return first if first and not Event.objects.filter(pk=first.event_id).exists() else None


def verify_chain() -> tuple[int, int | None]:
    """Recompute the audit's hash chain from its first link.

    Return the number of the last link checked, and that of the first broken one, or None if all hold.
    """
    first = first_link()
    previous, checked = (bytes(first.hash), first.pk) if first else (GENESIS, 0)
    links = Link.objects.filter(pk__gt=checked).order_by("id").iterator(chunk_size=VERIFY_AT_ONCE)
    while batch := list(islice(links, VERIFY_AT_ONCE)):
        events = Event.objects.in_bulk([link.event_id for link in batch])
        for link in batch:
            checked += 1
            event = events.get(link.event_id)
            if link.pk != checked or event is None or event_hash(previous, event) != bytes(link.hash):
                return checked, checked
            previous = bytes(link.hash)
    return checked, None


def count_unsealed() -> int:
    """Return the number of audit events that are over an hour old and not in the hash chain.

    They were inserted behind the chain, or the sealing job is stopped.
    """
    sealed = Link.objects.filter(event_id=OuterRef("pk"))
    return Event.objects.filter(~Exists(sealed), at__lt=clock.now() - UNSEALED_AFTER).count()
