"""What an organisation's program does: file a whole dossier at once, and give papers. The acts are the page's."""

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
from ancu.apps.dossiers.selectors.papers import Place, places_of
from ancu.apps.dossiers.selectors.preflight import Stays, findings
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.papers import photo_findings, put
from ancu.apps.dossiers.services.passports import read_unread
from ancu.apps.dossiers.services.preflight import may_ask
from ancu.apps.files.services import FileRefused
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.web.language import both_languages
from ancu.engines.rulebook import Answers, Charge, Finding

REFUSALS: dict[str, tuple[Any, Any]] = {
    "unknown_component": (_("This procedure has no such paper."), _("See the components of the procedure.")),
    "original_not_taken": (
        _("The original of this paper is not asked for."),
        _("Send it as a file."),
    ),
}


@dataclass(frozen=True, slots=True)
class SentPaper:
    """One paper: its bytes, the address of what was sent in parts, or the promise to bring the original."""

    name: str = ""
    content: bytes | None = None
    upload: str = ""
    original: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A dossier as a program files it; ``digest`` is that of all it sent."""

    reference: str
    digest: str
    procedure: str
    answers: Answers
    papers: Mapping[str, SentPaper]
    send: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class PhotoFinding:
    """What an officer would object to in a photo, in both languages: code, then message and mend of each."""

    component: str
    code: str
    message_vi: str
    message_en: str
    mend_vi: str
    mend_en: str


@dataclass(frozen=True, slots=True)
class Filed:
    """``created`` is False for a reference that came before. ``notes``: what was changed about each paper.

    ``unasked`` is what was found without the stays on record.
    """

    dossier: Dossier
    created: bool
    found: tuple[Finding, ...] = ()
    photos: tuple[PhotoFinding, ...] = ()
    charges: tuple[Charge, ...] = ()
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unasked: tuple[Finding, ...] = ()


class PapersRefused(Exception):
    """Papers that cannot be taken, by component; nothing of the dossier was kept."""

    def __init__(self, refused: Mapping[str, FileRefused]) -> None:
        super().__init__(", ".join(refused))
        self.refused = refused


class _Twin(Exception):
    """The same reference is being filed at this moment; the other one was first."""


def find(actor: Actor, reference: str, digest: str) -> Dossier | None:
    """The dossier filed under this reference; Conflict when something else was sent under it."""
    same = ClientReference.objects.filter(organisation_id=actor.organisation_id or 0, reference=reference)
    known = same.select_related("dossier").first()
    if known is None:
        return None
    if known.digest != digest:
        told = _("This reference stands for dossier %(number)s, and what was sent then is not what was sent now.")
        raise Conflict("reference_reused", told % {"number": known.dossier.number})
    return known.dossier


def file_dossier(actor: Actor, order: Order) -> Filed:
    """All of it or nothing: draft, papers and, when asked for, the sending.

    The same reference again gives the same dossier, two at once too: the second waits at the reference until the
    first has committed, then reads what that one made. Raises PapersRefused, and filing.Incomplete when it was to
    be sent and the pre-flight forbids it; nothing is kept then, so it may be mended and sent under its own reference.
    """
    require(rules.may_start(actor) and rules.may_file_as(actor, Filer.ORGANISATION))
    try:
        with transaction.atomic(), override(get_user(actor.user_id or 0).language):
            filed = _file(actor, order)
            transaction.set_rollback(order.dry_run)
    except _Twin:
        known = find(actor, order.reference, order.digest)
        if known is None:  # it was taken back meanwhile: nothing stands, and the program tries again
            raise Conflict("busy", _("The same dossier is being filed by another call. Please try again.")) from None
        return Filed(known, created=False)
    if order.dry_run:
        record(actor, "dossiers.tried", ("dossiers.dossier", "dry-run"), procedure=order.procedure)
        if not may_ask(actor, filed.dossier, kept=False):  # asked here, since within it would be rolled back
            return replace(filed, found=filed.unasked)
    return filed


def _file(actor: Actor, order: Order) -> Filed:
    dossier = filing.start(actor, procedure=order.procedure, filer=Filer.ORGANISATION, answers=order.answers)
    if not order.dry_run:
        _name(actor, dossier, order)
    notes = _give_all(actor, dossier, order.papers)
    read_unread(dossier)  # within this act: it answers with what was found, and may send at once
    asks = order.dry_run or may_ask(actor, dossier)
    unasked = findings(dossier, Stays.NOTHING)
    found = findings(dossier, Stays.STATED) if asks else unasked
    photos = photo_words(dossier)
    if order.send:
        try:
            dossier = filing.submit(actor, dossier=dossier)
        except filing.Incomplete:
            if not order.dry_run:
                raise
    return Filed(dossier, True, found, photos, fee_items(dossier), notes, unasked)


@transaction.atomic
def change(actor: Actor, *, dossier: Dossier, answers: Answers, revision: int) -> Dossier:
    """Keep answers that were read. A page saves with each key and leaves no word; a program's call is one act."""
    saved = filing.save(actor, dossier=dossier, answers=answers, revision=revision)
    record(actor, "dossiers.saved", saved, number=saved.number)
    return saved


def _name(actor: Actor, dossier: Dossier, order: Order) -> None:
    try:
        with transaction.atomic():
            ClientReference.objects.create(
                dossier=dossier,
                organisation_id=actor.organisation_id or 0,
                reference=order.reference,
                digest=order.digest,
            )
    except IntegrityError as twin:
        raise _Twin from twin


def _give_all(actor: Actor, dossier: Dossier, papers: Mapping[str, SentPaper]) -> dict[str, tuple[str, ...]]:
    """Every paper is tried, so that all refusals are told at once."""
    notes: dict[str, tuple[str, ...]] = {}
    refused: dict[str, FileRefused] = {}
    for key, paper in papers.items():
        try:
            notes[key] = give(actor, dossier=dossier, key=key, paper=paper)
        except FileRefused as why:
            refused[key] = why
    if refused:
        raise PapersRefused(refused)
    return notes


@transaction.atomic
def give(actor: Actor, *, dossier: Dossier, key: str, paper: SentPaper) -> tuple[str, ...]:
    """Put one paper in its place, or promise its original; returns what was changed about it.

    Raises FileRefused in words that say how to mend it; then what was there stays.
    """
    place = _place(dossier, key)
    if not paper.original:
        sent = None if paper.content is None else ContentFile(paper.content, paper.name or key)
        return put(actor, dossier=dossier, key=key, upload_id=paper.upload, sent=sent)
    if not place.may_promise:
        raise FileRefused("original_not_taken", *REFUSALS["original_not_taken"])
    filing.promise_by_post(actor, dossier=dossier, key=key)
    return ()


def _place(dossier: Dossier, key: str) -> Place:
    """As the page offers it: a paper that the answers rule out has no place."""
    for place in places_of(dossier):
        if place.asked.key == key:
            return place
    raise FileRefused("unknown_component", *REFUSALS["unknown_component"])


def photo_words(dossier: Dossier, key: str = "") -> tuple[PhotoFinding, ...]:
    """The photo's findings in both languages; the officer decides, so none of them forbids the sending."""
    found: list[PhotoFinding] = []
    held = dossier.components.select_related("file").exclude(file=None)
    for component in held.filter(key=key) if key else held:
        vi, en = both_languages(lambda one=component: photo_findings(dossier, one))  # type: ignore[misc]
        found += [
            PhotoFinding(component.key, a["code"], a["message"], b["message"], a["mend"], b["mend"])
            for a, b in zip(vi, en, strict=True)
        ]
    return tuple(found)
