"""An officer's visit at a lodging, and whom he met there."""

from django.db import models

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.lodging.models import Establishment
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.privacy import Keep, privacy


class Inspection(models.Model):
    """One visit. Whoever was met and had not been declared when it began was not declared."""

    id = models.BigAutoField(primary_key=True)
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    officer = models.ForeignKey(User, models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    outcome = models.CharField(max_length=1000, blank=True, default="")

    privacy = privacy(personal={"outcome": Keep.STAY}, plain="id establishment unit agency officer began_at noted_at")

    class Meta:
        indexes = [
            models.Index(fields=["unit", "-began_at"], name="inspection_unit"),
            models.Index(fields=["began_at"], name="inspection_began"),
        ]

    def __str__(self) -> str:
        return f"inspection {self.pk}"


class MetGuest(models.Model):
    """A foreign guest who was met, as his passport says."""

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
