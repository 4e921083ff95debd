"""A file or a group of pictures on its way to a declaration."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from ancu.apps.files.models import StoredFile
from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.enums import (
    DeclarationChannel,
    UploadState,
)
from ancu.apps.stays.models.submission import Submission
from ancu.core.security.privacy import Keep, privacy

PREVIEW_LIFE = timedelta(days=Keep.DRAFT.value)  # of guests to be declared together; then they wait one by one


class Upload(models.Model):
    """A file or group of pictures to declare: read, previewed, corrected, then declared or discarded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    channel = models.CharField(max_length=10, choices=DeclarationChannel, default=DeclarationChannel.FILE)
    group = models.JSONField(
        default=dict, blank=True, help_text="{field: text}: what all guests of a group of pictures have in common"
    )
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.READING)
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    corrections = models.JSONField(default=dict, blank=True, help_text="{position: {field: text as typed}}")
    problem = models.JSONField(null=True, blank=True)
    submission = models.ForeignKey(Submission, models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.JSONField(null=True, blank=True, help_text="counts and refused positions after declaring")
    token_id = models.BigIntegerField(null=True, help_text="of the program that sent it; then nobody looks before")
    client_reference = models.CharField(max_length=100, blank=True, default="")
    request_sha256 = models.CharField(max_length=64, blank=True, default="")
    all_or_nothing = models.BooleanField(default=False)
    dry_run = models.BooleanField(default=False)
    confirmed = models.JSONField(default=list, blank=True, help_text="codes of oddities that the program confirms")
    settled_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal={
            "corrections": Keep.DRAFT,
            "group": Keep.DRAFT,
            "file_name": Keep.ANSWER,  # of a program's file, which it may ask for again; of a person's: Keep.DRAFT
            "problem": Keep.ANSWER,
            "outcome": Keep.ANSWER,
        },
        plain="id establishment created_by created_at channel file state total done submission token_id"
        " client_reference request_sha256 all_or_nothing dry_run confirmed settled_at",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "client_reference"],
                condition=~Q(client_reference=""),
                name="upload_reference_once",
            )
        ]
        indexes = [models.Index(fields=["establishment", "-created_at"], name="upload_establishment")]

    def __str__(self) -> str:
        return f"upload {self.pk}"

    @property
    def preview_ends_at(self) -> datetime:
        """The time until which the guests can be declared together; after it they are declared one by one."""
        return self.created_at + PREVIEW_LIFE


class Picture(models.Model):
    """What was read of one passport picture of a group. The picture itself is stored only if the settings allow it."""

    id = models.BigAutoField(primary_key=True)
    upload = models.ForeignKey(Upload, models.CASCADE, related_name="pictures", db_index=False)
    position = models.IntegerField(help_text="place in the group, from 1")
    created_at = models.DateTimeField(auto_now_add=True)
    problem = models.CharField(max_length=20, blank=True, default="", help_text="why nothing was read")
    texts = models.JSONField(default=dict, blank=True, help_text="{field: text as read}")
    answers = models.BinaryField(
        default=bytes, blank=True, help_text="each answer's doubts and the strip of the line it came from"
    )
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")

    privacy = privacy(
        personal={"texts": Keep.DRAFT, "answers": Keep.DRAFT},
        plain="id upload position created_at problem file",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "position"], name="picture_position")]

    def __str__(self) -> str:
        return f"picture {self.pk}"
