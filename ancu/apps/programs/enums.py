from django.db import models
from django.utils.translation import gettext_lazy as _


class WebhookEvent(models.TextChoices):
    """Events a webhook can receive. The names are part of the API contract (docs/api.md)."""

    ACCEPTED = "declaration.accepted", _("a declaration was accepted")
    REFUSED = "declaration.refused", _("guests of a declaration were refused")
    CORRECTED = "stay.corrected", _("a declaration was corrected")
    CHECKED_OUT = "stay.checked_out", _("a guest checked out")
    WITHDRAWN = "stay.withdrawn", _("a declaration was withdrawn")
    TEST = "test", _("a message to try the address")


CHOICES = [(event.value, event.label) for event in WebhookEvent if event is not WebhookEvent.TEST]


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("on its way")
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
    "programs.added_webhook": _("named an address that hears of declarations"),
    "programs.changed_webhook": _("changed what an address hears of"),
    "programs.rotated_webhook": _("changed the secret an address is signed to"),
    "programs.ended_webhook": _("ended the messages to an address"),
    "programs.replayed": _("had messages to an address sent again"),
    "programs.gave_up": _("gave a message to an address up"),
    "programs.redact": _("deleted messages to programs whose time was over"),
}
