"""PDF documents of a dossier, in both languages: the office's slips and letters, and the forms to sign."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.selectors import superior_name
from ancu.apps.audit.services import record_look
from ancu.apps.dossiers.enums import LetterKind
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.rules import is_office
from ancu.apps.dossiers.selectors.counter_slip import WAY_TO_ACCOUNT, account_addresses, passport_lines, ticket_lines
from ancu.apps.dossiers.selectors.documents import DOCUMENT_TITLES, form_code, is_printable
from ancu.apps.dossiers.selectors.letter_facts import place_of
from ancu.apps.dossiers.selectors.page import FilerPaper, filer_papers
from ancu.apps.dossiers.selectors.papers import SubmittedPaper, papers_at_submission
from ancu.apps.dossiers.selectors.printed import PrintedForm, PrintedItem, printed_forms, sent_answers
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.public import look_up_code, look_up_url
from ancu.apps.dossiers.selectors.wording import BilingualText, in_both_languages, rulebook_text
from ancu.apps.dossiers.services.official_letters import latest_letter_pdf
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.pdf import render_pdf
from ancu.core.errors import Http404
from ancu.engines.exchange import code_name

DOCUMENTS = Path(__file__).parent.parent / "documents"
SIGNERS: dict[str, tuple[Words, Words]] = {
    "applicant": (_("The applicant"), _("(signature and full name)")),
    "sponsor": (_("The sponsor"), _("(signature and full name; an organisation seals it)")),
    "organisation": (_("For the organisation"), _("(signature, full name, seal)")),
}


def document_pdf(actor: Actor, dossier: Dossier, kind: str) -> bytes:
    """Return one document as PDF; 404 if the dossier's state has none. Recorded as a look at the person."""
    if not is_printable(dossier, kind):
        raise Http404
    if kind in LetterKind.values:
        return latest_letter_pdf(actor, dossier, LetterKind(kind))
    record_look(actor, dossier, export=kind)
    if code := form_code(kind):
        return _form_pdf(actor, dossier, code)
    number, code = dossier.number, look_up_code(dossier.number)
    data = _head(dossier, kind) | BODIES[kind](dossier)
    url = look_up_url(number)
    qr = segno.make(url, error="m", micro=False).svg_inline(border=2, omitsize=True)
    data |= {"url": url, "site": f"{settings.PUBLIC_URL}/d/", "code": code}
    return render_pdf(DOCUMENTS / "slip.typ", data, images={"qr": qr})


# ---- the office's slips --------------------------------------------------------------------------------


def _head(dossier: Dossier, kind: str) -> dict[str, Any]:
    """Return the values that all slips of the dossier have, by name: offices, title, place, day, person's lines."""
    # That of the act which the slip reports, however late it is printed.
    day = clock.local((dossier.accepted_at if kind == "appointment" else dossier.submitted_at) or clock.now())
    agency = dossier.agency
    return {
        "number": dossier.number,
        "title": in_both_languages(DOCUMENT_TITLES[kind]),
        "office": agency.name if agency else "",
        "above": superior_name(agency),
        "place": place_of(dossier.agency),
        "day": f"{day:%d}",
        "month": f"{day:%m}",
        "year": str(day.year),
        "lines": _dossier_lines(dossier),
        "paragraphs": [],
        "header": [],
        "rows": [],
        "closing": [],
        "signer": in_both_languages(_("The receiving officer")),
        "signed_by": "",
    }


def _labelled_line(label: Words, value: Any, *, strong: bool = False) -> dict[str, Any]:
    """Return a line with label and value for a document, in both languages; "–" for no value."""
    return {"label": in_both_languages(label), "value": str(value or "–"), "strong": strong}


def _dossier_lines(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the lines that identify the dossier on documents: number, procedure, person and sponsor."""
    procedure = procedure_of(dossier)
    sponsor = (
        dossier.organisation.name if dossier.organisation else dossier.sponsor.full_name if dossier.sponsor else ""
    )
    lines = [
        _labelled_line(_("Dossier number"), dossier.number, strong=True),
        _labelled_line(_("Procedure"), f"{procedure.name_vi} ({procedure.name_en})"),
        _labelled_line(_("Full name"), dossier.full_name, strong=True),
        _labelled_line(_("Date of birth"), "/".join(reversed(dossier.birth_date.split("-")))),
        _labelled_line(_("Nationality"), code_name("nationality", dossier.nationality, "vi")),
        _labelled_line(_("Number of the passport"), dossier.document_number),
    ]
    return [*lines, _labelled_line(_("Sponsor"), sponsor)] if sponsor else lines


def _day(value: Any) -> str:
    """Return a date as dd/mm/yyyy; "" for None."""
    return f"{value:%d/%m/%Y}" if value else ""


def _receipt(dossier: Dossier) -> dict[str, Any]:
    """Return the content of the receipt slip: the papers first submitted, how and when; later changes do not count."""
    sent = papers_at_submission(dossier)
    sent_papers = [paper for paper in filer_papers(dossier, procedure_of(dossier)) if paper.component.key in sent]
    at = clock.local(dossier.submitted_at) if dossier.submitted_at else None
    return {
        "lines": [
            *_dossier_lines(dossier),
            _labelled_line(_("Received"), f"{at:%d/%m/%Y %H:%M}" if at else ""),
            *(_labelled_line(label, text) for label, text in (*passport_lines(dossier), *ticket_lines(dossier))),
        ],
        "signed_by": dossier.received_by.full_name if dossier.received_by else "",
        "header": [
            in_both_languages("STT"),
            in_both_languages(_("Documents")),
            in_both_languages(_("How it was submitted")),
        ],
        "rows": [
            {"what": _label(dossier, paper), "note": _how_submitted(sent[paper.component.key])} for paper in sent_papers
        ],
        "closing": [
            in_both_languages(_("The working days start when the office accepts the dossier as complete.")),
            in_both_languages(
                _("Keep this slip: with its number and code you can follow the dossier without an account.")
            ),
            *(in_both_languages(WAY_TO_ACCOUNT, address=address) for address in account_addresses(dossier)),
        ],
    }


def _label(dossier: Dossier, paper: FilerPaper) -> BilingualText:
    """Return a paper's name in Vietnamese and English."""
    definition = {component.key: component for component in procedure_of(dossier).components}.get(paper.component.key)
    return rulebook_text(definition, "label") if definition else {"vi": paper.label, "en": ""}


def _how_submitted(submitted: SubmittedPaper) -> str:
    """Return in both languages whether a paper came as a file, with its pages, or as the paper itself."""
    if submitted.by_post:
        return "bản giấy nộp tại quầy hoặc qua bưu chính / the paper itself, at the counter or by post"
    pages = f", {submitted.pages} tr." if submitted.pages else ""
    return f"tệp điện tử / electronic file{pages}"


def _appointment(dossier: Dossier) -> dict[str, Any]:
    """Return the content of the appointment slip: when the result is available, and what to bring."""
    return {
        "lines": [
            *_dossier_lines(dossier),
            _labelled_line(
                _("Accepted as complete on"), _day(dossier.accepted_at and clock.local(dossier.accepted_at))
            ),
            _labelled_line(_("Result available on"), _day(dossier.due_on), strong=True),
        ],
        "closing": [
            in_both_languages(_("Bring this slip, an identity document and the receipt for the fee.")),
            in_both_languages(_("Before you come, scan the QR code to check whether the result is ready.")),
        ],
    }


BODIES: Mapping[str, Callable[[Dossier], dict[str, Any]]] = {
    "receipt": _receipt,
    "appointment": _appointment,
}


# ---- the forms -----------------------------------------------------------------------------------------


def _form_pdf(actor: Actor, dossier: Dossier, code: str) -> bytes:
    """Return an official form with the dossier's answers as PDF; officers get the answers as they were sent."""
    answers = sent_answers(dossier) if is_office(actor, dossier) else dossier.answers
    forms = printed_forms(dossier, "vi", all_items=True, answers=answers)
    printed = next(form for form in forms if form.form.code == code)
    return form_pdf(printed, number=dossier.number, photo=_photo(dossier) if code in {"NA5", "NA8"} else None)


def form_pdf(
    printed: PrintedForm, *, number: str, photo: Mapping[str, Any] | None = None, frames: Iterable[Words] = ()
) -> bytes:
    """Return a filled-in form as PDF; empty items are dotted lines, as on paper.

    ``photo`` (width, height, size) and ``frames`` (titles) are empty frames for the glued photo, stamp and signature.
    """
    form = printed.form
    data = {
        "code": form.code,
        "number": number,
        "title": rulebook_text(form, "name"),
        "article": form.article_vi,
        "photo": photo,
        "frames": [in_both_languages(title) for title in frames],
        "parts": _section_data(printed),
        "signers": [
            {
                "who": in_both_languages(SIGNERS[who][0]),
                "how": " / ".join(dict.fromkeys(in_both_languages(SIGNERS[who][1]).values())),
            }
            for who in form.signed_by
        ],
    }
    return render_pdf(DOCUMENTS / "form.typ", data)


def _photo(dossier: Dossier) -> dict[str, Any] | None:
    """Return the frame for the glued photo: width and height in mm, and size as text; None without a photo."""
    spec = next((component.photo for component in procedure_of(dossier).components if component.photo), None)
    if spec is None:
        return None
    width, height = spec.width_mm, spec.height_mm
    return {"width": width, "height": height, "size": f"{width // 10}x{height // 10} cm"}


def _section_data(printed: PrintedForm) -> list[dict[str, Any]]:
    """Return the printed form's sections for the typesetter: number, title and items."""
    return [
        {
            "number": part.number,
            "title": {"vi": part.title_vi, "en": part.title_en},
            "items": [
                _item_data(item, previous) for item, previous in zip(part.items, [None, *part.items], strict=False)
            ],
        }
        for part in printed.parts
    ]


def _item_data(item: PrintedItem, previous: PrintedItem | None) -> dict[str, Any]:
    """Return an item of a printed form for the typesetter; its number is "" if ``previous`` has the same number."""
    same = previous is not None and previous.number == item.number
    return {
        "number": "" if same else item.number,
        "label": {"vi": item.label_vi, "en": item.label_en},
        "value": item.value,
        "header": [{"vi": vi, "en": en} for vi, en in item.header],
        "rows": item.rows,
    }
