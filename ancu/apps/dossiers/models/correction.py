"""Corrections of mistyped results: one officer proposes, another confirms."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import User
from ancu.apps.dossiers.models.result import Result
from ancu.core.security.privacy import Keep, privacy


class ResultCorrection(models.Model):
    """The proposed values of a result, and the reason. After confirmation ``before`` holds the former values."""

    id = models.BigAutoField(primary_key=True)
    result = models.ForeignKey(Result, models.PROTECT, related_name="corrections")
    number = models.CharField(max_length=40)
    symbol = models.CharField(max_length=8, blank=True, default="")
    entries = models.CharField(max_length=8, blank=True, default="")
    valid_from = models.DateField()
    valid_until = models.DateField()
    reason = models.CharField(max_length=2000)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    confirmed = models.BooleanField(null=True)
    before = models.JSONField(default=dict, help_text="what the result said, once another says it")

    privacy = privacy(
        personal={"number": Keep.DOSSIER, "reason": Keep.DOSSIER, "before": Keep.DOSSIER},
        plain="id result symbol entries valid_from valid_until proposed_by proposed_at decided_by decided_at confirmed",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["result"], condition=Q(decided_at__isnull=True), name="correction_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="correction_two_people"
            ),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="correction_dates"),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"correction of the result of dossier {self.result_id}"
