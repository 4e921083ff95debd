"""Add, change, rotate and end webhooks; send messages again."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.services import notify_owner
from ancu.apps.audit.selectors import require_edition
from ancu.apps.audit.services import record
from ancu.apps.lodging.models import Establishment
from ancu.apps.programs import rules, selectors
from ancu.apps.programs.enums import CHOICES, TRANSITIONS, DeliveryState, WebhookEvent
from ancu.apps.programs.models import Delivery, Webhook
from ancu.apps.programs.services.announcing import announcement, enqueue_delivery
from ancu.apps.programs.services.signing import PLACE, new_secret
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.security.encryption import seal_secret
from ancu.core.security.key_rotation import Column, EncryptedStore
from ancu.core.transitions import follows
from ancu.core.web.outbound import AddressRefused, look_up

EVENTS = tuple(value for value, _label in CHOICES)


def check_address(url: str) -> str:
    """Return ``url`` stripped; Conflict if no message may be sent there."""
    address = url.strip()
    try:
        look_up(address, loopback=settings.WEBHOOK_LOOPBACK)
    except AddressRefused as refused:
        raise Conflict(refused.code, refused.message) from None
    return address


def _validated_events(events: Iterable[str]) -> list[str]:
    """Return the chosen events in the order of ``EVENTS``; Conflict ``events_unknown`` for none or an unknown one."""
    requested = set(events)
    if not requested or not requested <= set(EVENTS):
        raise Conflict("events_unknown", _("Choose at least one event that this service knows."))
    return [event for event in EVENTS if event in requested]


def add(actor: Actor, *, establishment: Establishment, url: str, events: Iterable[str]) -> tuple[Webhook, str]:
    """Add a webhook of the lodging for ``events``; return it with the text of its secret, shown only now."""
    require(rules.may_add(actor, establishment))
    address, chosen = (
        check_address(url),
        _validated_events(events),
    )  # before the transaction: names are looked up on the net
    secret, text = new_secret()
    try:
        with transaction.atomic():
            _require_room(establishment)
            webhook = Webhook.objects.create(
                establishment=establishment, url=address, events=chosen, secret=seal_secret(secret, PLACE),
                created_by=actor.user_id, token_id=actor.token_id, created_at=clock.now(),
            )  # fmt: skip
            record(actor, "programs.added_webhook", webhook, events=chosen)
            notify_owner(actor.user_id, "added_webhook")
    except IntegrityError:
        raise Conflict("address_known", _("This address already receives messages about this lodging.")) from None
    return webhook, text


def _require_room(establishment: Establishment) -> None:
    """Raise Conflict ``too_many_webhooks`` if the lodging has the maximum; the lodging is locked meanwhile."""
    Establishment.objects.select_for_update(of=("self",)).get(pk=establishment.pk)
    if Webhook.objects.filter(establishment=establishment, ended_at__isnull=True).count() >= rules.MOST_WEBHOOKS:
        raise Conflict(
            "too_many_webhooks", _("This lodging already has the maximum number of addresses. Remove one first.")
        )


def _lock(actor: Actor, webhook: Webhook) -> Webhook:
    """Return the webhook, locked, for an actor who may manage it; Conflict once it has ended."""
    locked = Webhook.objects.select_for_update(of=("self",)).select_related("establishment").get(pk=webhook.pk)
    require(rules.may_manage_webhooks(actor, locked.establishment))
    if locked.ended_at is not None:
        raise Conflict("webhook_ended", _("This address has been removed."))
    return locked


@transaction.atomic
def change(actor: Actor, *, webhook: Webhook, events: Iterable[str], edition: str = "") -> Webhook:
    """Change the events that the webhook is notified of; waiting messages are still sent.

    Conflict ``changed_since`` when the page showed another ``edition``.
    """
    locked, chosen = _lock(actor, webhook), _validated_events(events)
    if locked.events != chosen:
        values = selectors.editable_values(locked)
        require_edition(actor, edition, values, locked, only=Q(act="programs.changed_webhook"))
    locked.events = chosen
    locked.save(update_fields=["events"])
    record(actor, "programs.changed_webhook", locked, events=locked.events)
    return locked


@transaction.atomic
def rotate(actor: Actor, *, webhook: Webhook) -> str:
    """Replace the webhook's secret; return the text of the new one, shown only now.

    For a day its messages are signed with both.
    """
    locked = _lock(actor, webhook)
    secret, text = new_secret()
    locked.former_secret, locked.former_until = bytes(locked.secret), clock.now() + rules.FORMER_SECRET
    locked.secret = seal_secret(secret, PLACE)
    locked.save(update_fields=["secret", "former_secret", "former_until"])
    record(actor, "programs.rotated_webhook", locked)
    return text


@transaction.atomic
def end(actor: Actor, *, webhook: Webhook) -> None:
    """End the webhook for good: waiting messages fail, and its secrets are deleted."""
    locked = _lock(actor, webhook)
    locked.ended_at, locked.secret, locked.former_secret = clock.now(), b"", None
    locked.save(update_fields=["ended_at", "secret", "former_secret"])
    Delivery.objects.filter(webhook=locked, state=DeliveryState.WAITING).update(
        state=DeliveryState.FAILED, last_answer="ended"
    )
    record(actor, "programs.ended_webhook", locked)


@transaction.atomic
def send_test(actor: Actor, *, webhook: Webhook) -> Delivery:
    """Queue a test message to the webhook, signed and retried like all others; return its delivery."""
    locked = _lock(actor, webhook)
    now = clock.now()
    _event, payload = announcement(WebhookEvent.TEST.value, locked.establishment, now)
    delivery = Delivery.objects.create(
        webhook=locked,
        event=WebhookEvent.TEST,
        payload=payload,
        created_at=now,
        next_at=now,
        give_up_at=now + rules.TRIED_FOR,
    )
    enqueue_delivery([(delivery.pk,)])
    return delivery


def replay(actor: Actor, *, delivery: Delivery) -> int:
    """Queue a message to be sent again; return 1, or 0 if it is waiting already."""
    return _replay(actor, delivery.webhook, Delivery.objects.filter(pk=delivery.pk))


def replay_since(actor: Actor, *, webhook: Webhook, moment: datetime) -> int:
    """Queue all messages of the webhook written since ``moment`` to be sent again; return their number.

    Messages that wait already are not counted.
    """
    return _replay(actor, webhook, selectors.since(webhook, moment))


@transaction.atomic
def _replay(actor: Actor, webhook: Webhook, deliveries: QuerySet[Delivery]) -> int:
    """Queue these messages of the webhook to be sent again; return the number that did not wait already."""
    locked, now = _lock(actor, webhook), clock.now()
    ended = [state for state in DeliveryState if follows(TRANSITIONS, state, DeliveryState.WAITING)]
    count = deliveries.filter(state__in=ended).update(
        state=DeliveryState.WAITING, attempts=0, next_at=now, give_up_at=now + rules.TRIED_FOR
    )
    if count:
        record(actor, "programs.replayed", locked, messages=count)
        enqueue_delivery([(locked.pk,)])
    return count


def sealed_stores() -> list[EncryptedStore]:
    """Return the encrypted columns of the webhooks' present and former secrets, for the rotation of keys."""
    place = PLACE.encode()
    return [Column(Webhook, name, lambda row: place) for name in ("secret", "former_secret")]
