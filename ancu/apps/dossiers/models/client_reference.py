"""The names that programs give to the dossiers they file."""

from django.db import models

from ancu.apps.accounts.models import Organisation
from ancu.apps.dossiers.models.dossier import Dossier
from ancu.core.security.privacy import Keep, privacy


class ClientReference(models.Model):
    """The name a program gave to what it filed: the same again is the same dossier, whoever sent it twice.

    ``digest`` is that of all it sent, so that another request under an old name is told apart.
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
