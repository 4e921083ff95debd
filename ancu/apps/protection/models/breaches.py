"""The register of personal data breaches with its history."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import User
from ancu.apps.protection.enums import BreachNotice, BreachRisk, BreachState, BreachStep, DataKind
from ancu.core.security.privacy import Keep, privacy

WORDS = ("what_happened", "consequences", "measures", "contact", "telling_note", "late_reason", "lessons")


class Breach(models.Model):
    """One breach. The deadline runs from ``discovered_at``; every change is a history entry."""

    state = models.CharField(max_length=8, choices=BreachState, default=BreachState.NOTED)
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    discovered_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)
    what_happened = models.TextField(max_length=4000)
    data_kinds = ArrayField(models.CharField(max_length=10, choices=DataKind), default=list)
    people_count = models.PositiveIntegerField(null=True, blank=True, help_text="none: not known yet")
    risk = models.CharField(max_length=6, choices=BreachRisk)
    consequences = models.TextField(max_length=4000, blank=True, default="")
    measures = models.TextField(max_length=4000, blank=True, default="")
    contact = models.CharField(max_length=300, blank=True, default="", help_text="whom the authority may ask")
    telling = models.CharField(max_length=8, choices=BreachNotice, default=BreachNotice.OPEN)
    told_on = models.DateField(null=True, blank=True)
    telling_note = models.TextField(max_length=2000, blank=True, default="", help_text="how, or why not")
    notified_at = models.DateTimeField(null=True, blank=True)
    notified_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    authority = models.CharField(max_length=200, blank=True, default="")
    authority_reference = models.CharField(max_length=100, blank=True, default="")
    late_reason = models.TextField(max_length=2000, blank=True, default="")
    lessons = models.TextField(max_length=4000, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    warned_hours = models.PositiveSmallIntegerField(default=0, help_text="administrators were warned after so many")

    privacy = privacy(
        personal=dict.fromkeys(WORDS, Keep.AUDIT),
        plain="id state noted_by noted_at discovered_at began_at data_kinds people_count risk telling told_on"
        " notified_at notified_by authority authority_reference closed_at closed_by warned_hours",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(began_at__isnull=True) | Q(began_at__lte=F("discovered_at")), name="breach_began_before"
            ),
            models.CheckConstraint(
                condition=~Q(state=BreachState.NOTIFIED) | Q(notified_at__isnull=False), name="breach_notified_when"
            ),
            models.CheckConstraint(
                condition=~Q(state=BreachState.CLOSED) | Q(closed_at__isnull=False), name="breach_closed_when"
            ),
        ]
        indexes = [models.Index(fields=["discovered_at"], condition=Q(state="noted"), name="breach_open")]
        triggers = [pgtrigger.Protect(name="breach_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.pk}/{self.noted_at.year}"


class BreachEntry(models.Model):
    """One history entry of a breach. ``changes`` holds field values before and after."""

    breach = models.ForeignKey(Breach, models.PROTECT, related_name="entries")
    step = models.CharField(max_length=8, choices=BreachStep)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000, blank=True, default="")
    changes = models.JSONField(default=dict)

    privacy = privacy(
        personal={"text": Keep.AUDIT, "changes": Keep.AUDIT},
        plain="id breach step at by",
    )

    class Meta:
        indexes = [models.Index(fields=["breach", "id"], name="breach_entry")]
        triggers = [
            pgtrigger.Protect(name="breach_entry_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="breach_entry_unchanged",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["text", "changes"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} of breach {self.breach_id}"
