from django.db import models
from django.utils.translation import gettext_lazy as _


class WebhookEvent(models.TextChoices):
    """Events a webhook can receive. The names are part of the API contract (docs/api.md)."""

    ACCEPTED = "declaration.accepted", _("a declaration was accepted")
    REFUSED = "declaration.refused", _("guests of a declaration were refused")
    CORRECTED = "stay.corrected", _("a declaration was corrected")
    CHECKED_OUT = "stay.checked_out", _("a guest checked out")
    WITHDRAWN = "stay.withdrawn", _("a declaration was withdrawn")
    TEST = "test", _("a test message")


CHOICES = [(event.value, event.label) for event in WebhookEvent if event is not WebhookEvent.TEST]


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("being sent")
    DELIVERED = "delivered", _("delivered to the program")
    FAILED = "failed", _("failed after retries")


# From an end back on its way only by hand: somebody has it sent again.
TRANSITIONS: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.WAITING: frozenset({DeliveryState.DELIVERED, DeliveryState.FAILED}),
    DeliveryState.DELIVERED: frozenset({DeliveryState.WAITING}),
    DeliveryState.FAILED: frozenset({DeliveryState.WAITING}),
}

# Sentences of the audit.
ACTS = {
    "programs.added_webhook": _("added a webhook address"),
    "programs.changed_webhook": _("changed the events of a webhook address"),
    "programs.rotated_webhook": _("changed the signing secret of a webhook address"),
    "programs.ended_webhook": _("removed a webhook address"),
    "programs.replayed": _("sent messages to a webhook address again"),
    "programs.gave_up": _("stopped retrying a message to a webhook address"),
    "programs.redact": _("deleted messages to programs after their retention period"),
}
