"""References that client programs give to the dossiers they file."""

from django.db import models

from ancu.apps.accounts.models import Organisation
from ancu.apps.dossiers.models.dossier import Dossier
from ancu.core.security.privacy import Keep, privacy


class ClientReference(models.Model):
    """The idempotency reference of a filed dossier: repeating it returns the same dossier.

    ``digest`` is the hash of the whole request, so that a different request under a used reference is detected.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="client_reference")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reference = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)

    privacy = privacy(personal={"reference": Keep.DOSSIER}, plain="dossier organisation digest")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "reference"], name="client_reference_once")]

    def __str__(self) -> str:
        return f"reference of dossier {self.dossier_id}"
