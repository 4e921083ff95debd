"""Proof of a handover: confirmations and photos."""

from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import Q

from ancu.apps.accounts.models import User
from ancu.apps.community.enums import ConfirmationMethod, ObjectionDecision
from ancu.apps.community.models.ledger import LedgerEntry
from ancu.apps.community.models.programme import Programme
from ancu.apps.files.models import StoredFile
from ancu.core.security.privacy import Keep, privacy


class HandoverConfirmation(models.Model):
    """A confirmation of a handover, by signature, code or witness; or an objection with its reason."""

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="confirmations")
    how = models.CharField(max_length=10, choices=ConfirmationMethod)
    agrees = models.BooleanField()
    name = models.CharField(max_length=150, blank=True, default="", help_text="who signed, or the witness")
    standing = models.CharField(max_length=150, blank=True, default="", help_text="what he is to the recipient")
    words = models.CharField(max_length=500, blank=True, default="")
    signature = models.BinaryField(blank=True, default=b"", help_text="the strokes, sealed")
    key = models.UUIDField(unique=True, help_text="of the form it was sent with, so that it is said once")
    made_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True, help_text="by the phone's clock, where there was no line")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", help_text="who held it")

    decision = models.CharField(
        max_length=10, choices=ObjectionDecision, blank=True, default="", help_text="of an objection"
    )
    decision_words = models.CharField(max_length=500, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    privacy = privacy(
        personal=dict.fromkeys(("name", "standing", "words", "signature", "decision_words"), Keep.CORRESPONDENCE),
        plain="id entry how agrees key made_at signed_at made_by decision decided_at decided_by",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(agrees=True) & ~Q(how=ConfirmationMethod.CODE),
                name="confirmed_once_by_the_office",
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(agrees=True, how=ConfirmationMethod.CODE),
                name="confirmed_once_by_the_recipient",
            ),
            models.CheckConstraint(
                condition=Q(how=ConfirmationMethod.CODE, made_by__isnull=True)
                | ~Q(how=ConfirmationMethod.CODE) & Q(made_by__isnull=False, agrees=True),
                name="confirmation_by_code_is_the_recipients_own",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_by__isnull=True)
                | Q(agrees=False, decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision=""),
                name="objection_decided_by_somebody",
            ),
        ]
        triggers = [pgtrigger.Protect(name="confirmation_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"confirmation {self.pk}"

    @property
    def said_at(self) -> datetime:
        """When the recipient confirmed; a phone without a connection sends the confirmation later."""
        return self.signed_at or self.made_at


class ProgrammePhoto(models.Model):
    """A photo without metadata, reduced in size. People recognisable on a public one have agreed; it says how."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="photos")
    entry = models.ForeignKey(LedgerEntry, models.PROTECT, null=True, blank=True, related_name="photos")
    file = models.OneToOneField(StoredFile, models.SET_NULL, null=True, blank=True, related_name="+")
    caption = models.CharField(max_length=200)
    face_found = models.BooleanField(help_text="the program saw a face, whatever the officer says")
    shows_people = models.BooleanField()
    consent = models.CharField(max_length=300, blank=True, default="", help_text="who agreed, when and how")
    public = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    privacy = privacy(
        personal={"consent": Keep.CORRESPONDENCE, "caption": Keep.CORRESPONDENCE},
        plain="id programme entry file face_found shows_people public added_at added_by",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(face_found=False) | Q(shows_people=True), name="photo_with_a_face_shows_people"
            ),
            models.CheckConstraint(
                condition=Q(public=False) | Q(shows_people=False) | ~Q(consent=""), name="photo_public_by_consent"
            ),
        ]

    def __str__(self) -> str:
        return f"photo {self.pk}"
