"""Requests for copies of personal data."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.files.models import StoredFile
from ancu.apps.protection.enums import OPEN_COPIES, CopyFile, CopyState
from ancu.apps.travellers.models import Identity
from ancu.core.security.privacy import Keep, privacy


class CopyRequest(models.Model):
    """A request of an account's holder, or of a guest whose identity document an officer has compared.

    ``full_name`` to ``document_number`` are read from that document and empty where none was shown. ``identities`` are
    the records that the copy holds, fixed when the request is checked; the copy is approved for just these.
    """

    reference = models.CharField(max_length=24, unique=True)
    state = models.CharField(max_length=12, choices=CopyState, default=CopyState.TO_CHECK)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="none for a guest")
    full_name = models.CharField(max_length=200, blank=True, default="")
    birth_date = models.CharField(max_length=10, blank=True, default="")
    nationality = models.CharField(max_length=3, blank=True, default="")
    document_number = models.CharField(max_length=30, blank=True, default="")
    identified_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    identified_at = models.DateTimeField(null=True)
    identities = models.ManyToManyField(Identity, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    prepared_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict, help_text="records of the copy by kind")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    agency = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", help_text="that decided")
    reason = models.CharField(max_length=500, blank=True, default="", help_text="why it was declined or sent back")
    available_until = models.DateField(null=True, help_text="the last day on which its files are there")
    handed_over_at = models.DateTimeField(null=True)
    handed_over_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    pdf = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    json = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    papers = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")

    privacy = privacy(
        personal=dict.fromkeys(
            ("full_name", "birth_date", "nationality", "document_number", "reason"), Keep.DATA_REQUEST
        ),
        plain="id reference state user identified_by identified_at identities asked_at due_on checked_by checked_at"
        " prepared_at counts decided_by decided_at agency available_until handed_over_at handed_over_by ended_at pdf"
        " json papers",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(user__isnull=False, state__in=OPEN_COPIES), name="copy_asked_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[CopyState.READY, CopyState.HANDED_OVER])
                | Q(decided_by__isnull=False, checked_by__isnull=False) & ~Q(decided_by=F("checked_by")),
                name="copy_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(identified_at__isnull=False), name="copy_is_of_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on", "id"], name="copy_state"),
            models.Index(fields=["user", "-id"], condition=Q(user__isnull=False), name="copy_user"),
        ]
        triggers = [pgtrigger.Protect(name="copy_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.reference

    @property
    def files(self) -> dict[CopyFile, StoredFile]:
        """The stored files of the copy (PDF, JSON, papers) by kind; kinds without a file are left out."""
        by_kind = {CopyFile.PDF: self.pdf, CopyFile.JSON: self.json, CopyFile.PAPERS: self.papers}
        return {kind: file for kind, file in by_kind.items() if file is not None}
