"""Expected dates, kept so that they can be held against what happened."""

from django.db import models
from django.db.models import Q

from ancu.apps.accounts.models import Organisation
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


class Duration(models.Model):
    """How many working days one decided dossier took, the stretches of awaited supplements left out.

    Working days need the calendar of the rulebook, which no SQL knows: they are counted once, at the decision, so
    that medians over a year are one scan of an index.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="duration")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    procedure = models.CharField(max_length=40)
    decided_on = models.DateField()
    since_submission = models.PositiveSmallIntegerField(help_text="working days")
    since_acceptance = models.PositiveSmallIntegerField(help_text="working days")
    kept = models.BooleanField(null=True, help_text="decided by the latest day of the first promise; null: none made")

    privacy = privacy(plain="dossier agency procedure decided_on since_submission since_acceptance kept")

    class Meta:
        indexes = [
            models.Index(
                fields=["agency", "procedure", "decided_on"],
                include=["since_submission", "since_acceptance"],
                name="duration_measured",
            ),
            models.Index(
                fields=["decided_on", "agency"],
                include=["procedure", "since_submission", "kept"],
                name="duration_by_month",
            ),
        ]

    def __str__(self) -> str:
        return f"duration of dossier {self.dossier_id}"
