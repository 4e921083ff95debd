"""Requests that an organisation makes for several workers at once: one dossier each."""

from django.db import models

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.dossiers.models.dossier import Dossier
from ancu.core.security.privacy import privacy


class GroupRequest(models.Model):
    """One request of an organisation for several workers; ``key`` is that of its form, which may be sent twice."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    procedure = models.CharField(max_length=40)
    key = models.UUIDField(unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    privacy = privacy(plain="id organisation procedure key created_at created_by")

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="group_request_newest")]

    def __str__(self) -> str:
        return f"request {self.pk} of organisation {self.organisation_id}"


class GroupedDossier(models.Model):
    """A dossier that was begun with others in one request."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="grouped")
    group = models.ForeignKey(GroupRequest, models.PROTECT, related_name="members")

    privacy = privacy(plain="dossier group")

    def __str__(self) -> str:
        return f"dossier {self.dossier_id} of request {self.group_id}"
