"""Urgent reports of lodgings to the duty officer, and broadcasts with a receipt of each lodging."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.contact.enums import UrgentReportKind
from ancu.apps.lodging.enums import LodgingKind
from ancu.apps.lodging.models import Establishment
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.security.privacy import REDACTED, Keep, privacy


class UrgentReport(models.Model):
    """An urgent report of one lodging. Its text and files are messages of the thread ``topic``."""

    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=UrgentReportKind)
    key = models.UUIDField(unique=True, help_text="of the form it was sent with, so that it is sent once")
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(null=True, blank=True)
    assigned_to = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    privacy = privacy(
        plain="id establishment kind key reported_at reported_by assigned_at assigned_to acknowledged_at"
        " acknowledged_by",
    )

    class Meta:
        indexes = [
            models.Index(fields=["establishment", "-id"], name="report_establishment"),
            models.Index(fields=["id"], condition=Q(acknowledged_at__isnull=True), name="report_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="report_acknowledged_by_whom",
            )
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"

    @property
    def topic(self) -> str:
        """The topic of the conversation about this report with the lodging, such as ``report-12``."""
        return f"report-{self.pk}"


class Broadcast(models.Model):
    """A message of an agency to the lodgings of ``unit``; empty ``kinds`` means all kinds."""

    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    kinds = ArrayField(models.CharField(max_length=20, choices=LodgingKind), default=list, blank=True)
    title = models.CharField(max_length=150)
    body = models.TextField()
    key = models.UUIDField(unique=True, help_text="of the form it was sent with, so that it is sent once")
    sent_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal={"title": Keep.CORRESPONDENCE, "body": Keep.CORRESPONDENCE},
        plain="id agency author unit kinds key sent_at reminded_at",
    )

    class Meta:
        indexes = [models.Index(fields=["unit", "-id"], name="broadcast_unit")]
        triggers = [
            pgtrigger.Protect(
                name="broadcast_facts_unchanged",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("agency", "author", "unit", "kinds", "key", "sent_at"),
            ),
            pgtrigger.Protect(name="broadcast_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="broadcast_text_unchanged",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "((OLD.title, OLD.body) IS DISTINCT FROM (NEW.title, NEW.body)"
                    f" AND (NEW.title <> '{REDACTED}' OR NEW.body <> '{REDACTED}'))"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"broadcast {self.pk}"


class BroadcastReceipt(models.Model):
    """One lodging that received a broadcast: who first read it and who first confirmed it."""

    broadcast = models.ForeignKey(Broadcast, models.PROTECT, related_name="receipts")
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    privacy = privacy(plain="id broadcast establishment read_at read_by confirmed_at confirmed_by")

    class Meta:
        indexes = [models.Index(fields=["establishment", "-id"], name="receipt_establishment")]
        constraints = [
            models.UniqueConstraint(fields=["broadcast", "establishment"], name="one_receipt"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(read_at__isnull=False), name="receipt_read_before_confirmed"
            ),
        ]

    def __str__(self) -> str:
        return f"receipt {self.pk}"
