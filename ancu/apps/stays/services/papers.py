"""Receipts as PDF, of a submission or one guest. Each is recorded as a look at every guest on it."""

from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from ancu.apps.audit.services import record_look
from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.selectors import papers
from ancu.apps.stays.selectors.receipts import changed_at, office_of, stay_receipt_code
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.pdf import render_pdf
from ancu.core.web.language import OTHER_LANGUAGE
from ancu.engines.exchange import code_name
from ancu.engines.rulebook import article_of

DOCUMENTS = Path(__file__).parent.parent / "documents"
A4 = "a4"
PAPERS = (A4, "pocket", "80", "58")  # a sheet, a card of A7, and the rolls of receipt printers by their millimetres


def submission_pdf(actor: Actor, submission: Submission, language: str) -> bytes:
    """Return the receipt of a submission with all its guests as PDF, and record the look in the audit."""
    stays = papers.stays_of(submission, limit=None)
    record_look(actor, submission, stays=len(stays), export="pdf")
    url = public_url(submission.number)
    data = _receipt_data(submission, url, language) | {
        "guests": [_guest_data(stay, language) for stay in stays],
        "articles": [article_of(limit, language) for limit in papers.limits_passed(submission)],
    }
    return render_pdf(DOCUMENTS / "submission.typ", data, images={"qr": qr_svg(url)})


def guest_pdf(actor: Actor, stay: Stay, language: str, paper: str = A4) -> bytes:
    """Return one guest's receipt as PDF, which says whether the declaration was changed since.

    The look is recorded. ``paper`` is one of ``PAPERS``: a sheet in the reader's language with the other below, or a
    slip in both.
    """
    record_look(actor, stay, export="pdf")
    code = stay_receipt_code(stay)
    url = public_url(code)
    changed = changed_at(stay)
    guest = _guest_data(stay, language) | {
        "sex": code_name("sex", stay.sex, language),
        "birth_date": "/".join(reversed(stay.birth_date.split("-"))),
        "nationalities": " · ".join(
            dict.fromkeys(code_name("nationality", stay.nationality, language_code) for language_code in OTHER_LANGUAGE)
        ),
    }
    data = _receipt_data(stay.submission, url, language) | {
        "code": code,
        "guest": guest,
        "status": stay.status,
        "changed": f"{clock.local(changed):%d/%m/%Y %H:%M}" if changed else "",
        "paper": paper,
    }
    document = "guest.typ" if paper == A4 else "slip.typ"
    return render_pdf(DOCUMENTS / document, data, images={"qr": qr_svg(url)})


def _receipt_data(submission: Submission, url: str, language: str) -> dict[str, Any]:
    """Return the receipt's values for the typesetter: number, times, hash, lodging, office and counts."""
    house = submission.establishment
    return {
        "language": language,
        "number": submission.number,
        "test": house.sandbox,
        "received": f"{clock.local(submission.received_at):%d/%m/%Y %H:%M}",
        "judged": judged_words(submission, language),
        "sha256": submission.sha256,
        "lodging": house.name,
        "address": house.address,
        "unit": str(house.unit),
        "office": office_of(house),
        "accepted": _localized_number(submission.accepted_count, language),
        "late": _localized_number(submission.late_count, language),
        "url": url,
    }


def _localized_number(n: int, language: str) -> str:
    """Return a number as text with the language's thousands separators."""
    with override(language):
        return number_format(n, force_grouping=True)


def judged_words(submission: Submission, language: str) -> str:
    """Return by which time a phone's offline declaration was judged, and why; "" for any other."""
    if submission.device_id is None:
        return ""
    with override(language):
        sentence = _("Entered %(moment)s on a phone. Lateness is judged by %(why)s.")
        moment = f"{clock.local(submission.keyed_at):%d/%m/%Y %H:%M}"
        return sentence % {"moment": moment, "why": submission.get_judged_by_display()}


def _guest_data(stay: Stay, language: str) -> dict[str, str]:
    """Return a guest's values on the receipt for the typesetter: name, nationality, document, room, days."""
    return {
        "name": f"{stay.full_name} ({stay.native_name})" if stay.native_name else stay.full_name,
        "nationality": code_name("nationality", stay.nationality, language),
        "document": stay.document_number,
        "room": stay.room,
        "arrived": f"{stay.arrived_on:%d/%m/%Y}",
        "leaves": f"{stay.departed_on or stay.expected_departure:%d/%m/%Y}",
    }


def public_url(code: str) -> str:
    """Return the address where anybody can verify the receipt with this number or guest's code."""
    return f"{settings.PUBLIC_URL}{reverse('stays:verify_code', args=[code])}"


def qr_svg(text: str) -> str:
    """Return a QR code as SVG, with medium correction, so that a folded paper can be scanned."""
    return segno.make(text, error="m", micro=False).svg_inline(border=2, omitsize=True)
