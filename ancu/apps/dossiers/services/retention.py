"""Redacts personal data at the end of its retention period (privacy.Keep); states and dates stay for statistics."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from ancu.apps.audit.services import record
from ancu.apps.dossiers.enums import LegalFileState, State
from ancu.apps.dossiers.models import (
    BankLine,
    ClientReference,
    Component,
    Dossier,
    DossierEvent,
    Filing,
    LegalFile,
    OfficialLetter,
    Opinion,
    Payment,
    Posting,
    Result,
    ResultCorrection,
    Signature,
    Supplement,
)
from ancu.apps.dossiers.services.moving import note
from ancu.apps.files import services as files
from ancu.apps.files.models import StoredFile
from ancu.apps.travellers.services import redact_identities
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.security.privacy import REDACTED, Keep, redacted_key

BATCH = 500
EMPTY_VALUES: dict[str, Any] = {
    "answers": {},
    "full_name": REDACTED,
    "birth_date": "",
    "sex": "",
    "nationality": "",
    "document_number": "",
    "search_key": "",
    "reason": "",
    "sponsor_email": "",
    "permitted_until": None,
}


def redact_dossiers(actor: Actor) -> int:
    """Delete the personal data of dossiers that ended more than ``Keep.DOSSIER`` ago, and of idle drafts.

    Drafts are idle when untouched for ``Keep.IDLE_DRAFT``; they are withdrawn first. Returns the number of dossiers.
    """
    ended = Q(ended_at__lt=clock.now() - timedelta(days=Keep.DOSSIER.value))
    idle = Q(state=State.DRAFT, saved_at__lt=clock.now() - timedelta(days=Keep.IDLE_DRAFT.value))
    due = Dossier.objects.filter(ended | idle).exclude(full_name=REDACTED).order_by("id")
    count = 0
    while batch := list(due.values_list("id", flat=True)[:BATCH]):
        _redact_batch(actor, batch)
        count += len(batch)
    return count


@transaction.atomic
def _redact_batch(actor: Actor, dossiers: list[int]) -> None:
    """Delete the personal data of these dossiers and of everything that belongs to them; drafts are withdrawn first."""
    for draft in Dossier.objects.select_for_update().filter(pk__in=dossiers, state=State.DRAFT):
        _withdraw_idle_draft(actor, draft)
    emptied = Dossier.objects.filter(pk__in=dossiers)
    emptied.update(**EMPTY_VALUES)
    redact_identities(emptied.exclude(identity=None).values_list("identity_id", flat=True))
    ClientReference.objects.filter(dossier__in=dossiers).update(reference=redacted_key())
    DossierEvent.objects.filter(dossier__in=dossiers).update(reason="", data={})
    Filing.objects.filter(dossier__in=dossiers).update(answers={})
    Signature.objects.filter(dossier__in=dossiers).update(answers={})
    Supplement.objects.filter(dossier__in=dossiers).update(items=[], note="")
    OfficialLetter.objects.filter(dossier__in=dossiers).update(content={})
    Opinion.objects.filter(dossier__in=dossiers).update(question=REDACTED, answer="")
    Posting.objects.filter(dossier__in=dossiers).update(tracking_number=REDACTED)
    Payment.objects.filter(charge__in=dossiers).update(payer="")
    BankLine.objects.filter(payment__in=dossiers).update(text=REDACTED, note="")
    ResultCorrection.objects.filter(result__in=dossiers).update(number=REDACTED, reason=REDACTED, before={})
    _delete_papers(actor, dossiers)
    record(actor, "dossiers.redact", ("dossiers.dossier", "batch"), dossiers=len(dossiers))


def _withdraw_idle_draft(actor: Actor, draft: Dossier) -> None:
    """Withdraw an idle draft, with an event but without a letter."""
    draft.state, draft.ended_at = State.WITHDRAWN, clock.now()
    draft.save(update_fields=["state", "ended_at"])
    note(actor, draft, "withdrawn", before=State.DRAFT)


def _delete_papers(actor: Actor, dossiers: list[int]) -> None:
    """Delete the files of the dossiers' papers and of the results' scans, and the papers' history.

    Earlier versions and the office's copies go too; the results' numbers and receivers are redacted.
    """
    versions: Any = Component._meta.get_field("events").related_model
    papers = Component.objects.filter(dossier__in=dossiers)
    rows = [*papers.values_list("file_id", "office_file_id")]
    rows += versions.objects.filter(dossier_id__in=dossiers).values_list("file_id", "office_file_id")
    file_ids = {key for row in rows for key in row if key}
    file_ids |= {*Result.objects.filter(dossier__in=dossiers).exclude(scan=None).values_list("scan_id", flat=True)}
    papers.update(file=None, office_file=None, reason="", zones=[], printed={})
    versions.objects.filter(dossier_id__in=dossiers).delete()
    Result.objects.filter(dossier__in=dossiers).update(number=REDACTED, received_by="", proof_number="", scan=None)
    for file in StoredFile.objects.filter(pk__in=file_ids):
        files.delete(actor, file=file)


@transaction.atomic
def redact_bank_lines(actor: Actor) -> int:
    """Delete text and note of bank transfers booked more than ``Keep.DOSSIER`` ago; return their number."""
    before = clock.today() - timedelta(days=Keep.DOSSIER.value)
    old = BankLine.objects.filter(booked_on__lt=before).exclude(text=REDACTED)
    count = old.update(text=REDACTED, note="")
    if count:
        record(actor, "dossiers.redact", ("dossiers.bankline", "batch"), lines=count)
    return count


@transaction.atomic
def redact_legal_files(actor: Actor) -> int:
    """Delete the people and scans of legal files that ended more than ``Keep.DOSSIER`` ago; return their number.

    They ended when returned or superseded, or were left undecided. The scans of a licence and a specimen signature
    contain more personal data than the fields.
    """
    old = _outdated_versions(clock.now() - timedelta(days=Keep.DOSSIER.value))
    expired = list(old.select_for_update(of=("self",)).values_list("pk", "licence_scan", "na16_scan"))
    if not expired:
        return 0
    LegalFile.objects.filter(pk__in=[pk for pk, *_scans in expired]).update(
        signatory_name=REDACTED, signatory_title="", phone="", email="", reason="", licence_scan=None, na16_scan=None
    )
    scans = {scan for _pk, *scans in expired for scan in scans}
    for file in StoredFile.objects.filter(pk__in=scans):
        files.delete(actor, file=file)
    record(actor, "dossiers.redact", ("dossiers.legalfile", "batch"), legal_files=len(expired))
    return len(expired)


def _outdated_versions(before: datetime) -> QuerySet[LegalFile]:
    """Return legal files' versions that were superseded, returned or left undecided before this moment.

    Without those whose personal data are deleted already.
    """
    stood = [LegalFileState.APPROVED, LegalFileState.SUPERSEDED]
    later = LegalFile.objects.filter(
        organisation=OuterRef("organisation"), version__gt=OuterRef("version"), state__in=stood
    )
    replaced = Case(
        When(state=LegalFileState.SUPERSEDED, then=Subquery(later.order_by("version").values("decided_at")[:1]))
    )
    has_personal_data = ~Q(signatory_name=REDACTED) | Q(licence_scan__isnull=False) | Q(na16_scan__isnull=False)
    counted = LegalFile.objects.exclude(state=LegalFileState.APPROVED).alias(
        over_at=Coalesce(replaced, "decided_at", "submitted_at")
    )
    return counted.filter(has_personal_data, over_at__lt=before)
