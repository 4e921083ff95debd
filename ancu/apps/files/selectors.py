"""Find a stored file by its id, for those who may know of it."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from ancu.apps.files.models import StoredFile
from ancu.apps.files.rules import may_read
from ancu.core.actor import Actor


def get_file(actor: Actor, file_id: UUID) -> StoredFile:
    """The file, or 404 for whoever may not know of it."""
    file = get_object_or_404(StoredFile, pk=file_id)
    if not may_read(actor, file):
        raise Http404
    return file


def expired(moment: datetime) -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(delete_after__lte=moment).order_by("delete_after")
