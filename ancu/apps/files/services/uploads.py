"""Resumable uploads: a dropped connection loses at most one part."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.files.models import PartialUpload
from ancu.apps.files.rules import may_continue, may_send
from ancu.apps.files.selectors import get_upload, stale_uploads, uploads_of
from ancu.apps.files.services.papers import MAX_PAPER_BYTES, refused
from ancu.apps.files.services.storing import MAX_BYTES, clean_name, seal, unseal
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require

PART_BYTES = 512 * 1024
MOST_PART_BYTES = 2 * PART_BYTES
LEAST_PART_BYTES = 32 * 1024  # else a hostile sender makes a million files of a byte each
KEPT_FOR = timedelta(days=1)
# What one person may have lying here unfinished; the oldest make room, so nobody is locked out by his own tries.
MOST_UPLOADS = 20
MOST_WAITING = 8 * MAX_PAPER_BYTES


class UploadOutOfStep(Exception):
    """The part does not begin where the last one ended; ``offset`` is where to continue."""

    def __init__(self, offset: int) -> None:
        super().__init__(str(offset))
        self.offset = offset


@transaction.atomic
def start_upload(actor: Actor, *, name: str, size: int, purpose: str) -> PartialUpload:
    """Begin an upload in parts of a file of ``size`` bytes. Raises FileRefused if it is empty or too large."""
    require(may_send(actor))
    assert actor.user_id is not None
    if size <= 0:
        raise refused("file_empty")
    if size > MAX_BYTES:
        raise refused("paper_too_large", size=MAX_BYTES // (1024 * 1024))
    _make_room(actor, actor.user_id, size)
    upload = PartialUpload.objects.create(
        organisation_id=actor.organisation_id,
        uploaded_by=actor.user_id,
        name=clean_name(name),
        purpose=purpose,
        size=size,
    )
    record(actor, "files.upload_started", upload, purpose=purpose, size=size)
    return upload


def _make_room(actor: Actor, user_id: int, size: int) -> None:
    """Delete the user's oldest uploads until a new one of ``size`` bytes fits the limits of number and size."""
    waiting = list(uploads_of(user_id).select_for_update())
    total = size + sum(upload.size for upload in waiting)
    while waiting and (len(waiting) >= MOST_UPLOADS or total > MOST_WAITING):
        oldest = waiting.pop(0)
        total -= oldest.size
        _drop(actor, oldest)


@transaction.atomic
def append(actor: Actor, *, upload_id: UUID, offset: int, part: bytes) -> PartialUpload:
    """Store the next part of an upload, which begins at byte ``offset``; return the upload.

    Raises UploadOutOfStep, which says where to continue, for a repeated part or one of a wrong size. The row is
    locked while the part is written, so two senders of one file cannot mix.
    """
    upload = _locked(actor, upload_id)
    if upload.used_at is not None:
        raise Http404
    if offset != upload.received:
        raise UploadOutOfStep(upload.received)
    rest = upload.size - upload.received
    if not part or len(part) > min(rest, MOST_PART_BYTES) or len(part) < min(rest, LEAST_PART_BYTES):
        raise UploadOutOfStep(upload.received)
    path = upload.part_path(offset)
    default_storage.delete(path)
    default_storage.save(path, ContentFile(seal(part, upload.encryption_context(offset))))
    upload.parts = [*upload.parts, offset]
    upload.received += len(part)
    upload.save(update_fields=["parts", "received"])
    return upload


def _locked(actor: Actor, upload_id: UUID) -> PartialUpload:
    """Return the upload in parts, locked; 404 unless the actor may continue it."""
    get_upload(actor, upload_id)
    upload = PartialUpload.objects.select_for_update().filter(pk=upload_id).first()
    if upload is None or not may_continue(actor, upload):
        raise Http404
    return upload


def _finished_upload(actor: Actor, upload_id: str, purpose: str) -> PartialUpload:
    """Return the actor's finished upload for ``purpose``, locked.

    Raises FileRefused if it is gone, incomplete or for another purpose, UploadUsed when a form has used it.
    """
    try:
        upload = _locked(actor, UUID(upload_id))
    except (ValueError, Http404) as error:
        raise refused("upload_gone") from error
    if upload.purpose != purpose:
        raise refused("upload_gone")
    if upload.used_at is not None:
        raise refused("upload_used")
    if not upload.is_whole:
        raise refused("upload_unfinished")
    return upload


@transaction.atomic
def take_sent(actor: Actor, *, upload_id: str, file: Any, purpose: str) -> tuple[str, bytes]:
    """Return name and bytes of what a form sent: a finished upload's id, or without script the file itself.

    The upload is used up when the caller's transaction commits; when it fails, the form can be sent again with the same
    id. Raises FileRefused when there is neither, or the upload is gone, incomplete, or for another purpose, and
    UploadUsed when the same form was sent before.
    """
    if not upload_id:
        if file is None:
            raise refused("upload_missing")
        return clean_name(file.name or "file"), file.read()
    upload = _finished_upload(actor, upload_id, purpose)
    data = b"".join(_part(upload, start) for start in upload.parts)
    record(actor, "files.upload_used", upload, purpose=purpose, size=upload.size)
    name, upload.name, upload.used_at = upload.name, "", clock.now()
    _delete_parts(upload)
    upload.save(update_fields=["name", "used_at"])
    return name, data


def _part(upload: PartialUpload, start: int) -> bytes:
    """Return the upload's part that begins at byte ``start``, decrypted."""
    with default_storage.open(upload.part_path(start)) as stored:
        return unseal(stored.read(), upload.encryption_context(start))


def _drop(actor: Actor, upload: PartialUpload) -> None:
    """Delete the upload and its parts; the audit records it as dropped only if no form has used it."""
    if upload.used_at is None:
        record(actor, "files.upload_dropped", upload, purpose=upload.purpose, size=upload.size)
    _delete_parts(upload)
    upload.delete()


def _delete_parts(upload: PartialUpload) -> None:
    """Delete the upload's parts on commit, including one that may be written but not recorded."""
    for start in {*upload.parts, upload.received}:
        transaction.on_commit(partial(default_storage.delete, upload.part_path(start)))


def sweep_uploads(actor: Actor) -> int:
    """Delete uploads in parts begun more than a day ago, each in its own transaction; return their number."""
    count = 0
    for upload_id in list(stale_uploads(clock.now() - KEPT_FOR).values_list("pk", flat=True)):
        with transaction.atomic():
            upload = PartialUpload.objects.select_for_update(skip_locked=True).filter(pk=upload_id).first()
            if upload is not None:
                _drop(actor, upload)
                count += 1
    return count
