"""Events are inserted in the acting transaction; links are added after commit by the sealing job.

Hashing inside the acting transaction would need a lock held until its commit, one declaration at a time in
the whole province. Instead each event notes its transaction (``xact``), and the sealer chains, in that
order, all events whose transactions have ended: complete, without gaps, seconds later (docs/adr/0002).
"""

from django.db import models
from django.db.models import Func
from django.db.models.functions import Now

from ancu.core.security.privacy import Keep, privacy


class CurrentTransaction(Func):
    """``pg_current_xact_id()`` as bigint: transactions do not end in the order they begin."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Event(models.Model):
    """One act or view. Without foreign keys, so that the audit log outlives its subjects and never blocks them."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    xact = models.BigIntegerField(db_default=CurrentTransaction())
    actor_kind = models.CharField(max_length=10)
    user_id = models.BigIntegerField(null=True)
    membership_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    establishment_id = models.BigIntegerField(null=True)
    act = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=60)
    reason = models.CharField(max_length=500, blank=True, default="")
    details = models.JSONField(default=dict, blank=True)

    privacy = privacy(
        personal={"reason": Keep.AUDIT},
        plain="id at xact actor_kind user_id membership_id organisation_id establishment_id act subject_type"
        " subject_id details",
    )

    class Meta:
        indexes = [
            models.Index(fields=["xact", "id"], name="audit_event_order"),
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_event_subject"),
            models.Index(fields=["user_id", "-id"], name="audit_event_user"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject_type}:{self.subject_id}"


class Link(models.Model):
    """One sealed event: ``hash = SHA-256(previous hash + canonical event)``."""

    id = models.BigIntegerField(primary_key=True, help_text="place in the chain, from 1, without gaps")
    event_id = models.BigIntegerField(unique=True)
    xact = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    privacy = privacy(plain="id event_id xact hash")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk}: event {self.event_id}"
