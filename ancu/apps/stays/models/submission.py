"""Submissions, and the stored responses to programs."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from ancu.apps.files.models import StoredFile
from ancu.apps.lodging.models import Establishment
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.enums import (
    DeclarationChannel,
    JudgedBy,
)
from ancu.core.db.feed_stamp import FeedStamp
from ancu.core.security.privacy import Keep, privacy


class Submission(models.Model):
    """One act of declaring that stored at least one stay. Its number and hash are the receipt."""

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=24, unique=True)
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="submissions")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=DeclarationChannel)
    actor_kind = models.CharField(max_length=10)
    user_id = models.BigIntegerField(null=True)
    token_id = models.BigIntegerField(null=True)
    client_reference = models.CharField(max_length=100, blank=True, default="")
    keyed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    judged_by = models.CharField(max_length=10, choices=JudgedBy, default=JudgedBy.RECEIVED, db_default="received")
    device_id = models.UUIDField(null=True, blank=True, help_text="the phone that kept it while it had no connection")
    read_count = models.IntegerField()
    accepted_count = models.IntegerField()
    warned_count = models.IntegerField()
    already_count = models.IntegerField()
    refused_count = models.IntegerField()
    skipped_count = models.IntegerField()
    late_count = models.IntegerField()
    sha256 = models.CharField(
        max_length=64,
        help_text="of the accepted rows as stored, in canonical JSON lines",
    )
    receipt_version = models.SmallIntegerField(
        default=1, db_default=1, help_text="of the fields that sha256 is over, ``selectors.receipts.RECEIPT_FIELDS``"
    )
    source_file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, blank=True, related_name="+")
    xact = models.BigIntegerField(db_default=FeedStamp(), editable=False)

    privacy = privacy(
        plain="id number establishment unit channel actor_kind user_id token_id client_reference keyed_at received_at"
        " judged_by device_id read_count accepted_count"
        " warned_count already_count refused_count skipped_count late_count sha256 receipt_version source_file xact"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(read_count=F("accepted_count") + F("already_count") + F("refused_count")),
                name="submission_control_total",
            ),
            models.CheckConstraint(condition=Q(accepted_count__gt=0), name="submission_has_rows"),
        ]
        indexes = [
            models.Index(fields=["establishment", "-id"], name="submission_establishment"),
            models.Index(fields=["unit", "-id"], name="submission_unit"),
            models.Index(fields=["channel", "-id"], name="submission_channel"),
            models.Index(fields=["-id"], condition=Q(late_count__gt=0), name="submission_late"),
            models.Index(fields=["establishment", "xact", "id"], name="submission_feed"),
            BrinIndex(fields=["xact"], name="submission_xact_brin", autosummarize=True),
            models.Index(
                fields=["received_at"],
                include=["unit", "establishment", "accepted_count", "late_count"],
                name="submission_received",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class IdempotentResponse(models.Model):
    """The response to a program's reference, so that a repeated call gets the same response."""

    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    client_reference = models.CharField(max_length=100)
    request_sha256 = models.CharField(max_length=64)
    status_code = models.SmallIntegerField()
    body = models.BinaryField()
    created_at = models.DateTimeField()

    privacy = privacy(
        personal={"body": Keep.ANSWER},
        plain="id establishment client_reference request_sha256 status_code created_at",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "client_reference"],
                name="answer_reference_unique",
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"
