"""Passports that had expired before the arrival. The expiry of a valid passport is not stored (ADR 10)."""

import pghistory
from django.db import models

from ancu.apps.stays.models.stay import Stay
from ancu.core.security.privacy import Keep, privacy


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class ExpiredDocument(models.Model):
    """The declared expiry of a stay's document, which lies before the arrival.

    Its history keeps what a correction changed or removed.
    """

    stay = models.OneToOneField(Stay, models.PROTECT, primary_key=True, related_name="expired_document")
    expired_on = models.DateField()

    privacy = privacy(personal={"expired_on": Keep.STAY}, plain="stay")

    def __str__(self) -> str:
        return f"expired document of stay {self.pk}"
