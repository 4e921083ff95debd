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


class DurationMonth(models.Model):
    """The number of an agency's decisions of one procedure and month by working days: sums of ``Duration``.

    A year's hundred thousand decisions are some five hundred rows, from which the median and the slowest tenth are read
    exactly. A database trigger of ``Duration`` adds to them in the inserting statement.
    """

    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    procedure = models.CharField(max_length=40)
    first_day = models.DateField()
    days = models.PositiveSmallIntegerField(help_text="working days since submission")
    cases = models.PositiveIntegerField()
    promised = models.PositiveIntegerField(help_text="of these, with a promise")
    on_time = models.PositiveIntegerField(help_text="of these, decided by its latest day")

    privacy = privacy(plain="id agency procedure first_day days cases promised on_time")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first_day", "agency", "procedure", "days"], name="duration_month_once")
        ]

    def __str__(self) -> str:
        return f"{self.cases} × {self.days} days in {self.first_day}"


# Sorted, so that concurrent inserts lock the rows in one order.
SUM_UP = """
INSERT INTO dossiers_durationmonth AS month (agency_id, procedure, first_day, days, cases, promised, on_time)
SELECT agency_id, procedure, date_trunc('month', decided_on::timestamp)::date, since_submission,
    count(*), count(is_on_time), count(*) FILTER (WHERE is_on_time)
FROM {rows} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
ON CONFLICT (first_day, agency_id, procedure, days) DO UPDATE
SET cases = month.cases + excluded.cases, promised = month.promised + excluded.promised,
    on_time = month.on_time + excluded.on_time;
"""


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
            pgtrigger.Trigger(
                name="sum_up",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="measured"),  # type: ignore[no-untyped-call]
                func=f"{SUM_UP.format(rows='measured')} RETURN NULL;",
            ),
            pgtrigger.Protect(name="keep", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"duration of dossier {self.dossier_id}"
