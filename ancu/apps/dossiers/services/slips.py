"""Papers about a dossier, as PDF: slips and notices of the office, and the forms to be signed. In both languages."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.selectors import superior_name
from ancu.apps.audit.services import record_look
from ancu.apps.dossiers.enums import ReturnReason
from ancu.apps.dossiers.models import Dossier, Supplement
from ancu.apps.dossiers.rules import is_office
from ancu.apps.dossiers.selectors.documents import DOCUMENT_TITLES, form_code, is_there
from ancu.apps.dossiers.selectors.page import Paper, lacking, papers
from ancu.apps.dossiers.selectors.papers import GivenPaper, papers_at_submission
from ancu.apps.dossiers.selectors.printed import Item, PrintedForm, printed_forms, sent_answers
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.public import look_up_code, look_up_url
from ancu.apps.dossiers.selectors.wording import LANGUAGES, article_in_words, reason_in_words
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.pdf import render_pdf
from ancu.core.errors import Http404
from ancu.engines.exchange import code_name

DOCUMENTS = Path(__file__).parent.parent / "documents"
Pair = dict[str, str]
SIGNERS: dict[str, tuple[Words, Words]] = {
    "applicant": (_("The applicant"), _("(signature and full name)")),
    "sponsor": (_("The sponsor"), _("(signature and full name; an organisation seals it)")),
    "organisation": (_("For the organisation"), _("(signature, full name, seal)")),
}


def both(words: Any, **values: Any) -> Pair:
    """A sentence of ours in Vietnamese and English: the paper carries both, whoever reads it."""
    said = {}
    for language in ("vi", "en"):
        with translation.override(language):
            said[language] = str(words) % values if values else str(words)
    return said


def of_rulebook(thing: Any, name: str) -> Pair:
    return {"vi": getattr(thing, f"{name}_vi"), "en": getattr(thing, f"{name}_en")}


def document_pdf(actor: Actor, dossier: Dossier, kind: str) -> bytes:
    """One paper of the dossier; 404 for one that its state does not have. Taking it is a look at the person."""
    if not is_there(dossier, kind):
        raise Http404
    record_look(actor, dossier, export=kind)
    if code := form_code(kind):
        return _form_pdf(actor, dossier, code)
    number, code = dossier.number, look_up_code(dossier.number)
    data = _head(dossier, kind) | BODIES[kind](dossier)
    url = look_up_url(number)
    qr = segno.make(url, error="m", micro=False).svg_inline(border=2, omitsize=True)
    data |= {"url": url, "site": f"{settings.PUBLIC_URL}/d/", "code": code}
    return render_pdf(DOCUMENTS / "slip.typ", data, images={"qr": qr})


# ---- the office's papers -------------------------------------------------------------------------------


def _head(dossier: Dossier, kind: str) -> dict[str, Any]:
    day = clock.local(_made_at(dossier, kind) or clock.now())
    agency = dossier.agency
    return {
        "number": dossier.number,
        "title": both(DOCUMENT_TITLES[kind]),
        "office": agency.name if agency else "",
        "above": superior_name(agency),
        "place": _province(dossier),
        "day": f"{day:%d}",
        "month": f"{day:%m}",
        "year": str(day.year),
        "lines": _subject(dossier),
        "paragraphs": [],
        "header": [],
        "rows": [],
        "closing": [],
        "signer": both(_("The receiving officer")),
        "signed_by": "",
    }


def _made_at(dossier: Dossier, kind: str) -> datetime | None:
    """A paper bears the day of the act it tells of, whenever it is printed."""
    if kind == "supplement":
        return Supplement.objects.filter(dossier=dossier).order_by("-pk").values_list("asked_at", flat=True).first()
    if kind == "result":
        return dossier.result.entered_at
    of_act = {"appointment": dossier.accepted_at, "refusal": dossier.decided_at, "not-accepted": dossier.ended_at}
    return of_act.get(kind, dossier.submitted_at)


def _province(dossier: Dossier) -> str:
    unit = dossier.unit
    while unit is not None and unit.parent is not None:
        unit = unit.parent
    return unit.name if unit else ""


def _line(label: Words, value: Any, *, strong: bool = False) -> dict[str, Any]:
    return {"label": both(label), "value": str(value or "–"), "strong": strong}


def _subject(dossier: Dossier) -> list[dict[str, Any]]:
    procedure = procedure_of(dossier)
    sponsor = (
        dossier.organisation.name if dossier.organisation else dossier.sponsor.full_name if dossier.sponsor else ""
    )
    lines = [
        _line(_("Number of the dossier"), dossier.number, strong=True),
        _line(_("Procedure"), f"{procedure.name_vi} ({procedure.name_en})"),
        _line(_("Full name"), dossier.full_name, strong=True),
        _line(_("Date of birth"), "/".join(reversed(dossier.birth_date.split("-")))),
        _line(_("Nationality"), code_name("nationality", dossier.nationality, "vi")),
        _line(_("Number of the passport"), dossier.document_number),
    ]
    return [*lines, _line(_("Sponsor"), sponsor)] if sponsor else lines


def _day(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def _receipt(dossier: Dossier) -> dict[str, Any]:
    """Which papers were taken, and when: as it was given, whatever was sent or taken out since."""
    sent = papers_at_submission(dossier)
    sent_papers = [paper for paper in papers(dossier, procedure_of(dossier)) if paper.component.key in sent]
    at = clock.local(dossier.submitted_at) if dossier.submitted_at else None
    return {
        "lines": [*_subject(dossier), _line(_("Received"), f"{at:%d/%m/%Y %H:%M}" if at else "")],
        "header": [both("STT"), both(_("Papers")), both(_("How it was given"))],
        "rows": [{"what": _label(dossier, paper), "note": _how(sent[paper.component.key])} for paper in sent_papers],
        "closing": [
            both(_("The working days count from the day the office finds the dossier complete.")),
            both(_("Keep this slip: number and code tell where the dossier is, without an account.")),
        ],
    }


def _label(dossier: Dossier, paper: Paper) -> Pair:
    known = {one.key: one for one in procedure_of(dossier).components}.get(paper.component.key)
    return of_rulebook(known, "label") if known else {"vi": paper.label, "en": ""}


def _how(given: GivenPaper) -> str:
    if given.by_post:
        return "bản giấy nộp tại quầy hoặc qua bưu chính / the paper itself, at the counter or by post"
    pages = f", {given.pages} tr." if given.pages else ""
    return f"tệp điện tử / electronic file{pages}"


def _appointment(dossier: Dossier) -> dict[str, Any]:
    return {
        "lines": [
            *_subject(dossier),
            _line(_("Accepted as complete on"), _day(dossier.accepted_at and clock.local(dossier.accepted_at))),
            _line(_("The result is given on"), _day(dossier.due_on), strong=True),
        ],
        "closing": [
            both(_("Bring this slip, an identity paper and the receipt of the fee.")),
            both(_("Before you come, look up whether the result is ready: the QR code leads there.")),
        ],
    }


def _supplement(dossier: Dossier) -> dict[str, Any]:
    last = Supplement.objects.filter(dossier=dossier).order_by("-pk").first()
    if last is None:
        raise Http404
    until = _day(last.answer_by)
    closing = []
    if until:
        words = _(
            "Please answer by %(day)s; the working days stand still until then. Unanswered, the dossier is closed."
        )
        closing.append(both(words, day=until))
    return {
        "paragraphs": [both(_("The office has looked at the dossier and asks for the following:")), *_free(last.note)],
        "header": [both("STT"), both(_("What")), both(_("Why"))],
        "rows": [{"what": what, "note": why} for what, why in _lacking(dossier, last)],
        "closing": [*closing, *_article(dossier, last.article)],
    }


def _lacking(dossier: Dossier, supplement: Supplement) -> Iterable[tuple[Pair, str]]:
    """What, and why: the listed reason in both languages, the officer's own words as he wrote them."""
    given = papers(dossier, procedure_of(dossier))
    said = {}
    for language in ("vi", "en"):
        with translation.override(language):
            said[language] = [one.label for one in lacking(dossier, supplement, given)]
    known = {one.key: one for one in procedure_of(dossier).components}
    for item, vi, en in zip(supplement.items, said["vi"], said["en"], strict=True):
        paper = known.get(item["key"]) if item["kind"] == "component" else None
        yield (of_rulebook(paper, "label") if paper else {"vi": vi, "en": en}), _why(item)


def _why(item: Mapping[str, str]) -> str:
    code = item.get("reason_code") or ""
    listed = both(ReturnReason(code).label) if code and code != ReturnReason.OTHER else {}
    own = dict.fromkeys(reason_in_words(item, language) for language in LANGUAGES)  # one where an officer wrote it
    return "; ".join(part for part in (" / ".join(listed.values()), " / ".join(own)) if part)


def _free(words: str) -> list[Pair]:
    """What an officer wrote, as he wrote it."""
    return [{"vi": words, "en": ""}] if words else []


def _article(dossier: Dossier, words: str) -> list[Pair]:
    label = both(_("Legal basis:"))
    said = {language: article_in_words(dossier, words, language) for language in LANGUAGES}
    return [{language: f"{label[language]} {said[language]}" for language in LANGUAGES}] if words else []


def _refusal(dossier: Dossier) -> dict[str, Any]:
    return {
        "paragraphs": [
            both(_("The office does not approve the request in this dossier, for the following reason:")),
            *_free(dossier.reason),
            *_article(dossier, dossier.article),
        ],
        "closing": [
            both(
                _(
                    "Whoever does not agree may complain to the head of the office that decided, or sue before the"
                    " administrative court, as the law on complaints and the law on administrative procedure provide."
                )
            )
        ],
        "signer": both(_("Head of the office")),
    }


def _not_accepted(dossier: Dossier) -> dict[str, Any]:
    return {
        "paragraphs": [
            both(_("The office does not accept this dossier, for the following reason:")),
            *_free(dossier.reason),
            *_article(dossier, dossier.article),
        ],
        "closing": [both(_("A new dossier may be filed at any time when the reason no longer holds."))],
    }


def _result(dossier: Dossier) -> dict[str, Any]:
    result = dossier.result
    return {
        "lines": [
            *_subject(dossier),
            _line(_("Number of the result"), result.number, strong=True),
            _line(_("Symbol"), result.symbol),
            _line(_("Valid from"), _day(result.valid_from)),
            _line(_("Valid until"), _day(result.valid_until), strong=True),
        ],
        "paragraphs": [both(_("The request in this dossier was approved, and the result is ready."))],
        "closing": [both(_("Bring this slip, an identity paper and the receipt of the fee."))],
    }


BODIES: Mapping[str, Callable[[Dossier], dict[str, Any]]] = {
    "receipt": _receipt,
    "appointment": _appointment,
    "supplement": _supplement,
    "refusal": _refusal,
    "not-accepted": _not_accepted,
    "result": _result,
}


# ---- the forms -----------------------------------------------------------------------------------------


def _form_pdf(actor: Actor, dossier: Dossier, code: str) -> bytes:
    answers = sent_answers(dossier) if is_office(actor, dossier) else dossier.answers
    forms = printed_forms(dossier, "vi", all_items=True, answers=answers)
    printed = next(form for form in forms if form.form.code == code)
    return form_pdf(printed, number=dossier.number, photo=_photo(dossier) if code in {"NA5", "NA8"} else None)


def form_pdf(
    printed: PrintedForm, *, number: str, photo: Mapping[str, Any] | None = None, frames: Iterable[Words] = ()
) -> bytes:
    """A form filled from the answers; items left empty are dotted lines, as on paper.

    ``photo`` and ``frames`` are left free: to glue the photo in, to stamp and sign in.
    """
    form = printed.form
    data = {
        "code": form.code,
        "number": number,
        "title": of_rulebook(form, "name"),
        "article": form.article_vi,
        "photo": photo,
        "frames": [both(title) for title in frames],
        "parts": _parts(printed),
        "signers": [
            {"who": both(SIGNERS[who][0]), "how": " / ".join(dict.fromkeys(both(SIGNERS[who][1]).values()))}
            for who in form.signed_by
        ],
    }
    return render_pdf(DOCUMENTS / "form.typ", data)


def _photo(dossier: Dossier) -> dict[str, Any] | None:
    """The frame to glue the photo into, in its own size."""
    spec = next((one.photo for one in procedure_of(dossier).components if one.photo), None)
    if spec is None:
        return None
    width, height = spec.width_mm, spec.height_mm
    return {"width": width, "height": height, "size": f"{width // 10}x{height // 10} cm"}


def _parts(printed: PrintedForm) -> list[dict[str, Any]]:
    return [
        {
            "number": part.number,
            "title": {"vi": part.title_vi, "en": part.title_en},
            "items": [_item(item, previous) for item, previous in zip(part.items, [None, *part.items], strict=False)],
        }
        for part in printed.parts
    ]


def _item(item: Item, previous: Item | None) -> dict[str, Any]:
    """The number stands once before the lines that share it."""
    same = previous is not None and previous.number == item.number
    return {
        "number": "" if same else item.number,
        "label": {"vi": item.label_vi, "en": item.label_en},
        "value": item.value,
        "header": [{"vi": vi, "en": en} for vi, en in item.header],
        "rows": item.rows,
    }
