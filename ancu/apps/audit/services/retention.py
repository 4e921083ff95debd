"""Delete events after ten years, from the beginning of the chain, which then starts at a link without event."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile

from django.db import transaction

from ancu.apps.audit.models import Event, Link
from ancu.apps.audit.services import record
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.security.privacy import Keep

AT_ONCE = 5000
EMPTIED = datetime(1, 1, 1, tzinfo=UTC)  # of the link at the beginning, whose event is gone


def retained_since() -> datetime:
    """Return the moment since which audit events must be retained; database triggers refuse their deletion."""
    return clock.now() - timedelta(days=Keep.AUDIT.value)


@transaction.atomic
def delete_old_events(actor: Actor) -> int:
    """Delete the oldest audit events whose retention period is over, at most ``AT_ONCE``; return their number.

    They are deleted in the order of the chain, so that none is missing from its middle: an event waits for all before
    it.
    """
    links = list(Link.objects.order_by("id")[:AT_ONCE])
    moments = dict(Event.objects.filter(pk__in=[link.event_id for link in links]).values_list("pk", "at"))
    since = retained_since()
    over = list(takewhile(lambda link: moments.get(link.event_id, EMPTIED) < since, links))
    count, _ = Event.objects.filter(pk__in=[link.event_id for link in over]).delete()
    if count:
        Link.objects.filter(pk__lt=over[-1].pk).delete()
        record(actor, "audit.deleted_old", ("audit.event", "batch"), count=count, place=over[-1].pk)
    return count
