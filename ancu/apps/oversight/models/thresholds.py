"""The office's own thresholds for rules, and the replays that tried them."""

from django.db import models
from django.db.models import Q

from ancu.apps.accounts.models import User
from ancu.apps.oversight.enums import ReplayState
from ancu.core.security.privacy import privacy


class ThresholdReplay(models.Model):
    """A trial of other thresholds on the past year, compared with those in force.

    ``outcome`` holds counts and ids (see ``services.replays``), no names.
    """

    rule = models.CharField(max_length=30)
    version = models.CharField(max_length=40, help_text="in force when it was tried")
    values = models.JSONField()
    since = models.DateField()
    until = models.DateField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ReplayState, default=ReplayState.RUNNING)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField(default=dict)

    privacy = privacy(plain="id rule version values since until asked_by asked_at state finished_at outcome")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ReplayState.RUNNING) | Q(finished_at__isnull=False), name="replay_finished_when"
            )
        ]
        indexes = [models.Index(fields=["rule", "-id"], name="replay_rule")]

    def __str__(self) -> str:
        return f"replay {self.pk} of {self.rule}"


class Thresholds(models.Model):
    """A rule's thresholds from ``valid_from`` on.

    ``words`` is the rulebook version they apply to; a later one has its own.
    """

    rule = models.CharField(max_length=30)
    words = models.CharField(max_length=30)
    values = models.JSONField()
    valid_from = models.DateField()
    replay = models.OneToOneField(ThresholdReplay, models.PROTECT, related_name="thresholds")
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    reason = models.CharField(max_length=1000)

    privacy = privacy(plain="id rule words values valid_from replay decided_by decided_at reason")

    class Meta:
        indexes = [models.Index(fields=["rule", "-valid_from", "-id"], name="thresholds_rule")]

    def __str__(self) -> str:
        return f"{self.rule} from {self.valid_from}"
