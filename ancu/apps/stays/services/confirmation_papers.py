"""The confirmation of stay and the poster for a reception desk, as PDF in both languages."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from ancu.apps.accounts.selectors import superior_name
from ancu.apps.audit.services import record_look
from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.models import Confirmation
from ancu.apps.stays.rules import is_on_paper
from ancu.apps.stays.selectors.confirmations import ConfirmationLine, is_emptied, printed, printed_number, public_url
from ancu.apps.stays.services.papers import DOCUMENTS, qr_svg
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.pdf import render_pdf
from ancu.core.errors import Http404

PAPERS = ("a4", "a5")


def confirmation_pdf(actor: Actor, confirmation: Confirmation) -> bytes:
    """Return an issued confirmation as PDF, marked if revoked, and record the look in the audit.

    404 if it was never issued, or once its personal data were deleted.
    """
    if not is_on_paper(confirmation) or is_emptied(confirmation):
        raise Http404
    record_look(actor, confirmation, export="pdf")
    url = public_url(confirmation)
    data = _head(confirmation) | {
        "lines": [_line(line) for line in printed(confirmation)],
        "code": confirmation.code,
        "url": url,
        "site": f"{settings.PUBLIC_URL}{reverse('stays:verify_confirmation')}",
    }
    return render_pdf(DOCUMENTS / "confirmation.typ", data, images={"qr": qr_svg(url)})


def _head(confirmation: Confirmation) -> dict[str, Any]:
    """Return the values of the confirmation's heading: agencies, number, place, day, signer, day of revocation."""
    agency, signer = confirmation.agency, confirmation.decided_by
    day = clock.local(confirmation.decided_at or clock.now())
    revoked = confirmation.revoked_at
    return {
        "above": superior_name(agency),
        "agency": agency.name if agency else "",
        "number": printed_number(confirmation),
        "place": confirmation.unit.name,
        "day": f"{day:%d}",
        "month": f"{day:%m}",
        "year": str(day.year),
        "signer": signer.full_name if signer else "",
        "rank": signer.title if signer else "",
        "revoked": f"{clock.local(revoked):%d/%m/%Y}" if revoked else "",
    }


def _line(line: ConfirmationLine) -> dict[str, Any]:
    """Return a line of the confirmation for the PDF: its label in both languages, value, and whether bold."""
    texts = {}
    for language in ("vi", "en"):
        with translation.override(language):
            texts[language] = str(line.label)
    return {"label": texts, "vi": line.vi, "en": line.en, "strong": line.strong}


def poster_pdf(establishment: Establishment, paper: str) -> bytes:
    """Return the PDF of a poster with the address of the self-check, for the lodging's reception desk."""
    url = f"{settings.PUBLIC_URL}{reverse('stays:self_check')}"
    data = {
        "paper": paper if paper in PAPERS else "a4",
        "lodging": establishment.name,
        "unit": establishment.unit.full_name,
        "url": url,
        "phone": settings.OFFICE_DUTY_PHONE,
        "test": establishment.sandbox,
    }
    return render_pdf(DOCUMENTS / "poster.typ", data, images={"qr": qr_svg(url)})
