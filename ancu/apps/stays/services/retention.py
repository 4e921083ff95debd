"""Empty personal data when their retention period ends (privacy.Keep); counts and dates stay for statistics."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from ancu.apps.audit.services import record
from ancu.apps.files import services as files
from ancu.apps.stays.enums import UploadState
from ancu.apps.stays.models import Confirmation, ExpiredDocument, IdempotentResponse, Stay, Upload
from ancu.apps.stays.models.upload import PREVIEW_LIFE
from ancu.apps.stays.services import pictures
from ancu.apps.stays.services.uploads import keep_all_undeclared
from ancu.apps.travellers.services import redact_identities
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.security.privacy import REDACTED, Keep, redacted_key
from ancu.engines.exchange import STORED

BATCH = 1000
EMPTIED: dict[str, Any] = {
    **{field.name: "" if field.kind is str else None for field in STORED if field.personal},
    "full_name": REDACTED,
    "document_number": redacted_key(),
    "name_key": "",
    "withdrawal_reason": "",
}


def redact_stays(actor: Actor) -> int:
    """Empty the stays that ended more than ``Keep.STAY`` ago; return their number.

    Their history is deleted, and identities that nothing else needs are emptied.
    """
    before = clock.today() - timedelta(days=Keep.STAY.value)
    ended = Stay.objects.alias(end=Coalesce("departed_on", "expected_departure")).filter(end__lt=before)
    due = ended.exclude(full_name=REDACTED).order_by("id")
    count = 0
    while batch := list(due.values_list("id", "identity_id")[:BATCH]):
        _redact_batch(actor, [stay for stay, _identity in batch], {identity for _stay, identity in batch})
        count += len(batch)
    return count


@transaction.atomic
def _redact_batch(actor: Actor, stays: list[int], identities: set[int]) -> None:
    """Delete the personal data and history of these stays, and the identities that nothing else needs."""
    Stay.objects.filter(pk__in=stays).update(**EMPTIED)
    _forget_expired(stays)
    redact_identities(identities | _forget_versions(stays))
    record(actor, "stays.redact", ("stays.stay", "batch"), stays=len(stays))


def _forget_expired(stays: list[int]) -> None:
    """Delete the passport expiry days of these stays, and the history of these days."""
    ExpiredDocument.objects.filter(stay__in=stays).delete()
    history: Any = ExpiredDocument._meta.get_field("events").related_model
    history.objects.filter(stay__in=stays).delete()


def _forget_versions(stays: list[int]) -> set[int]:
    """Delete these stays' earlier versions and the reasons of their changes, which hold the same data.

    Return the identities of the versions: before a correction a stay may have had another one.
    """
    model: Any = Stay._meta.get_field("events").related_model
    events = model.objects.filter(pgh_obj_id__in=stays)
    named = set(events.values_list("identity_id", flat=True))
    contexts = list(events.exclude(pgh_context_id=None).values_list("pgh_context_id", flat=True).distinct())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pghistory_context SET metadata = metadata - 'reason' WHERE id = ANY(%s)", [contexts])
    events.delete()
    return named


@transaction.atomic
def redact_answers(actor: Actor) -> int:
    """Delete responses to programs older than ``Keep.ANSWER``; return their number.

    A repeated reference is then declared anew and found declared.
    """
    before = clock.now() - timedelta(days=Keep.ANSWER.value)
    count, _by_model = IdempotentResponse.objects.filter(created_at__lt=before).delete()
    if count:
        record(actor, "stays.redact_answers", ("stays.idempotentresponse", "batch"), answers=count)
    return count


def redact_uploads(actor: Actor) -> int:
    """Empty people's uploads after PREVIEW_LIFE, programs' after ``Keep.ANSWER``; return the number.

    The guests of a preview that was neither declared nor discarded then wait one by one, without their pictures.
    """
    now = clock.now()
    looked_at = Q(token_id__isnull=True, created_at__lt=now - PREVIEW_LIFE)
    of_programs = Q(created_at__lt=now - timedelta(days=Keep.ANSWER.value))  # which may ask for the result again
    due = Upload.objects.filter(looked_at | of_programs).exclude(file_name="").exclude(state=UploadState.SENDING)
    count = 0
    for upload in due.select_related("file").order_by("created_at"):
        _redact_upload(actor, upload)
        count += 1
    return count


@transaction.atomic
def _redact_upload(actor: Actor, upload: Upload) -> None:
    """Empty one upload and delete the file of one that was not declared.

    The guests of a preview wait one by one from then on.
    """
    file = None if upload.state == UploadState.DONE else upload.file
    if upload.state == UploadState.PREVIEW:
        keep_all_undeclared(actor, upload)
        upload.undeclared.update(answers=b"")
    is_settled = upload.state == UploadState.DONE
    upload.corrections, upload.group, upload.problem, upload.file_name = {}, {}, None, ""
    upload.outcome = (upload.outcome or {}) | {"errors": {}, "already": [], "differs": {}} if is_settled else None
    upload.state = upload.state if is_settled else UploadState.DISCARDED
    upload.file = None if file else upload.file
    upload.save(update_fields=["corrections", "group", "problem", "file_name", "outcome", "state", "file"])
    pictures.empty_pictures(upload)
    if file is not None:
        files.delete(actor, file=file)
    record(actor, "stays.redact_upload", upload)


@transaction.atomic
def redact_confirmations(actor: Actor) -> int:
    """Empty the content of old confirmations, and earlier requesters' e-mail addresses; return the number.

    The confirmations' numbers stay.
    """
    now = clock.now()
    done = Confirmation.objects.alias(end=Coalesce("revoked_at", "decided_at", "asked_at"))
    old = done.filter(end__lt=now - timedelta(days=Keep.STAY.value)).exclude(full_name=REDACTED)
    count = old.update(
        full_name=REDACTED, birth_date="", nationality="", document_number="", address="", reason="", email=""
    )
    with_email = done.filter(end__lt=now - timedelta(days=Keep.CONTACT.value)).exclude(email="")
    count += with_email.update(email="")
    if count:
        record(actor, "stays.redact_confirmations", ("stays.confirmation", "batch"), confirmations=count)
    return count
