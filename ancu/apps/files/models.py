"""A stored file is known by a random id; its bytes lie encrypted in the default storage."""

import uuid

from django.db import models

from ancu.core.privacy import Keep, privacy


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
        return f"{self.pk.hex[:2]}/{self.pk.hex}"
