"""API schemas of webhooks and deliveries."""

from typing import Any

from ancu.apps.programs.selectors import DeliveryRecord, WebhookRecord


def webhook_out(webhook: WebhookRecord) -> dict[str, Any]:
    """Return a webhook without its secrets."""
    return {
        "id": webhook.pk,
        "url": webhook.url,
        "events": webhook.events,
        "created_at": webhook.created_at,
        "former_secret_until": webhook.former_until,
    }


def delivery_out(delivery: DeliveryRecord) -> dict[str, Any]:
    """Return a delivery with its state and last response."""
    return {
        "id": delivery.pk,
        "webhook_id": delivery.message_id,
        "type": delivery.event,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "created_at": delivery.created_at,
        "next_at": delivery.next_at if delivery.state == "waiting" else None,
        "last_at": delivery.last_at,
        "last_status": delivery.last_status,
        "last_answer": delivery.last_answer or None,
    }
