"""An organisation's licence and NA16: filed as a version, approved in place of the one before, or returned."""

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
from ancu.apps.dossiers.services.letters import tell_legal
from ancu.apps.dossiers.services.slips import form_pdf
from ancu.apps.files import services as files
from ancu.apps.files.models import StoredFile
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.engines.rulebook import get_form

PURPOSE = "legal_file"
NA16 = "NA16"
OF_NA16 = {  # what the form calls otherwise than the legal file
    "activity": "field",
    "signer_name": "signatory_name",
    "signer_position": "signatory_title",
    "effective_from": "valid_from",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What the representative writes of his organisation (form NA16)."""

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
class Sent:
    """A paper as a form sends it: the id of what came in parts, or the file itself."""

    upload_id: str
    file: Any


class ScanRefused(Exception):
    """One of the two papers cannot be kept; ``which`` is its name, ``why`` says how to mend it."""

    def __init__(self, which: str, why: files.FileRefused) -> None:
        super().__init__(which)
        self.which, self.why = which, why


@transaction.atomic
def submit_version(actor: Actor, *, details: Details, licence: Sent, na16: Sent) -> LegalFile:
    """File a new version; the one in force stays so until this one is approved.

    One at a time: what an officer is reading is never replaced under his eyes. The organisation is locked, so two
    windows do not both file, nor take the same number. Raises ScanRefused, and then neither paper is used up.
    """
    require(rules.may_file_legal(actor))
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation_id or 0)
    require_to_file(actor)
    last = LegalFile.objects.filter(organisation=organisation).aggregate(last=Max("version"))["last"] or 0
    filed = LegalFile.objects.create(
        organisation=organisation,
        version=last + 1,
        licence_scan=_keep(actor, "licence", licence),
        na16_scan=_keep(actor, "na16", na16),
        submitted_by_id=actor.user_id or 0,
        submitted_at=clock.now(),
        **{name: getattr(details, name) for name in Details.__dataclass_fields__},
    )
    record(actor, "dossiers.legal_submitted", filed, version=filed.version)
    return filed


def na16_pdf(actor: Actor, details: Details) -> bytes:
    """Form NA16 of what is stated, to be stamped, signed and sent back as a scan; nothing is kept of it."""
    require(rules.may_file_legal(actor))
    stated = asdict(details)
    answers = {key: stated.get(OF_NA16.get(key, key)) for key in get_form(NA16, clock.today()).fields}
    printed = printed_form(get_form(NA16, clock.today()), answers, "vi")
    return form_pdf(printed, number="", frames=(_("Specimen of the seal"), _("Specimen of the signature")))


def require_to_file(actor: Actor) -> None:
    """403 for whoever may not, Conflict while a version still waits for the office."""
    require(rules.may_file_legal(actor))
    waiting = LegalFile.objects.filter(organisation=actor.organisation_id, state=LegalFileState.SUBMITTED).first()
    if waiting is not None:
        told = _("Version %(version)s still waits for the office. A new one can be filed once it is decided.")
        raise Conflict("legal_file_waits", told % {"version": waiting.version})


def _keep(actor: Actor, which: str, sent: Sent) -> StoredFile:
    try:
        name, data = files.take_sent(actor, upload_id=sent.upload_id, file=sent.file, purpose=PURPOSE)
        cleaned = files.take_in(data)
    except files.FileRefused as refused:
        raise ScanRefused(which, refused) from refused
    return files.store_paper(actor, cleaned, name=name, purpose=PURPOSE, organisation_id=actor.organisation_id)


@transaction.atomic
def approve(actor: Actor, *, legal_file: LegalFile) -> LegalFile:
    """The organisation's dossiers rest on this version, from the day it names (``rules.has_begun``)."""
    locked = _to_decide(actor, legal_file)
    former = LegalFile.objects.filter(organisation=locked.organisation_id, state=LegalFileState.APPROVED)
    former.update(state=LegalFileState.SUPERSEDED)
    _decide(actor, locked, LegalFileState.APPROVED)
    record(actor, "dossiers.legal_approved", locked, version=locked.version)
    tell_legal(actor, locked)
    return locked


@transaction.atomic
def give_back(actor: Actor, *, legal_file: LegalFile, reason: str) -> LegalFile:
    """The organisation reads why, and files a new version."""
    locked = _to_decide(actor, legal_file)
    locked.reason = reason
    _decide(actor, locked, LegalFileState.RETURNED)
    record(actor, "dossiers.legal_returned", locked, version=locked.version)
    tell_legal(actor, locked)
    return locked


def _to_decide(actor: Actor, legal_file: LegalFile) -> LegalFile:
    """Locked, by way of its organisation: two versions of one organisation are never decided at once."""
    Organisation.objects.select_for_update(no_key=True).get(pk=legal_file.organisation_id)
    locked = LegalFile.objects.select_for_update().get(pk=legal_file.pk)
    require_to_decide(actor, locked)
    return locked


def require_to_decide(actor: Actor, legal_file: LegalFile) -> None:
    """403 for whoever may not, Conflict when somebody was quicker."""
    require(rules.reads_legal_files(actor))
    if legal_file.state != LegalFileState.SUBMITTED:
        raise overtaken_conflict(actor, "legal_file_decided", legal_file)
    require(rules.may_decide_legal(actor, legal_file))


def _decide(actor: Actor, legal_file: LegalFile, state: LegalFileState) -> None:
    legal_file.state, legal_file.decided_by_id, legal_file.decided_at = state, actor.user_id, clock.now()
    legal_file.save(update_fields=["state", "decided_by", "decided_at", "reason"])
