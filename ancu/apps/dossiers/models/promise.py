"""Expected decision dates, stored so that they can be compared with what happened."""

import pgtrigger
from django.db import models
from django.db.models import Q

from ancu.apps.accounts.models import Organisation
from ancu.apps.dossiers.models.dossier import Dossier
from ancu.core.security.privacy import privacy


class DatePromise(models.Model):
    """The dates given to the applicant: most likely ``likely_on``; four times in five between the other two."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="promises")
    made_at = models.DateTimeField()
    earliest_on = models.DateField()
    likely_on = models.DateField()
    latest_on = models.DateField()
    basis = models.JSONField(help_text="procedure, number of cases measured, length of the queue")
    happened_on = models.DateField(null=True, blank=True)
    is_on_time = models.BooleanField(null=True, help_text="ready by the latest day it was promised for")

    privacy = privacy(plain="id dossier made_at earliest_on likely_on latest_on basis happened_on is_on_time")

    class Meta:
        indexes = [
            models.Index(fields=["happened_on"], condition=Q(is_on_time__isnull=False), name="promise_scored"),
            models.Index(fields=["dossier", "-made_at"], name="promise_of"),
        ]

    def __str__(self) -> str:
        return f"promise for dossier {self.dossier_id}"


class Duration(models.Model):
    """The working days that one decided dossier took, without the time the applicant took to answer.

    Working days need the rulebook's calendar, which SQL does not have: they are counted once, at the decision. Rows
    never change, otherwise the monthly sums would be wrong.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="duration")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    procedure = models.CharField(max_length=40)
    decided_on = models.DateField()
    since_submission = models.PositiveSmallIntegerField(help_text="working days")
    since_acceptance = models.PositiveSmallIntegerField(help_text="working days")
    is_on_time = models.BooleanField(
        null=True, help_text="decided by the latest day of the first promise; null: none made"
    )

    privacy = privacy(plain="dossier agency procedure decided_on since_submission since_acceptance is_on_time")

    class Meta:
        indexes = [
            models.Index(
                fields=["agency", "procedure", "decided_on"],
                include=["since_submission", "since_acceptance"],
                name="duration_measured",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"duration of dossier {self.dossier_id}"
