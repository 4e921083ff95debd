"""One matter of one petitioner. Only ``services.state_changes.move`` changes its state."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.listening.enums import OPEN, PetitionChannel, PetitionState
from ancu.apps.listening.models.meeting import Meeting
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.security.privacy import Keep, privacy

PERSONAL = (
    "name", "phone", "email", "address", "title", "body", "public_words", "about_person", "about_key", "search_key",
)  # fmt: skip


class Petition(models.Model):
    """``number`` is what people say to each other; ``digest`` is of the secret code by which the petitioner follows it.

    ``about`` is the unit complained of and ``about_person`` the name the petitioner gave; ``about_officers`` are the
    accounts it may mean, who never open it, and ``about_user`` the one that was found to be meant. ``main`` is the
    petition a merged one is handled with. ``unit`` is null while nobody here may handle it.
    """

    number = models.CharField(max_length=30, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    key = models.UUIDField(unique=True, help_text="of the form it was sent with, so that it is taken in once")
    channel = models.CharField(max_length=10, choices=PetitionChannel)
    state = models.CharField(max_length=12, choices=PetitionState, default=PetitionState.RECEIVED)
    category = models.CharField(max_length=30, help_text="a code of the rulebook")
    rule_version = models.CharField(max_length=30)
    closed_matter = models.BooleanField(default=False, help_text="told to nobody but the unit in charge")
    title = models.CharField(max_length=150)
    body = models.TextField()
    public_words = models.CharField(
        max_length=200, blank=True, default="", help_text="what was raised in a meeting, as everybody reads it"
    )
    place = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=150, blank=True, default="")
    phone = models.CharField(max_length=20, blank=True, default="", help_text="where to call back")
    email = models.EmailField(max_length=254, blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")
    language = models.CharField(max_length=2, default="vi")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    about = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    about_person = models.CharField(max_length=150, blank=True, default="")
    about_key = models.CharField(max_length=150, blank=True, default="", help_text="that name, folded")
    about_user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    about_officers = ArrayField(models.BigIntegerField(), default=list, blank=True, help_text="accounts")
    unit = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    main = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="petitions")
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField()
    due_on = models.DateField()
    accepted_at = models.DateTimeField(null=True, blank=True, help_text="of a complaint or a denunciation")
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    escalated_at = models.DateTimeField(null=True, blank=True)
    escalated_to = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    search_key = models.CharField(max_length=1200, help_text="name, telephone and words, folded")

    privacy = privacy(
        personal=dict.fromkeys(PERSONAL, Keep.CORRESPONDENCE),
        plain="id number digest key channel state category rule_version closed_matter place language user about"
        " about_user about_officers unit main meeting recorded_by received_at due_on accepted_at answered_at closed_at"
        " reopened escalated_at escalated_to",
    )

    class Meta:
        indexes = [
            models.Index(fields=["unit", "state", "due_on"], name="petition_unit"),
            models.Index(fields=["due_on"], condition=Q(state__in=OPEN), name="petition_due"),
            models.Index(fields=["answered_at"], condition=Q(state=PetitionState.ANSWERED), name="petition_answered"),
            models.Index(fields=["user", "-id"], name="petition_user"),
            models.Index(fields=["phone"], name="petition_phone"),
            models.Index(fields=["meeting"], name="petition_meeting"),
            GinIndex(fields=["search_key"], opclasses=["gin_trgm_ops"], name="petition_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=True) | Q(about__isnull=True) | ~Q(unit=F("about")),
                name="petition_not_with_whom_it_is_about",
            ),
            models.CheckConstraint(
                condition=Q(state=PetitionState.MERGED, main__isnull=False)
                | (~Q(state=PetitionState.MERGED) & Q(main__isnull=True)),
                name="petition_merged_into_what",
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False)
                | Q(state__in=(PetitionState.RECEIVED, PetitionState.TRANSFERRED, PetitionState.MERGED)),
                name="petition_handled_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def head(self) -> Any:
        """The petition that the office handles for this one: itself, or the one it was merged into."""
        return self.main or self
