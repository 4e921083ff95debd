"""Alarms before a dossier's due day, stored so that each is sent once."""

from django.db import models

from ancu.apps.dossiers.enums import DeadlineAlarmKind
from ancu.apps.dossiers.models.dossier import Dossier
from ancu.core.security.privacy import privacy


class DeadlineAlarm(models.Model):
    """An alarm sent to the officers of a dossier; ``due_on`` was its due day then."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="alarms")
    kind = models.CharField(max_length=8, choices=DeadlineAlarmKind)
    due_on = models.DateField()
    sent_at = models.DateTimeField()

    privacy = privacy(plain="id dossier kind due_on sent_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "kind"], name="deadline_alarm_once")]

    def __str__(self) -> str:
        return f"alarm {self.kind} of dossier {self.dossier_id}"
