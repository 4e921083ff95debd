"""Questions about a dossier to other agencies, and their answers."""

from django.db import models
from django.db.models import Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.dossiers.models.dossier import Dossier
from ancu.core.security.privacy import Keep, privacy


class Opinion(models.Model):
    """A question to a commune's police or another agency about a dossier, and the answer."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="opinions")
    asked_of = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    question = models.TextField(max_length=2000)
    answer_by = models.DateField()
    answer = models.TextField(max_length=4000, blank=True, default="")
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal={"question": Keep.DOSSIER, "answer": Keep.DOSSIER},
        plain="id dossier asked_of asked_by asked_at answer_by answered_by answered_at",
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_of", "answer_by", "id"],
                condition=Q(answered_at__isnull=True),
                name="opinion_waiting",
            ),
            models.Index(
                fields=["asked_of", "-answered_at", "-id"],
                condition=Q(answered_at__isnull=False),
                name="opinion_given",
            ),
        ]

    def __str__(self) -> str:
        return f"opinion on dossier {self.dossier_id}"
