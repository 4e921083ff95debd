"""The register of received dossiers: one numbered line for each, and the months opened for an audit."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.dossiers.models.dossier import Dossier
from ancu.core.security.privacy import privacy


class RegisterEntry(models.Model):
    """The number of an accepted dossier in the register: without gaps in each year of an agency, never given anew.

    The rest of the line is read from the dossier.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="register_entry")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField(help_text="in which the dossier was accepted")
    number = models.PositiveIntegerField()
    registered_at = models.DateTimeField()

    privacy = privacy(plain="dossier agency year number registered_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "number"], name="register_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="register_number_counts"),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


class RegisterOpening(models.Model):
    """A closed month of an office's register, opened for the inspectorate to read until ``ends_on``."""

    id = models.BigAutoField(primary_key=True)
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    month = models.DateField(help_text="its first day")
    reason = models.CharField(max_length=300)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    ends_on = models.DateField(help_text="the last day on which the inspectorate reads it")

    privacy = privacy(plain="id agency month reason opened_by opened_at ends_on")

    class Meta:
        indexes = [models.Index(fields=["agency", "ends_on"], name="register_open_months")]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="register_opening_month"),
            models.CheckConstraint(condition=~Q(reason=""), name="register_opening_says_why"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("month")), name="register_opening_ends"),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y} of agency {self.agency_id}"
