"""Stored files: the row has a random id, the encrypted bytes lie in the default storage."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ancu.core.security.privacy import Keep, privacy


class FileStore(models.Model):
    """The single row by which this database and its folder of files recognise each other (``services.sweeping``)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    privacy = privacy(plain="id created_at")

    def __str__(self) -> str:
        return str(self.pk)


class StoredFile(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation_id = models.BigIntegerField(null=True, help_text="whose it is; null for an agency's own")
    uploaded_by = models.BigIntegerField(null=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    purpose = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)
    delete_after = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal={"name": Keep.SOURCE_FILE},
        plain="id organisation_id uploaded_by media_type size sha256 purpose created_at delete_after",
    )

    class Meta:
        indexes = [models.Index(fields=["delete_after"], name="files_delete_after")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    @property
    def path(self) -> str:
        """The path of the file's encrypted bytes in the storage."""
        return f"{self.pk.hex[:2]}/{self.pk.hex}"


class PartialUpload(models.Model):
    """A file being uploaded in parts, each stored encrypted until the whole is used or a day has passed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation_id = models.BigIntegerField(null=True)
    uploaded_by = models.BigIntegerField()
    name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=40)
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    parts = ArrayField(models.BigIntegerField(), default=list, help_text="where each part begins")
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal={"name": Keep.DRAFT},
        plain="id organisation_id uploaded_by purpose size received parts created_at used_at",
    )

    class Meta:
        indexes = [
            models.Index(fields=["uploaded_by", "created_at"], name="files_partial_owner"),
            models.Index(fields=["created_at"], name="files_partial_age"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    @property
    def is_whole(self) -> bool:
        """Whether every byte of the upload was received."""
        return self.received == self.size

    def part_path(self, start: int) -> str:
        """Return the storage path of the upload's part that begins at byte ``start``."""
        return f"parts/{self.pk.hex[:2]}/{self.pk.hex}-{start}"

    def encryption_context(self, start: int) -> bytes:
        """Return what the encryption of the part beginning at byte ``start`` is bound to: upload and position."""
        return self.pk.bytes + start.to_bytes(8, "big")
