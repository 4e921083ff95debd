"""How the passport reaches the office: an appointment at a counter, or the post."""

import re

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.dossiers.enums import SlotPurpose
from ancu.apps.dossiers.models.dossier import Dossier
from ancu.core.security.privacy import Keep, privacy

NUMBERED = re.compile(r"Quầy (?:số )?([0-9]+)")


class Counter(models.Model):
    """A counter that receives people."""

    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    address = models.CharField(max_length=250)
    slot_minutes = models.PositiveSmallIntegerField(default=30)
    capacity = models.PositiveSmallIntegerField(default=4, help_text="people in one slot")
    is_open = models.BooleanField(default=True)

    privacy = privacy(plain="id agency name address slot_minutes capacity is_open")

    def __str__(self) -> str:
        """Return the name; a plain number ("Quầy số 1") is given in the reader's language."""
        numbered = NUMBERED.fullmatch(self.name)
        return _("Counter %(n)s") % {"n": numbered[1]} if numbered else self.name


class OpeningHours(models.Model):
    """When a counter is open on a weekday; holidays and Saturdays follow the working calendar."""

    counter = models.ForeignKey(Counter, models.PROTECT, related_name="hours")
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday")
    opens = models.TimeField()
    closes = models.TimeField()

    privacy = privacy(plain="id counter weekday opens closes")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="opening_hours_order")]

    def __str__(self) -> str:
        return f"{self.counter_id}: {self.weekday} {self.opens}"


class Slot(models.Model):
    """A stretch of time with a number of places; ``booked_places`` never exceeds ``capacity``."""

    id = models.BigAutoField(primary_key=True)
    counter = models.ForeignKey(Counter, models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField()
    booked_places = models.PositiveSmallIntegerField(default=0)

    privacy = privacy(plain="id counter starts_at ends_at capacity booked_places")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["counter", "starts_at"], name="slot_once"),
            models.CheckConstraint(condition=Q(booked_places__lte=F("capacity")), name="slot_not_overbooked"),
        ]

    def __str__(self) -> str:
        return f"slot {self.pk}"


class Appointment(models.Model):
    """A booked place in a slot for a dossier; at most one open for each purpose."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="appointments")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="appointments")
    purpose = models.CharField(max_length=8, choices=SlotPurpose)
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    came_at = models.DateTimeField(null=True, blank=True)
    missed_at = models.DateTimeField(null=True, blank=True, help_text="noted by the counter: did not come")
    received_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    privacy = privacy(plain="id dossier slot purpose booked_by booked_at cancelled_at came_at missed_at received_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "purpose"],
                condition=Q(cancelled_at__isnull=True, came_at__isnull=True, missed_at__isnull=True),
                name="appointment_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"appointment of dossier {self.dossier_id}"

    @property
    def is_open(self) -> bool:
        """Whether the appointment is neither cancelled nor was its outcome recorded."""
        return not (self.cancelled_at or self.came_at or self.missed_at)


class Posting(models.Model):
    """A passport sent by post, to the office or back."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="postings")
    to_office = models.BooleanField()
    carrier = models.CharField(max_length=60)
    tracking_number = models.CharField(max_length=40)
    sent_on = models.DateField()
    arrived_at = models.DateTimeField(null=True, blank=True)
    late_alarm_at = models.DateTimeField(null=True, blank=True, help_text="when the officers were told that it is late")
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    privacy = privacy(
        personal={"tracking_number": Keep.DOSSIER},
        plain="id dossier to_office carrier sent_on arrived_at late_alarm_at entered_by entered_at",
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["entered_at", "id"],
                condition=Q(to_office=True, arrived_at__isnull=True),
                name="posting_on_its_way",
            ),
            models.Index(
                fields=["sent_on"],
                condition=Q(arrived_at__isnull=True, late_alarm_at__isnull=True),
                name="posting_not_arrived",
            ),
        ]

    def __str__(self) -> str:
        return f"posting of dossier {self.dossier_id}"
