"""Responses to programs of organisations: codes, sentences in both languages, dates in Viet Nam."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from django.conf import settings
from django.urls import reverse

from ancu.apps.dossiers.enums import EDITABLE
from ancu.apps.dossiers.models import Component, Dossier
from ancu.apps.dossiers.selectors.money import FeeStatus, fee_of
from ancu.apps.dossiers.selectors.page import expected_dates, filer_papers, open_supplement, supplement_items
from ancu.apps.dossiers.selectors.papers import PaperPlace, places_of
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.program import NextAction, next_steps, reference_of
from ancu.apps.dossiers.services.preflight import preflight_of
from ancu.apps.dossiers.services.program import FilingResult, PhotoFinding
from ancu.apps.files.services import notes_in_words
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.web.problems import in_both_languages
from ancu.engines.rulebook import ChargeRule, CheckFinding


class DossierError(msgspec.Struct):
    """Why something was refused: ``field`` is "FORM.key", "FORM.table.0.key", "papers.KEY" or a name of the body."""

    field: str
    code: str
    message_vi: str
    message_en: str
    mend_vi: str = ""
    mend_en: str = ""


class DossierFinding(msgspec.Struct):
    """What an officer would find. A ``blocking`` one forbids the sending; of a ``warning`` he would ask."""

    code: str
    severity: str
    field: str | None
    component: str | None
    what_vi: str
    what_en: str
    why_vi: str
    why_en: str
    how_vi: str
    how_en: str
    article_vi: str
    article_en: str


class DossierPaper(msgspec.Struct):
    """One place of the procedure. ``wanted``: the answers ask for it. ``reason_code``: why it came back."""

    key: str
    required: bool = msgspec.field(name="wanted")
    state: str
    original_promised: bool
    may_promise_original: bool
    pages: int | None
    sha256: str | None
    given_at: datetime | None
    reason_code: str
    reason: str


class NextStep(msgspec.Struct):
    """The next step, for a person or the program, and the page where a person takes it."""

    what: str
    message_vi: str
    message_en: str
    url: str


class DossierFee(msgspec.Struct):
    """``state``: none, follows (once the day's rate is known), due, paid, or ended. VND at the stored rate."""

    state: str
    usd: str | None
    vnd: int | None
    reference: str | None
    receipt: str | None


class LackingItem(msgspec.Struct):
    """A paper or field that the officer sent back; ``mended`` once it was changed."""

    kind: str
    key: str
    reason_code: str
    reason: str
    mended: bool


class DossierSupplement(msgspec.Struct):
    asked_at: datetime
    answer_by: date | None
    note: str
    items: list[LackingItem]


class DossierResult(msgspec.Struct):
    number: str
    symbol: str
    valid_from: date
    valid_until: date
    delivered_at: datetime | None


class DossierExpected(msgspec.Struct):
    """``due_on`` is the day the law owes; the others are the office's promise (four times in five)."""

    due_on: date | None
    earliest_on: date | None
    likely_on: date | None
    latest_on: date | None


class DossierLine(msgspec.Struct, kw_only=True):
    """A dossier as the list gives it."""

    number: str
    client_reference: str | None
    procedure: str
    state: str
    full_name: str
    birth_date: str
    nationality: str
    document_number: str
    created_at: datetime
    submitted_at: datetime | None
    accepted_at: datetime | None
    due_on: date | None
    decided_at: datetime | None
    ended_at: datetime | None
    url: str


class DossierOut(DossierLine, kw_only=True):
    """A dossier in its present state. ``findings`` are listed while it can be edited."""

    version: str
    revision: int
    handover: str
    reason: str
    article: str
    answers: dict[str, dict[str, Any]]
    papers: list[DossierPaper]
    findings: list[DossierFinding]
    fee: DossierFee
    supplement: DossierSupplement | None
    expected: DossierExpected | None
    result: DossierResult | None
    next: list[NextStep]


class FiledOut(msgspec.Struct, kw_only=True):
    """The answer to filing. A dry run has no dossier; ``created`` is false for a reference that came before."""

    status: str
    dry_run: bool
    created: bool
    dossier: DossierOut | None
    answers: dict[str, dict[str, Any]]
    findings: list[DossierFinding]
    notices: list[DossierError]
    fees: list[dict[str, Any]]


# ---- making them ---------------------------------------------------------------------------------------


def error_out(where: str, code: str, words: Any, mend: Any = "") -> DossierError:
    """Return an error at the location ``where``, with its sentence and how to fix it in both languages."""
    return DossierError(where[:150], code, *in_both_languages(words), *in_both_languages(mend))


def finding_out(finding: CheckFinding) -> DossierFinding:
    """Return a finding of the pre-flight check in the form of the API."""
    return DossierFinding(*(getattr(finding, name) for name in DossierFinding.__struct_fields__))


def photo_out(finding: PhotoFinding) -> DossierFinding:
    """Return a problem of a photo in the form of the API, as a warning, since an officer decides about photos."""
    return DossierFinding(
        f"photo_{finding.code}", "warning", None, finding.component, finding.message_vi, finding.message_en, "", "",
        finding.mend_vi, finding.mend_en, "", "",
    )  # fmt: skip


def fee_line(charge: ChargeRule) -> dict[str, Any]:
    """Return a line of the fee in the form of the API: code, names, amounts, article, confidence."""
    plain = ("code", "name_vi", "name_en", "unit_usd", "quantity", "usd", "article_vi", "article_en", "confidence")
    return {name: getattr(charge, name) for name in plain}


def address(path: str) -> str:
    """Return the full URL of a path on this site, beginning with the public address."""
    return f"{settings.PUBLIC_URL}{path}"


def line_out(dossier: Dossier) -> DossierLine:
    """Return a dossier in the form in which the API lists it."""
    return DossierLine(**_line(dossier))


def _line(dossier: Dossier) -> dict[str, Any]:
    """Return the values, by name, that the API gives of a dossier in a list and alone."""
    plain_fields = [name for name in DossierLine.__struct_fields__ if name not in {"client_reference", "url"}]
    return {
        **{name: _local(getattr(dossier, name)) for name in plain_fields},
        "client_reference": reference_of(dossier),
        "url": address(reverse("dossiers:page", args=[dossier.number])),
    }


def _local(value: Any) -> Any:
    """Return a time converted to Viet Nam's time zone; any other value unchanged."""
    return clock.local(value) if isinstance(value, datetime) else value


def dossier_out(actor: Actor, dossier: Dossier) -> DossierOut:
    """Return a dossier with its papers, findings, fee, request for documents, and result."""
    findings = preflight_of(actor, dossier).findings if dossier.state in EDITABLE else ()
    fee = fee_of(dossier)
    return DossierOut(
        **_line(dossier),
        version=dossier.version,
        revision=dossier.revision,
        handover=dossier.handover,
        reason=dossier.reason,
        article=dossier.article,
        answers=dossier.answers,
        papers=[paper_out(place) for place in places_of(dossier)],
        findings=[finding_out(finding) for finding in findings],
        fee=_fee(fee),
        supplement=_supplement(dossier),
        expected=_expected(dossier),
        result=_result(dossier),
        next=[_next(step) for step in next_steps(actor, dossier, findings, fee)],
    )


def paper_out(place: PaperPlace) -> DossierPaper:
    """Return a paper's place in the dossier in the form of the API: whether required, state, file and verdict."""
    received = place.received or Component()
    return DossierPaper(
        key=place.component.key,
        required=place.is_required,
        state=str(place.state),
        original_promised=received.by_post,
        may_promise_original=place.may_promise,
        pages=received.pages,
        sha256=received.file.sha256 if received.file else None,
        given_at=_local(received.given_at),
        reason_code=received.reason_code,
        reason=received.reason,
    )


def _next(step: NextAction) -> NextStep:
    """Return the next step in the form of the API, with sentences in both languages and its URL."""
    return NextStep(step.what, *in_both_languages(step.words), address(step.path))


def _fee(fee: FeeStatus) -> DossierFee:
    """Return the state of the fee in the form of the API; amounts, reference and receipt only once it is charged."""
    charge = fee.charge
    if charge is None:
        return DossierFee(fee.state, None, None, None, None)
    receipt = str(fee.receipt) if fee.receipt else None
    return DossierFee(fee.state, str(charge.usd), charge.vnd, charge.reference, receipt)


def _supplement(dossier: Dossier) -> DossierSupplement | None:
    """Return the open request for more documents with its items; None without one."""
    supplement = open_supplement(dossier)
    if supplement is None:
        return None
    items_in_words = supplement_items(dossier, supplement, filer_papers(dossier, procedure_of(dossier)))
    items = [
        LackingItem(
            item_in_words.kind,
            item_in_words.key,
            item.get("reason_code") or "",
            item.get("reason") or "",
            item_in_words.mended,
        )
        for item, item_in_words in zip(supplement.items, items_in_words, strict=True)
    ]
    return DossierSupplement(clock.local(supplement.asked_at), supplement.answer_by, supplement.note, items)


def _expected(dossier: Dossier) -> DossierExpected | None:
    """Return the due date and expected dates of the decision.

    None while the office does not have to act, or while neither is known.
    """
    expectation = expected_dates(dossier)
    if expectation is None:
        return None
    return DossierExpected(expectation.due_on, *(expectation.days or (None, None, None)))


def _result(dossier: Dossier) -> DossierResult | None:
    """Return the issued result in the form of the API; None before there is one."""
    result = getattr(dossier, "result", None)
    if result is None:
        return None
    return DossierResult(
        result.number, result.symbol, result.valid_from, result.valid_until, _local(result.delivered_at)
    )


def filed_out(actor: Actor, filed: FilingResult, *, dry_run: bool, notices: Sequence[DossierError]) -> FiledOut:
    """Return the response to a filing: status, dossier, answers, findings, notices and fees.

    A dry run stores no dossier, so its response has none.
    """
    findings = [*map(finding_out, filed.findings), *map(photo_out, filed.photos)]
    dossier_shown = None if dry_run else dossier_out(actor, filed.dossier)
    return FiledOut(
        status="checked" if dry_run else filed.dossier.state,
        dry_run=dry_run,
        created=filed.created and not dry_run,
        dossier=dossier_shown,
        answers=filed.dossier.answers,
        findings=findings if filed.created or dossier_shown is None else dossier_shown.findings,
        notices=[*notices, *_notes(filed)],
        fees=[fee_line(charge) for charge in filed.charges],
    )


def _notes(filed: FilingResult) -> Iterable[DossierError]:
    """Yield what was changed about each accepted paper, as notices at ``papers.KEY``."""
    for key, codes in filed.notes.items():
        for code in codes:
            for words in notes_in_words([code]):
                yield error_out(f"papers.{key}", code, words)
