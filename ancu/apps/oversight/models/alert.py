"""An alert about one inconsistent fact, and its trace."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.lodging.models import Establishment
from ancu.apps.oversight.enums import DECIDED, WAITING, AlertState, AlertStep, DismissReason, Severity
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.models import Stay
from ancu.core.security.privacy import Keep, privacy

IS_WAITING = Q(state__in=sorted(WAITING))


class Alert(models.Model):
    """One fact found by one rule, identified by ``rule`` and ``key``; a later evaluation updates the same row.

    ``evidence`` is what the rule judged. Judged by ``version``, it gives the same severity, day and ``digest``.
    ``unit`` is the fact's place, ``other_unit`` a second place it concerns, ``agency`` the only agency that may see it.
    ``gone_at`` is when the fact ceased to hold; an earlier decision stays valid.
    """

    id = models.BigAutoField(primary_key=True)
    rule = models.CharField(max_length=30)
    key = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False)
    other_unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, related_name="+", db_index=False)
    agency = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    stay = models.ForeignKey(Stay, models.PROTECT, null=True, related_name="+")
    other_stay = models.ForeignKey(Stay, models.PROTECT, null=True, related_name="+", db_index=False)
    severity = models.SmallIntegerField(choices=Severity)
    since = models.DateField()
    evidence = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of rule, version, evidence and what was judged of it")
    state = models.CharField(max_length=10, choices=AlertState, default=AlertState.OPEN)
    raised_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    referred_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_severity = models.SmallIntegerField(null=True, blank=True)
    dismissed_for = models.CharField(max_length=10, choices=DismissReason, blank=True, default="")
    reason = models.CharField(max_length=1000, blank=True, default="")

    privacy = privacy(
        personal={"evidence": Keep.STAY, "reason": Keep.STAY},
        plain="id rule key version establishment unit other_unit agency stay other_stay severity since digest state"
        " raised_at updated_at gone_at asked_at referred_at decided_at decided_by decided_severity dismissed_for",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "key"], name="alert_once"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(DECIDED), decided_at__isnull=False, decided_by__isnull=False)
                | (~Q(state__in=sorted(DECIDED)) & Q(decided_at__isnull=True, decided_by__isnull=True)),
                name="alert_decided_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=AlertState.DISMISSED) | ~Q(dismissed_for=""), name="alert_dismissed_why"
            ),
        ]
        indexes = [
            models.Index(
                F("severity").desc(), F("id").desc(), F("raised_at"), condition=IS_WAITING, name="alert_waiting"
            ),
            models.Index(fields=["-id"], condition=Q(state=AlertState.CLOSED), name="alert_closed"),
            models.Index(fields=["gone_at"], condition=Q(state=AlertState.CLOSED), name="alert_closed_at"),
            models.Index(fields=["raised_at"], name="alert_raised"),
            models.Index(
                F("unit"), F("severity").desc(), F("id").desc(), condition=IS_WAITING, name="alert_waiting_unit"
            ),
            models.Index(
                fields=["establishment", "rule"],
                include=["severity", "unit", "other_unit", "agency"],
                condition=IS_WAITING,
                name="alert_waiting_lodging",
            ),
            models.Index(F("rule"), F("severity").desc(), F("id").desc(), condition=IS_WAITING, name="alert_rule"),
            models.Index(
                F("decided_at").desc(), F("id").desc(), condition=Q(state__in=sorted(DECIDED)), name="alert_decided"
            ),
            models.Index(
                fields=["rule", "decided_at"],
                include=["state", "raised_at"],
                condition=Q(decided_at__isnull=False),
                name="alert_rule_decided",
            ),
            models.Index(fields=["other_stay"], condition=Q(other_stay__isnull=False), name="alert_other_stay"),
            models.Index(fields=["rule", "establishment"], condition=Q(gone_at__isnull=True), name="alert_holding"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.key}"


class AlertTrace(models.Model):
    """One step in an alert's life with the evidence of that time. ``user`` is null for automatic steps."""

    id = models.BigAutoField(primary_key=True)
    alert = models.ForeignKey(Alert, models.PROTECT, related_name="trace")
    at = models.DateTimeField()
    step = models.CharField(max_length=10, choices=AlertStep)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    severity = models.SmallIntegerField(choices=Severity)
    digest = models.CharField(max_length=64)
    evidence = models.JSONField(null=True)
    reason = models.CharField(max_length=1000, blank=True, default="")

    privacy = privacy(
        personal={"evidence": Keep.STAY, "reason": Keep.STAY}, plain="id alert at step user severity digest"
    )

    class Meta:
        triggers = [
            pgtrigger.Protect(name="trace_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="trace_facts_unchanged",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["evidence", "reason"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} alert {self.alert_id}"
