"""Planned and completed visits of officers to lodgings, and the guests met there."""

from django.db import models

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.lodging.models import Establishment
from ancu.apps.oversight.enums import InspectionResult
from ancu.apps.oversight.models.alert import Alert
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.security.privacy import Keep, privacy


class PlannedVisit(models.Model):
    """A planned visit. It is open until its inspection is recorded or it is cancelled (``dropped_at``)."""

    id = models.BigAutoField(primary_key=True)
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    officer = models.ForeignKey(User, models.PROTECT, related_name="+", help_text="who goes")
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    day = models.DateField()
    reason = models.CharField(max_length=500)
    alert = models.ForeignKey(Alert, models.PROTECT, null=True, blank=True, related_name="+")
    planned_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal={"reason": Keep.STAY},
        plain="id establishment unit agency officer planned_by day alert planned_at dropped_at",
    )

    class Meta:
        indexes = [models.Index(fields=["unit", "day"], name="visit_planned_unit")]

    def __str__(self) -> str:
        return f"planned visit {self.pk}"


class Inspection(models.Model):
    """One visit. A guest met there is undeclared if no declaration existed when the visit began.

    ``reference`` is the phone's idempotency key: a second upload with it is the same visit.
    """

    id = models.BigAutoField(primary_key=True)
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    officer = models.ForeignKey(User, models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    plan = models.OneToOneField(PlannedVisit, models.PROTECT, null=True, blank=True, related_name="inspection")
    reference = models.UUIDField(null=True, blank=True, unique=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    representative = models.CharField(max_length=150, blank=True, default="", help_text="who spoke for the lodging")
    witness = models.CharField(max_length=150, blank=True, default="")
    statement = models.CharField(max_length=1000, blank=True, default="", help_text="what the lodging says to it")
    result = models.CharField(max_length=10, choices=InspectionResult, blank=True, default="")
    outcome = models.CharField(max_length=1000, blank=True, default="")

    privacy = privacy(
        personal=dict.fromkeys(("representative", "witness", "statement", "outcome"), Keep.STAY),
        plain="id establishment unit agency officer began_at noted_at plan reference ended_at result",
    )

    class Meta:
        indexes = [
            models.Index(fields=["unit", "-began_at"], name="inspection_unit"),
            models.Index(fields=["began_at"], name="inspection_began"),
            models.Index(fields=["establishment", "-began_at"], name="inspection_lodging"),
        ]

    def __str__(self) -> str:
        return f"inspection {self.pk}"


class MetGuest(models.Model):
    """A foreign guest met at a visit, as identified by the passport."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="guests")
    full_name = models.CharField(max_length=200, blank=True, default="")
    document_number = models.CharField(max_length=30)
    room = models.CharField(max_length=100, blank=True, default="")

    privacy = privacy(
        personal=dict.fromkeys(("full_name", "document_number", "room"), Keep.STAY), plain="id inspection"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "document_number"], name="met_once"),
        ]

    def __str__(self) -> str:
        return f"guest {self.pk}"
