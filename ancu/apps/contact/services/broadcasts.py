"""Send broadcasts to lodgings, remind, and record receipts."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.contact import rules
from ancu.apps.contact.models import Broadcast, BroadcastReceipt
from ancu.apps.contact.selectors import broadcasts as selectors
from ancu.apps.messaging.services import notify
from ancu.apps.places.models import AdministrativeUnit
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.db.jobs import enqueue
from ancu.core.db.locks import hold_until_commit
from ancu.core.errors import Conflict, Http404, require
from ancu.core.security.privacy import REDACTED, Keep
from ancu.core.templatetags.ui import possible_from

TELL = "contact.tell"
SENT_LATELY = "sent_lately"


@transaction.atomic
def send_broadcast(
    *,
    actor: Actor,
    unit_id: int,
    kinds: Collection[str],
    title: str,
    body: str,
    key: UUID,
    twin_shown: int | None = None,
) -> Broadcast:
    """Send a broadcast to every active lodging of a unit in the area; 404 for other units, Conflict without lodgings.

    The same ``key`` returns the same broadcast. Conflict if the agency sent the same text within a day by another form,
    unless the author was shown that one (``twin_shown``). A job sends the letters.
    """
    require(rules.may_broadcast(actor))
    unit = AdministrativeUnit.objects.filter(pk=unit_id, pk__in=actor.area).first()
    if unit is None:
        raise Http404
    hold_until_commit(f"contact.broadcast {actor.organisation_id}")
    twin = selectors.recent_twin(actor, unit_id, title.strip(), body.strip(), key)
    if twin is not None and twin.pk != twin_shown:
        raise Conflict(SENT_LATELY, _("The same announcement was sent to this place in the last 24 hours."))
    lodgings = selectors.target_lodgings(unit, kinds)
    broadcast, created = Broadcast.objects.get_or_create(
        key=key,
        defaults={
            "agency_id": actor.organisation_id or 0,
            "author_id": actor.user_id or 0,
            "unit": unit,
            "kinds": sorted(kinds),
            "title": title.strip(),
            "body": body.strip(),
            "sent_at": clock.now(),
        },
    )
    if not created:
        if broadcast.agency_id != actor.organisation_id:
            raise Http404
        return broadcast
    receipts = BroadcastReceipt.objects.bulk_create(
        BroadcastReceipt(broadcast=broadcast, establishment=establishment) for establishment in lodgings
    )
    if not receipts:
        raise Conflict("no_lodging", _("This place has no active lodging of that kind. Nothing was sent."))
    record(actor, "contact.broadcast", broadcast, unit=unit.pk, kinds=sorted(kinds), lodgings=len(receipts))
    enqueue(TELL, broadcast_id=broadcast.pk, turn="first")
    return broadcast


@transaction.atomic
def remind(*, actor: Actor, broadcast_id: int) -> Broadcast:
    """Write again to the lodgings that have not confirmed the broadcast.

    Conflict if it is too soon or all have confirmed, 403 for another agency's broadcast.
    """
    broadcast = selectors.visible_to(actor).select_for_update(of=("self",)).filter(pk=broadcast_id).first()
    if broadcast is None:
        raise Http404
    require(rules.may_broadcast(actor) and broadcast.agency_id == actor.organisation_id)
    if not rules.may_remind(actor, broadcast, clock.now()):
        message = _("They were reminded or notified in the last 12 hours. You can remind them from %(when)s.")
        raise Conflict("reminded", message % {"when": possible_from(rules.next_reminder_from(broadcast))})
    if not selectors.unconfirmed(broadcast).exists():
        raise Conflict("all_confirmed", _("Every lodging has confirmed."))
    broadcast.reminded_at = clock.now()
    broadcast.save(update_fields=["reminded_at"])
    record(actor, "contact.reminded", broadcast, lodgings=selectors.unconfirmed(broadcast).count())
    enqueue(TELL, broadcast_id=broadcast.pk, turn=f"{broadcast.reminded_at:%Y-%m-%dT%H:%M}")
    return broadcast


def notify_lodgings(broadcast_id: int, turn: str) -> None:
    """Write to the people of each unconfirmed lodging, without the broadcast's content, for the job.

    ``turn`` is "first" or the time of the reminder; the same turn writes only once to each person.
    """
    broadcast = Broadcast.objects.select_related("agency").get(pk=broadcast_id)
    for reader in selectors.people_to_notify(broadcast):
        notify(
            actor=system(TELL),
            to=reader,
            key=f"broadcast:{broadcast.pk}:{turn}",
            template="contact/letters/broadcast.txt",
            subject=("broadcast", broadcast.pk),
            context={
                "office": broadcast.agency.name,
                "path": reverse("contact:announcements"),
                "is_repeated": turn != "first",
            },
        )


@transaction.atomic
def mark_receipt(*, actor: Actor, receipt_id: int, confirmed: bool) -> BroadcastReceipt:
    """Record that the lodging read the broadcast or, with ``confirmed``, read and confirmed it.

    Only the first time is stored.
    """
    receipt = selectors.get_receipt(actor, receipt_id)
    require(actor.user_id is not None)
    now, mine = clock.now(), BroadcastReceipt.objects.filter(pk=receipt.pk)
    if mine.filter(read_at__isnull=True).update(read_at=now, read_by_id=actor.user_id) and not confirmed:
        record(actor, "contact.read", receipt)
    if confirmed and mine.filter(confirmed_at__isnull=True).update(confirmed_at=now, confirmed_by_id=actor.user_id):
        record(actor, "contact.confirmed", receipt)
    receipt.refresh_from_db()
    return receipt


@transaction.atomic
def redact(actor: Actor) -> int:
    """Empty the texts of broadcasts whose retention period is over; return their number.

    Recipients and confirmations remain.
    """
    over = clock.now() - timedelta(days=Keep.CORRESPONDENCE.value)
    emptied = Broadcast.objects.filter(sent_at__lt=over).exclude(body=REDACTED).update(title=REDACTED, body=REDACTED)
    if emptied:
        record(actor, "contact.redact", ("contact.broadcast", "batch"), broadcasts=emptied)
    return emptied
