"""What a sponsor reads before signing, and what changed since an earlier signature."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Component, Dossier, DossierEvent, Filing, Signature
from ancu.apps.dossiers.selectors.page import FilerPaper, filer_papers, in_words
from ancu.apps.dossiers.selectors.printed import PrintedForm, printed_forms
from ancu.apps.dossiers.selectors.printed import in_words as answer_in_words
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.signatures import digest_of, papers_of
from ancu.apps.files.models import StoredFile
from ancu.core.actor import Actor, ActorKind
from ancu.core.templatetags.ui import moment
from ancu.core.web.language import reader_language
from ancu.engines.rulebook import Procedure


@dataclass(frozen=True)
class DossierChange:
    """One difference in words; the old or new text is empty for something added or removed.

    ``key`` names the field ("NA8.full_name") or the paper.
    """

    label: str
    before: str
    after: str
    key: str = ""


@dataclass(frozen=True)
class SigningPage:
    dossier: Dossier
    procedure: Procedure
    forms: list[PrintedForm]
    papers: list[FilerPaper]
    digest: str
    signed: Signature | None
    changes: list[DossierChange]
    may_sign: bool


def signing_page(actor: Actor, dossier: Dossier) -> SigningPage:
    """Return what the sponsor is shown to sign, and what changed since an earlier signature.

    ``signed`` is the actor's latest signature; ``may_sign`` if there is none for the present content.
    """
    procedure, digest = procedure_of(dossier), digest_of(dossier)
    signed = dossier.signatures.filter(signed_by_id=actor.user_id).order_by("-pk").first()
    valid = signed is not None and signed.digest == digest
    return SigningPage(
        dossier=dossier,
        procedure=procedure,
        forms=printed_forms(dossier, reader_language()),
        papers=filer_papers(dossier, procedure),
        digest=digest,
        signed=signed,
        changes=[] if signed is None or valid else list(changes_since(dossier, procedure, signed)),
        may_sign=rules.may_sign(actor, dossier) and not valid,
    )


def changes_since(
    dossier: Dossier, procedure: Procedure, signed: Signature | Filing, until: Filing | None = None
) -> Iterator[DossierChange]:
    """Yield the answers and papers that differ from what was signed or sent.

    Compared with the dossier's present content, or with the later filing ``until``.
    """
    answers = dossier.answers if until is None else until.answers
    for form in procedure.forms:
        before: Mapping[str, Any] = signed.answers.get(form.code) or {}
        after: Mapping[str, Any] = answers.get(form.code) or {}
        for key, field in form.fields.items():
            if (before.get(key) or "") != (after.get(key) or ""):
                old, new = (_answer_text(field, values.get(key)) for values in (before, after))
                if old == new:
                    continue  # only spelt differently, as a telephone number with and without spaces
                yield DossierChange(f"{form.code}: {in_words(field, 'label')}", old, new, f"{form.code}.{key}")
    yield from _paper_changes(dossier, procedure, signed.papers, papers_of(dossier) if until is None else until.papers)


def _answer_text(field: Any, value: Any) -> str:
    """Return an answer as text in the reader's language; of a table the rows, separated by ";"."""
    if field.kind != "table":
        return answer_in_words(field, value, reader_language())
    rows = value if isinstance(value, list) else []
    cells = [
        [answer_in_words(column, row.get(column.key), reader_language()) for column in field.columns] for row in rows
    ]
    return "; ".join(", ".join(cell for cell in row if cell) for row in cells)


def _paper_changes(
    dossier: Dossier, procedure: Procedure, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[DossierChange]:
    """Yield a change for each paper whose file differs between ``before`` and ``after``.

    Both have the files' SHA-256 by the paper's key.
    """
    names = {component.key: in_words(component, "label") for component in procedure.components}
    changed = [
        key
        for key in [*names, *sorted((before.keys() | after.keys()) - names.keys())]
        if before.get(key) != after.get(key)
    ]
    files = _files_ever_given(dossier) if changed else {}
    for key in changed:
        old, new = (_file_in_words(values.get(key, ""), files) for values in (before, after))
        yield DossierChange(names.get(key, key), old, new, key)


def _files_ever_given(dossier: Dossier) -> dict[str, StoredFile]:
    """Return the dossier's files by hash, including replaced ones."""
    versions: Any = Component._meta.get_field("events").related_model
    replaced = versions.objects.filter(dossier_id=dossier.pk).exclude(file=None).select_related("file")
    present = dossier.components.exclude(file=None).select_related("file")
    return {paper.file.sha256: paper.file for paper in (*replaced, *present)}


def _file_in_words(sha256: str, files: Mapping[str, StoredFile]) -> str:
    """Return the dossier's file with this SHA-256 as text: name, size and upload time.

    "another file" if it is unknown, "" for an empty hash.
    """
    file = files.get(sha256)
    if file is None:
        return _("another file") if sha256 else ""
    return f"{file.name}, {filesizeformat(file.size)}, {moment(file.created_at)}"


@dataclass(frozen=True)
class DeclinedSignature:
    """The last sponsor who was asked and declined."""

    who: str
    reason: str
    at: datetime


def last_declined_signature(dossier: Dossier) -> DeclinedSignature | None:
    """Return the sponsor's name, reason and time of the latest refusal to sign the dossier.

    None if nobody declined, or another sponsor was asked since.
    """
    requests = dossier.events.filter(act__in=["asked_signature", "declined_signature"]).select_related("by")
    last = requests.order_by("-sequence").first()
    if last is None or last.act != "declined_signature":
        return None
    return DeclinedSignature(last.by.full_name if last.by else "", last.reason, last.at)


@dataclass(frozen=True)
class DeclinedRequest:
    """What a person who declined to sponsor a dossier can still read about it."""

    number: str
    procedure: Procedure
    asker: str
    at: datetime
    reason: str


def declined_request(actor: Actor, number: str) -> DeclinedRequest | None:
    """Return the actor's own latest refusal to sponsor the dossier; None when there is none."""
    if actor.kind is not ActorKind.PERSON or actor.is_agency:
        return None
    refusals = DossierEvent.objects.filter(dossier__number=number, act="declined_signature", by_id=actor.user_id)
    event = refusals.select_related("dossier__filed_by").order_by("-sequence").first()
    if event is None:
        return None
    dossier = event.dossier
    return DeclinedRequest(number, procedure_of(dossier), dossier.filed_by.full_name, event.at, event.reason)
