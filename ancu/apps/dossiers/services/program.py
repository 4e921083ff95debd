"""What an organisation's program does: file a complete dossier, and give papers, by the same services as the pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ancu.apps.accounts.selectors import get_user
from ancu.apps.audit.services import record
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.models import ClientReference, Dossier
from ancu.apps.dossiers.selectors.money import fee_items
from ancu.apps.dossiers.selectors.papers import PaperPlace, places_of
from ancu.apps.dossiers.selectors.preflight import StayDisclosure, findings
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.papers import photo_findings, put_paper
from ancu.apps.dossiers.services.passports import read_unread
from ancu.apps.dossiers.services.preflight import count_stay_question
from ancu.apps.files.services import FileRefused
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.web.language import both_languages
from ancu.engines.rulebook import Answers, ChargeRule, CheckFinding

REFUSALS: dict[str, tuple[Any, Any]] = {
    "unknown_component": (_("This procedure has no such paper."), _("See the components of the procedure.")),
    "original_not_taken": (
        _("The original of this paper is not required."),
        _("Send it as a file."),
    ),
}


@dataclass(frozen=True, slots=True)
class SentPaper:
    """One paper: its bytes, the id of an upload in parts, or the promise to bring the original."""

    name: str = ""
    content: bytes | None = None
    upload: str = ""
    original: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingOrder:
    """A dossier to be filed by a program; ``digest`` is the hash of the whole request."""

    reference: str
    digest: str
    procedure: str
    answers: Answers
    papers: Mapping[str, SentPaper]
    send: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class PhotoFinding:
    """A problem of a photo, in both languages: code, then message and fix of each."""

    component: str
    code: str
    message_vi: str
    message_en: str
    mend_vi: str
    mend_en: str


@dataclass(frozen=True, slots=True)
class FilingResult:
    """The outcome of filing. ``created`` is False for a repeated reference; ``notes`` are the changes to each paper.

    ``findings_without_stays`` were computed without the recorded stays.
    """

    dossier: Dossier
    created: bool
    findings: tuple[CheckFinding, ...] = ()
    photos: tuple[PhotoFinding, ...] = ()
    charges: tuple[ChargeRule, ...] = ()
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    findings_without_stays: tuple[CheckFinding, ...] = ()


class PapersRefused(Exception):
    """Papers that cannot be stored, by component; nothing of the dossier was stored."""

    def __init__(self, refused: Mapping[str, FileRefused]) -> None:
        super().__init__(", ".join(refused))
        self.refused = refused


class _DuplicateReference(Exception):
    """A concurrent request is filing the same reference and came first."""


def find_by_reference(actor: Actor, reference: str, digest: str) -> Dossier | None:
    """Return the dossier that the actor's organisation filed under this reference; None without one.

    Conflict when it was filed with other content, that is another ``digest``.
    """
    same = ClientReference.objects.filter(organisation_id=actor.organisation_id or 0, reference=reference)
    reference_row = same.select_related("dossier").first()
    if reference_row is None:
        return None
    if reference_row.digest != digest:
        sentence = _("This reference already belongs to dossier %(number)s, which was sent with different data.")
        raise Conflict("reference_reused", sentence % {"number": reference_row.dossier.number})
    return reference_row.dossier


def file_dossier(actor: Actor, order: FilingOrder) -> FilingResult:
    """File a dossier in one transaction: draft, papers and, if requested, the submission.

    A repeated reference returns the same dossier. Of two concurrent requests the second waits for the first's commit,
    then returns its dossier. Raises PapersRefused, or DossierIncomplete when the pre-flight blocks the submission;
    then nothing is stored, and the request may be corrected and repeated under its reference.
    """
    require(rules.may_start(actor) and rules.may_file_as(actor, Filer.ORGANISATION))
    try:
        with transaction.atomic(), override(get_user(actor.user_id or 0).language):
            filed = _file_in_transaction(actor, order)
            transaction.set_rollback(order.dry_run)
    except _DuplicateReference:
        existing = find_by_reference(actor, order.reference, order.digest)
        if existing is None:  # withdrawn since: nothing is stored, and the program tries again
            raise Conflict("busy", _("The same dossier is being submitted by another call. Try again.")) from None
        return FilingResult(existing, created=False)
    if order.dry_run:
        record(actor, "dossiers.tried", ("dossiers.dossier", "dry-run"), procedure=order.procedure)
        if not count_stay_question(
            actor, filed.dossier, is_stored=False
        ):  # counted here, because within the transaction it would be rolled back
            return replace(filed, findings=filed.findings_without_stays)
    return filed


def _file_in_transaction(actor: Actor, order: FilingOrder) -> FilingResult:
    """File the dossier and its papers, and send it if requested, in the present transaction.

    A dry run does the same without the reference; the caller rolls it back.
    """
    dossier = filing.start(actor, procedure=order.procedure, filer=Filer.ORGANISATION, answers=order.answers)
    if not order.dry_run:
        _claim_reference(actor, dossier, order)
    notes = _give_papers(actor, dossier, order.papers)
    read_unread(dossier)  # within this transaction: the response contains the findings, and it may be sent at once
    compares_stays = order.dry_run or count_stay_question(actor, dossier)
    without_stays = findings(dossier, StayDisclosure.NOTHING)
    all_findings = findings(dossier, StayDisclosure.STATED) if compares_stays else without_stays
    photos = photo_findings_in_both_languages(dossier)
    if order.send:
        try:
            dossier = filing.submit(actor, dossier=dossier)
        except filing.DossierIncomplete:
            if not order.dry_run:
                raise
    return FilingResult(dossier, True, all_findings, photos, fee_items(dossier), notes, without_stays)


@transaction.atomic
def change(actor: Actor, *, dossier: Dossier, answers: Answers, revision: int) -> Dossier:
    """Store validated answers. A page saves constantly without audit; a program's call is one audited act."""
    saved = filing.save(actor, dossier=dossier, answers=answers, revision=revision)
    record(actor, "dossiers.saved", saved, number=saved.number)
    return saved


def _claim_reference(actor: Actor, dossier: Dossier, order: FilingOrder) -> None:
    """Store the program's reference; _DuplicateReference when a simultaneous call stored it first."""
    try:
        with transaction.atomic():
            ClientReference.objects.create(
                dossier=dossier,
                organisation_id=actor.organisation_id or 0,
                reference=order.reference,
                digest=order.digest,
            )
    except IntegrityError as twin:
        raise _DuplicateReference from twin


def _give_papers(actor: Actor, dossier: Dossier, papers: Mapping[str, SentPaper]) -> dict[str, tuple[str, ...]]:
    """Store every paper; return the notes by key. Raises PapersRefused with all refusals at once."""
    notes: dict[str, tuple[str, ...]] = {}
    refused: dict[str, FileRefused] = {}
    for key, paper in papers.items():
        try:
            notes[key] = give_paper(actor, dossier=dossier, key=key, paper=paper)
        except FileRefused as why:
            refused[key] = why
    if refused:
        raise PapersRefused(refused)
    return notes


@transaction.atomic
def give_paper(actor: Actor, *, dossier: Dossier, key: str, paper: SentPaper) -> tuple[str, ...]:
    """Store one paper, or promise its original; return what was changed about it.

    Raises FileRefused with a sentence that says how to fix it; then the former paper stays.
    """
    paper_place = _paper_place(dossier, key)
    if not paper.original:
        sent = None if paper.content is None else ContentFile(paper.content, paper.name or key)
        return put_paper(actor, dossier=dossier, key=key, upload_id=paper.upload, sent=sent)
    if not paper_place.may_promise:
        raise FileRefused("original_not_taken", *REFUSALS["original_not_taken"])
    filing.promise_by_post(actor, dossier=dossier, key=key)
    return ()


def _paper_place(dossier: Dossier, key: str) -> PaperPlace:
    """Return the paper's slot as the page shows it; FileRefused when the dossier's answers rule the paper out."""
    for place in places_of(dossier):
        if place.component.key == key:
            return place
    raise FileRefused("unknown_component", *REFUSALS["unknown_component"])


def photo_findings_in_both_languages(dossier: Dossier, key: str = "") -> tuple[PhotoFinding, ...]:
    """Return in both languages the problems of the photo ``key``, or of all the dossier's photos.

    An officer decides about photos, so none of the problems is blocking.
    """
    all_findings: list[PhotoFinding] = []
    components = dossier.components.select_related("file").exclude(file=None)
    for component in components.filter(key=key) if key else components:
        vi, en = both_languages(lambda photo=component: photo_findings(dossier, photo))  # type: ignore[misc]
        all_findings += [
            PhotoFinding(component.key, a["code"], a["message"], b["message"], a["mend"], b["mend"])
            for a, b in zip(vi, en, strict=True)
        ]
    return tuple(all_findings)
