"""What a sponsor reads before he signs, and what has changed since he signed before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Component, Dossier, Event, Filing, Signature
from ancu.apps.dossiers.selectors.page import Paper, in_words, papers
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
class Change:
    """One thing that is not as it was; empty for what was not there, or is there no more.

    ``key`` names the field ("NA8.full_name") or the paper.
    """

    label: str
    before: str
    after: str
    key: str = ""


@dataclass(frozen=True)
class ToSign:
    dossier: Dossier
    procedure: Procedure
    forms: list[PrintedForm]
    papers: list[Paper]
    digest: str
    signed: Signature | None
    changes: list[Change]
    may_sign: bool


def to_sign(actor: Actor, dossier: Dossier) -> ToSign:
    """``signed`` is the actor's latest signature; ``may_sign`` when it does not cover what stands there now."""
    procedure, digest = procedure_of(dossier), digest_of(dossier)
    signed = dossier.signatures.filter(signed_by_id=actor.user_id).order_by("-pk").first()
    valid = signed is not None and signed.digest == digest
    return ToSign(
        dossier=dossier,
        procedure=procedure,
        forms=printed_forms(dossier, reader_language()),
        papers=papers(dossier, procedure),
        digest=digest,
        signed=signed,
        changes=[] if signed is None or valid else list(changes_since(dossier, procedure, signed)),
        may_sign=rules.may_sign(actor, dossier) and not valid,
    )


def changes_since(
    dossier: Dossier, procedure: Procedure, signed: Signature | Filing, until: Filing | None = None
) -> Iterator[Change]:
    """The answers and papers that are not as they were signed or sent; as they stand now, or were sent ``until``."""
    answers = dossier.answers if until is None else until.answers
    for form in procedure.forms:
        before: Mapping[str, Any] = signed.answers.get(form.code) or {}
        after: Mapping[str, Any] = answers.get(form.code) or {}
        for key, field in form.fields.items():
            if (before.get(key) or "") != (after.get(key) or ""):
                old, new = (_said(field, values.get(key)) for values in (before, after))
                if old == new:
                    continue  # written otherwise, as a telephone number with and without spaces
                yield Change(f"{form.code}: {in_words(field, 'label')}", old, new, f"{form.code}.{key}")
    yield from _papers_changed(dossier, procedure, signed.papers, papers_of(dossier) if until is None else until.papers)


def _said(field: Any, value: Any) -> str:
    if field.kind != "table":
        return answer_in_words(field, value, reader_language())
    rows = value if isinstance(value, list) else []
    told = [[answer_in_words(one, row.get(one.key), reader_language()) for one in field.columns] for row in rows]
    return "; ".join(", ".join(cell for cell in row if cell) for row in told)


def _papers_changed(
    dossier: Dossier, procedure: Procedure, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Change]:
    names = {one.key: in_words(one, "label") for one in procedure.components}
    changed = [
        key
        for key in [*names, *sorted((before.keys() | after.keys()) - names.keys())]
        if before.get(key) != after.get(key)
    ]
    files = _files_ever_given(dossier) if changed else {}
    for key in changed:
        old, new = (_file_in_words(values.get(key, ""), files) for values in (before, after))
        yield Change(names.get(key, key), old, new, key)


def _files_ever_given(dossier: Dossier) -> dict[str, StoredFile]:
    """The dossier's files by hash, those that others took the place of included."""
    versions: Any = Component._meta.get_field("events").related_model
    keys = {*versions.objects.filter(dossier_id=dossier.pk).exclude(file=None).values_list("file_id", flat=True)}
    keys |= {*dossier.components.exclude(file=None).values_list("file_id", flat=True)}
    return {file.sha256: file for file in StoredFile.objects.filter(pk__in=keys)}


def _file_in_words(sha256: str, files: Mapping[str, StoredFile]) -> str:
    """As a person tells files apart: by name, size and when it was sent."""
    file = files.get(sha256)
    if file is None:
        return _("another file") if sha256 else ""
    return f"{file.name}, {filesizeformat(file.size)}, {moment(file.created_at)}"


@dataclass(frozen=True)
class Declined:
    """The last sponsor who was asked and did not sign."""

    who: str
    reason: str
    at: datetime


def declined(dossier: Dossier) -> Declined | None:
    """None once another was asked."""
    asked = dossier.events.filter(act__in=["asked_signature", "declined_signature"]).select_related("by")
    last = asked.order_by("-sequence").first()
    if last is None or last.act != "declined_signature":
        return None
    return Declined(last.by.full_name if last.by else "", last.reason, last.at)


@dataclass(frozen=True)
class DeclinedRequest:
    """What somebody who declined to sponsor a dossier still reads of it."""

    number: str
    procedure: Procedure
    asker: str
    at: datetime
    reason: str


def declined_request(actor: Actor, number: str) -> DeclinedRequest | None:
    """The actor's own latest refusal to sponsor the dossier; None where there was none."""
    if actor.kind is not ActorKind.PERSON or actor.is_agency:
        return None
    refusals = Event.objects.filter(dossier__number=number, act="declined_signature", by_id=actor.user_id)
    event = refusals.select_related("dossier__filed_by").order_by("-sequence").first()
    if event is None:
        return None
    dossier = event.dossier
    return DeclinedRequest(number, procedure_of(dossier), dossier.filed_by.full_name, event.at, event.reason)
