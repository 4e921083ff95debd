"""Find stored files and uploads that the actor may know of."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from ancu.apps.files.models import PartialUpload, StoredFile
from ancu.apps.files.rules import may_continue, may_read
from ancu.core.actor import Actor


def get_file(actor: Actor, file_id: UUID) -> StoredFile:
    """Return the stored file with this id; 404 for actors who may not read it."""
    file = get_object_or_404(StoredFile, pk=file_id)
    if not may_read(actor, file):
        raise Http404
    return file


def expired(moment: datetime) -> QuerySet[StoredFile]:
    """Return the files whose retention period is over."""
    return StoredFile.objects.filter(delete_after__lte=moment).order_by("delete_after")


def get_upload(actor: Actor, upload_id: UUID) -> PartialUpload:
    """Return an upload in parts; 404 for anybody but the user who began it."""
    upload = get_object_or_404(PartialUpload, pk=upload_id)
    if not may_continue(actor, upload):
        raise Http404
    return upload


def uploads_of(user_id: int) -> QuerySet[PartialUpload]:
    """Return a user's uploads in parts, the oldest first, whatever the membership."""
    return PartialUpload.objects.filter(uploaded_by=user_id, used_at__isnull=True).order_by("created_at")


def stale_uploads(moment: datetime) -> QuerySet[PartialUpload]:
    """Return the unfinished or unused uploads begun before ``moment``."""
    return PartialUpload.objects.filter(created_at__lte=moment).order_by("created_at")
