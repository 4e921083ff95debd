"""Numbers of the people who wait at the counters."""

from django.db import models
from django.db.models import Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.dossiers.models.dossier import Dossier
from ancu.apps.dossiers.models.handover import Counter
from ancu.core.security.privacy import privacy


class QueueTicket(models.Model):
    """The number of somebody who waits, from 1 each day at each agency; nobody's name stands beside it."""

    id = models.BigAutoField(primary_key=True)
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    issued_at = models.DateTimeField()
    counter = models.ForeignKey(Counter, models.PROTECT, null=True, blank=True, related_name="+")
    called_at = models.DateTimeField(null=True, blank=True)
    called_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="served, or called in vain")
    came = models.BooleanField(null=True, blank=True, help_text="null until it ended")

    privacy = privacy(plain="id agency day number issued_at counter called_at called_by ended_at came")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "day", "number"], name="queue_ticket_number"),
            models.UniqueConstraint(
                fields=["called_by"],
                condition=Q(called_at__isnull=False, ended_at__isnull=True),
                name="queue_ticket_one_served",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="queue_ticket_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class QueuedDossier(models.Model):
    """A dossier that was begun or opened at a counter for the number of its person; a family may have several."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="queued")
    ticket = models.ForeignKey(QueueTicket, models.PROTECT, related_name="queued_dossiers")

    privacy = privacy(plain="dossier ticket")

    def __str__(self) -> str:
        return f"dossier {self.dossier_id} of ticket {self.ticket_id}"
