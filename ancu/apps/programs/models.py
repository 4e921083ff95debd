"""Webhooks and their deliveries."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ancu.apps.lodging.models import Establishment
from ancu.apps.programs.enums import DeliveryState, WebhookEvent
from ancu.core.security.privacy import Keep, privacy


class Webhook(models.Model):
    """A webhook of a lodging's program. The secret is shown once and stored encrypted for signing."""

    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="webhooks")
    url = models.CharField(max_length=500)
    events = ArrayField(models.CharField(max_length=40, choices=WebhookEvent))
    secret = models.BinaryField()
    former_secret = models.BinaryField(null=True, help_text="signs too for a day, so that a change breaks nothing")
    former_until = models.DateTimeField(null=True, blank=True)
    created_by = models.BigIntegerField(null=True)
    token_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        plain="id establishment url events secret former_secret former_until created_by token_id created_at ended_at"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "url"], condition=Q(ended_at__isnull=True), name="webhook_address_once"
            )
        ]

    def __str__(self) -> str:
        return f"webhook {self.pk}"


class Delivery(models.Model):
    """One message to one webhook, written in the transaction of its event (outbox)."""

    id = models.BigAutoField(primary_key=True)
    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="deliveries", db_index=False)
    event = models.CharField(max_length=40, choices=WebhookEvent)
    payload = models.TextField(help_text="the JSON as it is signed and sent")
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True, blank=True)
    last_status = models.IntegerField(null=True, blank=True)
    last_answer = models.CharField(max_length=500, blank=True, default="", help_text="the beginning of it, or a code")

    privacy = privacy(
        personal={"payload": Keep.ANSWER, "last_answer": Keep.ANSWER},
        plain="id webhook event state attempts created_at next_at give_up_at last_at last_status",
    )

    class Meta:
        indexes = [
            models.Index(fields=["webhook", "-id"], name="delivery_webhook"),
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["created_at"], name="delivery_created"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"

    @property
    def message_id(self) -> str:
        """``webhook-id``: the same for every attempt, so that a program processes a message once."""
        return f"msg_{self.pk}"
