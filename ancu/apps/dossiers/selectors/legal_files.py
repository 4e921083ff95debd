"""Organisations' legal files, as the office and the organisation itself see them."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import LegalFileState
from ancu.apps.dossiers.models import LegalFile
from ancu.apps.files.models import StoredFile
from ancu.core.actor import Actor
from ancu.core.db.differences import FieldDifference, differences
from ancu.core.errors import Http404, require

PAGE = 50
SCANS = ("licence", "na16")
STATED_FIELDS = {
    "name": _("Name of the organisation"),
    "tax_code": _("Tax code"),
    "licence_number": _("Number of the licence or decision"),
    "licence_date": _("Date of the licence"),
    "licence_authority": _("Licence issued by"),
    "address": _("Address of the head office"),
    "phone": _("Phone"),
    "email": _("Email"),
    "field": _("Activities of the organisation"),
    "signatory_name": _("Signatory’s full name"),
    "signatory_title": _("Position"),
    "valid_from": _("Seal and signature valid from"),
}


def legal_files(actor: Actor) -> QuerySet[LegalFile]:
    """Return every version of all organisations' legal files; 403 for actors who may not read them."""
    require(rules.reads_legal_files(actor))
    return LegalFile.objects.all()


def undecided_files(actor: Actor) -> list[LegalFile]:
    """Return the legal files' versions that wait for a decision, oldest first; one page at most."""
    return list(legal_files(actor).filter(state=LegalFileState.SUBMITTED).order_by("submitted_at", "id")[:PAGE])


def decided_files(actor: Actor) -> list[LegalFile]:
    """Return the legal files' versions last approved or returned, latest decision first; one page at most."""
    files = legal_files(actor).filter(state__in=[LegalFileState.APPROVED, LegalFileState.RETURNED])
    return list(files.order_by("-decided_at", "-id")[:PAGE])


def get_legal_file(actor: Actor, pk: int) -> LegalFile:
    """Return the version of a legal file with this id, for an officer of dossiers.

    403 for everybody else, 404 when there is none.
    """
    related = ("organisation", "submitted_by", "licence_scan", "na16_scan", "decided_by")
    files = legal_files(actor).select_related(*related)
    return get_object_or_404(files, pk=pk)


def versions_of(legal_file: LegalFile) -> QuerySet[LegalFile]:
    """Return all versions of the same organisation's legal file, the newest first."""
    return LegalFile.objects.filter(organisation=legal_file.organisation_id).order_by("-version")


def last_return(legal_file: LegalFile) -> LegalFile | None:
    """Return the legal file's version just before this one if the office returned it; otherwise None."""
    before = LegalFile.objects.filter(organisation=legal_file.organisation_id, version=legal_file.version - 1)
    return before.filter(state=LegalFileState.RETURNED).first()


def changes_since(before: LegalFile, legal_file: LegalFile) -> list[FieldDifference]:
    """Return the fields of ``legal_file`` that the organisation states differently than in ``before``."""
    return differences(before, legal_file, STATED_FIELDS)


def scan_of(legal_file: LegalFile, which: str) -> StoredFile:
    """Return a legal file's scan ``which``: ``licence`` or ``na16``; 404 for another name or a deleted scan."""
    if which not in SCANS:
        raise Http404
    scan: StoredFile | None = getattr(legal_file, f"{which}_scan")
    if scan is None:  # deleted at the end of its retention period (services.retention)
        raise Http404
    return scan


def own_versions(actor: Actor) -> list[LegalFile]:
    """Return every version of the actor's own organisation, the newest first."""
    require(rules.reads_own_legal(actor))
    own = LegalFile.objects.filter(organisation=actor.organisation_id or 0)
    return list(own.select_related("submitted_by", "licence_scan", "na16_scan").order_by("-version"))


def get_own_version(actor: Actor, version: int) -> LegalFile:
    """Return one version of the actor's organisation; 403 for members of no sponsor, 404 when there is none."""
    require(rules.reads_own_legal(actor))
    own = LegalFile.objects.filter(organisation=actor.organisation_id or 0).select_related("licence_scan", "na16_scan")
    return get_object_or_404(own, version=version)


def starting_version(versions: list[LegalFile]) -> LegalFile | None:
    """Return the newest returned or approved version, whose values prefill a new one; None without such a version.

    ``versions`` are one organisation's, newest first.
    """
    starting_states = {LegalFileState.RETURNED, LegalFileState.APPROVED}
    return next((version for version in versions if version.state in starting_states), None)
