"""A listening meeting and its attendees."""

from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.files.models import StoredFile
from ancu.apps.listening.enums import AttendeeOrigin, MeetingLevel, MeetingState
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.security.privacy import Keep, privacy


class Meeting(models.Model):
    """Published data contain no names; ``chair`` and ``secretary`` appear only in the minutes."""

    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="who holds it")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", help_text="whose people are heard")
    level = models.CharField(max_length=10, choices=MeetingLevel)
    station = models.CharField(max_length=120, blank=True, default="", help_text="the police station's name")
    venue = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    theme = models.CharField(max_length=200)
    agenda = models.TextField(blank=True, default="")
    quota = models.PositiveIntegerField()
    survey = models.CharField(max_length=200, blank=True, default="", help_text="a path of this house: slips and poll")
    state = models.CharField(max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    chair = models.CharField(max_length=150, blank=True, default="")
    secretary = models.CharField(max_length=150, blank=True, default="")
    minutes = models.TextField(blank=True, default="", help_text="what was said, without the items")
    cancelled_because = models.CharField(max_length=300, blank=True, default="")
    present = models.PositiveIntegerField(default=0, help_text="people in the room, counted by those who held it")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    key = models.UUIDField(unique=True, help_text="of the form it was sent with, so that it is made once")
    opened_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    document = models.ForeignKey(StoredFile, models.SET_NULL, null=True, blank=True, related_name="+")

    privacy = privacy(
        personal=dict.fromkeys(("chair", "secretary", "minutes"), Keep.CORRESPONDENCE),
        plain="id agency unit level station venue starts_at ends_at theme agenda quota survey state cancelled_because"
        " present made_by made_at key opened_at held_at closed_at closed_by document",
    )

    class Meta:
        indexes = [
            models.Index(fields=["starts_at"], name="meeting_starts"),
            models.Index(fields=["agency", "-starts_at"], name="meeting_agency"),
            models.Index(fields=["unit", "-starts_at"], name="meeting_unit"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(quota__gte=1), name="meeting_has_room"),
        ]

    def __str__(self) -> str:
        return f"meeting {self.pk}"

    @property
    def items_in_minutes(self) -> QuerySet[Any]:
        """The petitions in the printed minutes, without those that a phone sent after printing."""
        petitions: QuerySet[Any] = self.petitions.all()
        return petitions if self.closed_at is None else petitions.filter(received_at__lte=self.closed_at)


class Attendee(models.Model):
    """One person on a meeting's list. Only a digest of the ticket's code is stored."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendees")
    origin = models.CharField(max_length=10, choices=AttendeeOrigin)
    name = models.CharField(max_length=150)
    phone = models.CharField(max_length=20, blank=True, default="")
    email = models.EmailField(max_length=254, blank=True, default="")
    digest = models.CharField(max_length=64, unique=True)
    added_at = models.DateTimeField()
    attended_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal=dict.fromkeys(("name", "phone", "email"), Keep.CONTACT),
        plain="id meeting origin digest added_at attended_at",
    )

    class Meta:
        indexes = [models.Index(fields=["meeting", "id"], name="attendee_meeting")]

    def __str__(self) -> str:
        return f"attendee {self.pk}"
