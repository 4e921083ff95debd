"""Webhooks and deliveries visible to an actor."""

from datetime import datetime
from typing import Any, TypeAlias

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.audit.selectors import NamedRecord
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.selectors import visible_to as lodgings_visible_to
from ancu.apps.programs.enums import DeliveryState
from ancu.apps.programs.models import Delivery, Webhook
from ancu.core.actor import Actor, ActorKind
from ancu.core.db.pagination import PAGE, CursorPage, newest_first

WebhookRecord: TypeAlias = Webhook  # for the edges, which name shapes and never tables
DeliveryRecord: TypeAlias = Delivery


def visible_to(actor: Actor) -> QuerySet[Webhook]:
    """Return the webhooks in use of the lodgings the actor may see; none for officers, all for jobs."""
    webhooks = Webhook.objects.select_related("establishment").filter(ended_at__isnull=True)
    if actor.kind is ActorKind.SYSTEM:
        return webhooks
    if not (actor.is_lodging or actor.establishment_id):
        return webhooks.none()
    return webhooks.filter(establishment__in=lodgings_visible_to(actor))


def get_webhook(actor: Actor, pk: int) -> Webhook:
    """Return the webhook with this id if the actor may see it; 404 otherwise."""
    return get_object_or_404(visible_to(actor), pk=pk)


def editable_values(webhook: Webhook) -> dict[str, Any]:
    """Return the values of the webhook that its form edits, by field name."""
    return {"events": webhook.events}


def webhooks_of(actor: Actor, establishment: Establishment) -> list[Webhook]:
    """Return the lodging's webhooks with their numbers of ``waiting`` and ``failed`` deliveries."""
    counted = visible_to(actor).filter(establishment=establishment)
    return list(
        counted.annotate(
            waiting=Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING)),
            failed=Count("deliveries", filter=Q(deliveries__state=DeliveryState.FAILED)),
        ).order_by("id")
    )


def get_delivery(actor: Actor, pk: int, *, webhook: Webhook) -> Delivery:
    """Return the delivery with this id of the webhook, or raise 404."""
    own = Delivery.objects.select_related("webhook__establishment").filter(webhook__in=visible_to(actor))
    return get_object_or_404(own, pk=pk, webhook=webhook)


def deliveries(webhook: Webhook, *, after: str = "", state: str = "", size: int = PAGE) -> CursorPage[Delivery]:
    """Return a page of the webhook's deliveries, newest first; with ``state`` only those in it."""
    rows = Delivery.objects.filter(webhook=webhook)
    return newest_first(rows.filter(state=state) if state else rows, after, size)


def since(webhook: Webhook, moment: datetime) -> QuerySet[Delivery]:
    """Return the webhook's messages written since a moment, except those that already wait to be sent."""
    return Delivery.objects.filter(webhook=webhook, created_at__gte=moment).exclude(state=DeliveryState.WAITING)


def _webhooks_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return by id the addresses of the webhooks that the actor may see."""
    webhooks = visible_to(actor).filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(webhook.pk): NamedRecord(webhook.url) for webhook in webhooks}


NAMERS = {"programs.webhook": _webhooks_named}
