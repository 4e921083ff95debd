"""A passport that had ended before its guest came. Of a passport that is valid no day is kept (ADR 10)."""

import pghistory
from django.db import models

from ancu.apps.stays.models.stay import Stay
from ancu.core.security.privacy import Keep, privacy


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class ExpiredDocument(models.Model):
    """The day on which the document of a stay had ended, by what the declarant wrote; it lies before the arrival.

    What a correction changed or took away stays in its history, as everything that was declared.
    """

    stay = models.OneToOneField(Stay, models.PROTECT, primary_key=True, related_name="expired_document")
    expired_on = models.DateField()

    privacy = privacy(personal={"expired_on": Keep.STAY}, plain="stay")

    def __str__(self) -> str:
        return f"expired document of stay {self.pk}"
