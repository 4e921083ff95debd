"""Uploads whose job failed for good: a file being read fails, one being declared goes back to its preview."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction

from ancu.apps.stays.enums import UploadState
from ancu.apps.stays.models import Upload
from ancu.apps.stays.services.uploads import lock_upload
from ancu.core import clock
from ancu.core.registry.unfinished_work import UnfinishedWork
from ancu.engines import exchange

INTERRUPTED = exchange.Problem(
    "interrupted", None, None,
    "Việc xử lý tệp bị gián đoạn do lỗi của hệ thống. Chưa khách nào được khai báo. Xin gửi lại.",
    "A fault on our side interrupted the work on this file. No guest was declared. Send it again.",
)  # fmt: skip


def waiting_uploads(before: datetime) -> Iterable[UUID]:
    """Return the ids of uploads that are being read or declared and were sent before a moment."""
    states = [UploadState.READING, UploadState.SENDING]
    return Upload.objects.filter(state__in=states, created_at__lt=before).values_list("pk", flat=True)


@transaction.atomic
def give_up_upload(pk: UUID) -> None:
    """End the reading of an upload as failed, or return it from declaring to the preview, and say why."""
    lock_upload(pk)
    upload = Upload.objects.get(pk=pk)
    if upload.state not in {UploadState.READING, UploadState.SENDING}:
        return
    was_reading = upload.state == UploadState.READING
    upload.state = UploadState.FAILED if was_reading else UploadState.PREVIEW
    upload.problem, upload.settled_at = msgspec.to_builtins(INTERRUPTED), clock.now() if was_reading else None
    upload.save(update_fields=["state", "problem", "settled_at"])


def is_interrupted(upload: Upload) -> bool:
    """Whether a fault on our side ended the work on the upload."""
    return upload.state == UploadState.FAILED and (upload.problem or {}).get("code") == INTERRUPTED.code


UPLOADS = UnfinishedWork(
    ("stays.read_upload", "stays.declare_upload", "stays.declare_file"), "upload_id", waiting_uploads, give_up_upload
)
