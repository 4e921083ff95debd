"""Organisations' licences and NA16 forms: filed as a version, then approved or returned."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import Organisation
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import LegalFileState
from ancu.apps.dossiers.models import LegalFile
from ancu.apps.dossiers.selectors.printed import printed_form
from ancu.apps.dossiers.services.letters import notify_legal_file
from ancu.apps.dossiers.services.slips import form_pdf
from ancu.apps.files import services as files
from ancu.apps.files.models import StoredFile
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.engines.rulebook import get_form

PURPOSE = "legal_file"
NA16 = "NA16"
NA16_FIELDS = {  # form fields with another name in the legal file
    "activity": "field",
    "signer_name": "signatory_name",
    "signer_position": "signatory_title",
    "effective_from": "valid_from",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalFileDetails:
    """The representative's statements about the organisation (form NA16)."""

    name: str
    licence_number: str
    licence_date: date
    licence_authority: str
    address: str
    phone: str
    email: str
    signatory_name: str
    signatory_title: str
    valid_from: date
    tax_code: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class SentScan:
    """A paper as a form sends it: the id of what came in parts, or the file itself."""

    upload_id: str
    file: Any


class ScanRefused(Exception):
    """One of the two papers cannot be stored; ``which`` is its name, ``why`` says how to fix it."""

    def __init__(self, which: str, why: files.FileRefused) -> None:
        super().__init__(which)
        self.which, self.why = which, why


@transaction.atomic
def submit_version(actor: Actor, *, details: LegalFileDetails, licence: SentScan, na16: SentScan) -> LegalFile:
    """File a new version of the organisation's legal file; the one in force stays so until this one begins.

    Only one version waits at a time, so an officer's reading is never replaced. The organisation is locked, so
    concurrent requests cannot both file. Raises ScanRefused, and then neither upload is consumed.
    """
    require(rules.may_file_legal(actor))
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation_id or 0)
    require_to_file(actor)
    last = LegalFile.objects.filter(organisation=organisation).aggregate(last=Max("version"))["last"] or 0
    filed = LegalFile.objects.create(
        organisation=organisation,
        version=last + 1,
        licence_scan=_store_scan(actor, "licence", licence),
        na16_scan=_store_scan(actor, "na16", na16),
        submitted_by_id=actor.user_id or 0,
        submitted_at=clock.now(),
        **{name: getattr(details, name) for name in LegalFileDetails.__dataclass_fields__},
    )
    record(actor, "dossiers.legal_submitted", filed, version=filed.version)
    return filed


def na16_pdf(actor: Actor, details: LegalFileDetails) -> bytes:
    """Return form NA16 as PDF, to be stamped, signed and scanned; nothing is stored."""
    require(rules.may_file_legal(actor))
    stated = asdict(details)
    answers = {key: stated.get(NA16_FIELDS.get(key, key)) for key in get_form(NA16, clock.today()).fields}
    printed = printed_form(get_form(NA16, clock.today()), answers, "vi")
    return form_pdf(printed, number="", frames=(_("Specimen of the seal"), _("Specimen of the signature")))


def require_to_file(actor: Actor) -> None:
    """Raise Forbidden for other actors, Conflict while a version still waits for the office."""
    require(rules.may_file_legal(actor))
    waiting = LegalFile.objects.filter(organisation=actor.organisation_id, state=LegalFileState.SUBMITTED).first()
    if waiting is not None:
        sentence = _(
            "Version %(version)s is still waiting for the office. You can submit a new one once it is decided."
        )
        raise Conflict("legal_file_waits", sentence % {"version": waiting.version})


def _store_scan(actor: Actor, which: str, sent: SentScan) -> StoredFile:
    """Clean and store the scan of a licence or form (``which``); ScanRefused if it is unusable."""
    try:
        name, data = files.take_sent(actor, upload_id=sent.upload_id, file=sent.file, purpose=PURPOSE)
        cleaned = files.clean_paper(data)
    except files.FileRefused as refused:
        raise ScanRefused(which, refused) from refused
    return files.store_paper(actor, cleaned, name=name, purpose=PURPOSE, organisation_id=actor.organisation_id)


@transaction.atomic
def approve(actor: Actor, *, legal_file: LegalFile) -> LegalFile:
    """Approve the version, which applies from the first day it states (``rules.has_begun``).

    The versions approved before become superseded at once, but still apply until that day.
    """
    locked = _lock_to_decide(actor, legal_file)
    former = LegalFile.objects.filter(organisation=locked.organisation_id, state=LegalFileState.APPROVED)
    former.update(state=LegalFileState.SUPERSEDED)
    _decide(actor, locked, LegalFileState.APPROVED)
    record(actor, "dossiers.legal_approved", locked, version=locked.version)
    notify_legal_file(actor, locked)
    return locked


@transaction.atomic
def give_back(actor: Actor, *, legal_file: LegalFile, reason: str) -> LegalFile:
    """Return the waiting version to the organisation with a reason; the organisation then files a new one."""
    locked = _lock_to_decide(actor, legal_file)
    locked.reason = reason
    _decide(actor, locked, LegalFileState.RETURNED)
    record(actor, "dossiers.legal_returned", locked, version=locked.version)
    notify_legal_file(actor, locked)
    return locked


def _lock_to_decide(actor: Actor, legal_file: LegalFile) -> LegalFile:
    """Lock the organisation, then the version: two versions of one organisation are never decided concurrently."""
    Organisation.objects.select_for_update(no_key=True).get(pk=legal_file.organisation_id)
    locked = LegalFile.objects.select_for_update().get(pk=legal_file.pk)
    require_to_decide(actor, locked)
    return locked


def require_to_decide(actor: Actor, legal_file: LegalFile) -> None:
    """Raise Forbidden for actors who may not decide on legal files, Conflict if this version is decided.

    Those who submitted the version may not decide on it.
    """
    require(rules.reads_legal_files(actor))
    if legal_file.state != LegalFileState.SUBMITTED:
        raise overtaken_conflict(actor, "legal_file_decided", legal_file)
    require(rules.may_decide_legal(actor, legal_file))


def _decide(actor: Actor, legal_file: LegalFile, state: LegalFileState) -> None:
    """Store the new state of a legal file's version, with the deciding officer and the time."""
    legal_file.state, legal_file.decided_by_id, legal_file.decided_at = state, actor.user_id, clock.now()
    legal_file.save(update_fields=["state", "decided_by", "decided_at", "reason"])
