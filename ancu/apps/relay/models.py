"""Forwardings to the portal, the accounts used, and pauses."""

from django.db import models
from django.db.models import Q

from ancu.apps.lodging.models import Establishment
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.relay.enums import ForwardingReason, ForwardingState
from ancu.apps.stays.models import Stay
from ancu.core.security.privacy import Keep, privacy


class PortalAccount(models.Model):
    """A lodging whose manager wants its declarations forwarded, with its account at the portal.

    The password lies sealed (files.services.seal), bound to this row. Without one, the office's account is used.
    """

    establishment = models.OneToOneField(Establishment, models.PROTECT, related_name="+")
    forwards = models.BooleanField(default=False)
    since = models.DateTimeField(help_text="what was declared before is the lodging's own to enter")
    username = models.CharField(max_length=120, blank=True, default="")
    password_sealed = models.BinaryField(null=True)
    problem = models.CharField(max_length=20, choices=ForwardingReason, blank=True, default="")
    problem_at = models.DateTimeField(null=True)
    changed_by = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField()

    privacy = privacy(
        plain="id establishment forwards since username password_sealed problem problem_at changed_by changed_at"
    )

    def __str__(self) -> str:
        return f"portal account {self.pk}"


class Forwarding(models.Model):
    """One stay on its way to the portal. ``sent_record`` is what the portal has, as sent or settled."""

    stay = models.OneToOneField(Stay, models.PROTECT, related_name="+")
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    arrived_on = models.DateField()
    state = models.CharField(max_length=10, choices=ForwardingState, default=ForwardingState.WAITING)
    why = models.CharField(max_length=20, choices=ForwardingReason, blank=True, default="")
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField()
    doubted_at = models.DateTimeField(null=True, help_text="since when it may be there without our having been told")
    sent_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True, help_text="when the portal or its rules last said no")
    alone = models.BooleanField(default=False, help_text="the portal refused its batch without naming whom")
    reconciled = models.BooleanField(default=False, help_text="the portal said that it was there already")
    message = models.CharField(max_length=600, blank=True, default="", help_text="the portal's, or the unfit fields")
    sent_record = models.JSONField(null=True)
    event_seen = models.BigIntegerField(default=0, help_text="the stay's last version that was followed")
    todo = models.CharField(max_length=60, blank=True, default="", help_text="Todo, separated by spaces")
    settled_by = models.BigIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_reason = models.CharField(max_length=300, blank=True, default="")

    privacy = privacy(
        personal=dict.fromkeys(("message", "sent_record", "settled_reason"), Keep.STAY),
        plain="id stay establishment unit arrived_on state why attempts next_at doubted_at sent_at judged_at alone"
        " event_seen reconciled todo settled_by settled_at",
    )

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state=ForwardingState.WAITING), name="forwarding_due"),
            models.Index(fields=["establishment", "arrived_on"], name="forwarding_lodging"),
            models.Index(fields=["state", "-id"], name="forwarding_state"),
            models.Index(fields=["-id"], condition=~Q(todo=""), name="forwarding_todo"),
        ]

    def __str__(self) -> str:
        return f"forwarding {self.pk}"


class RelayPause(models.Model):
    """A period in which nothing is sent to the portal; new forwardings wait."""

    reason = models.CharField(max_length=300)
    paused_by = models.BigIntegerField(null=True)
    paused_at = models.DateTimeField()
    resumed_by = models.BigIntegerField(null=True)
    resumed_at = models.DateTimeField(null=True)

    privacy = privacy(plain="id reason paused_by paused_at resumed_by resumed_at")

    def __str__(self) -> str:
        return f"pause {self.pk}"


class RelayProgress(models.Model):
    """A single row: the progress through declarations, and the portal's recent responses."""

    swept_until = models.DateTimeField(null=True)
    event_mark = models.BigIntegerField(default=0, help_text="changes up to here were seen an hour ago or longer")
    event_mark_next = models.BigIntegerField(default=0)
    event_mark_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0, help_text="calls in a row without an answer that means something")
    rest_until = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=40, blank=True, default="")

    privacy = privacy(
        plain="id swept_until event_mark event_mark_next event_mark_at failures rest_until answered_at problem"
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="progress_one_row")]

    def __str__(self) -> str:
        return "progress"
