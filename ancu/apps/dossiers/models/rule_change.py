"""The office's changes of rules: drafts, trials on the past year, approved changes and withdrawals."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.dossiers.enums import RuleDraftState, RuleEffect, RuleTrialState
from ancu.apps.dossiers.models.dossier import Dossier
from ancu.core.security.privacy import privacy


class RuleDraft(models.Model):
    """A change of a rule as its drafter wrote it, until another person approves it.

    ``entry`` names the value within the rule (a fee's code, the key of a form's item); ``values`` replace ``before``
    from ``valid_from`` on.
    """

    id = models.BigAutoField(primary_key=True)
    rule = models.CharField(max_length=40, help_text="its id in the rulebook")
    entry = models.CharField(max_length=40, blank=True, default="")
    values = models.JSONField()
    before = models.JSONField(help_text="the values of that day without the change")
    valid_from = models.DateField()
    article_vi = models.CharField(max_length=300)
    article_en = models.CharField(max_length=300)
    reason = models.CharField(max_length=1000)
    state = models.CharField(max_length=10, choices=RuleDraftState, default=RuleDraftState.DRAFT)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField(max_length=1000, blank=True, default="")

    privacy = privacy(
        plain="id rule entry values before valid_from article_vi article_en reason state drafted_by drafted_at"
        " decided_by decided_at return_reason"
    )

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="rule_draft_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("drafted_by")), name="rule_draft_two_persons"
            ),
            models.CheckConstraint(
                condition=~Q(state=RuleDraftState.RETURNED) | ~Q(return_reason=""), name="rule_draft_return_explained"
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk} of {self.rule}"


class RuleTrial(models.Model):
    """A draft's values tried on the dossiers that an office received in the past year."""

    id = models.BigAutoField(primary_key=True)
    draft = models.ForeignKey(RuleDraft, models.PROTECT, related_name="trials")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    values = models.JSONField()
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=10, choices=RuleTrialState, default=RuleTrialState.RUNNING)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    examined = models.PositiveIntegerField(default=0, help_text="dossiers of the period")

    privacy = privacy(plain="id draft agency values since until state asked_by asked_at finished_at examined")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RuleTrialState.RUNNING) | Q(finished_at__isnull=False),
                name="rule_trial_finished_when",
            )
        ]

    def __str__(self) -> str:
        return f"trial {self.pk} of draft {self.draft_id}"


class RuleTrialCase(models.Model):
    """A dossier that would have been judged otherwise; every figure of a trial is a sum of these rows."""

    id = models.BigAutoField(primary_key=True)
    trial = models.ForeignKey(RuleTrial, models.CASCADE, related_name="cases")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+", db_index=False)
    procedure = models.CharField(max_length=40)
    month = models.DateField(help_text="its first day")
    effect = models.CharField(max_length=10, choices=RuleEffect)
    usd_before = models.PositiveIntegerField(default=0)
    usd_after = models.PositiveIntegerField(default=0)
    vnd_before = models.PositiveBigIntegerField(default=0)
    vnd_after = models.PositiveBigIntegerField(default=0)
    due_before = models.DateField(null=True, blank=True)
    due_after = models.DateField(null=True, blank=True)

    privacy = privacy(
        plain="id trial dossier procedure month effect usd_before usd_after vnd_before vnd_after due_before due_after"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trial", "dossier"], name="rule_trial_case_once")]

    def __str__(self) -> str:
        return f"dossier {self.dossier_id} in trial {self.trial_id}"

    @property
    def vnd_difference(self) -> int:
        """By how many dong the fee would have been higher; negative if lower."""
        return self.vnd_after - self.vnd_before


class RuleAmendment(models.Model):
    """An approved change of a rule. Its number orders the changes; the rulebook's lookups read it."""

    id = models.BigAutoField(primary_key=True)
    draft = models.OneToOneField(RuleDraft, models.PROTECT, related_name="amendment")
    rule = models.CharField(max_length=40, help_text="its id in the rulebook")
    entry = models.CharField(max_length=40, blank=True, default="")
    values = models.JSONField()
    valid_from = models.DateField()
    article_vi = models.CharField(max_length=300)
    article_en = models.CharField(max_length=300)
    reason = models.CharField(max_length=1000)
    replaced = models.CharField(max_length=60, help_text="the version of the rule that it changes")
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()

    privacy = privacy(
        plain="id draft rule entry values valid_from article_vi article_en reason replaced drafted_by approved_by"
        " approved_at"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(approved_by=F("drafted_by")), name="rule_amendment_two_persons")
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"change {self.pk} of {self.rule}"


class AmendmentWithdrawal(models.Model):
    """The withdrawal of an approved change before its first day."""

    amendment = models.OneToOneField(RuleAmendment, models.PROTECT, primary_key=True, related_name="withdrawal")
    reason = models.CharField(max_length=1000)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField()

    privacy = privacy(plain="amendment reason withdrawn_by withdrawn_at")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="amendment_withdrawal_explained")]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"withdrawal of change {self.amendment_id}"
