"""Expected dates, kept so that they can be held against what happened."""

from django.db import models
from django.db.models import Q

from ancu.apps.dossiers.models.dossier import Dossier
from ancu.core.privacy import privacy


class Promise(models.Model):
    """What the applicant was told: most likely ``likely_on``, four times in five between the other two."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="promises")
    made_at = models.DateTimeField()
    earliest_on = models.DateField()
    likely_on = models.DateField()
    latest_on = models.DateField()
    basis = models.JSONField(help_text="procedure, number of cases measured, length of the queue")
    happened_on = models.DateField(null=True, blank=True)
    kept = models.BooleanField(null=True, help_text="ready by the latest day it was promised for")

    privacy = privacy(plain="id dossier made_at earliest_on likely_on latest_on basis happened_on kept")

    class Meta:
        indexes = [
            models.Index(fields=["happened_on"], condition=Q(kept__isnull=False), name="promise_scored"),
            models.Index(fields=["dossier", "-made_at"], name="promise_of"),
        ]

    def __str__(self) -> str:
        return f"promise for dossier {self.dossier_id}"
