"""Fee receipts as PDF."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import FeeReceipt
from ancu.apps.dossiers.selectors.money import fee_lines, receipt_code
from ancu.apps.stays.services.papers import qr_svg
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.pdf import render_pdf
from ancu.core.errors import require
from ancu.core.templatetags.ui import number
from ancu.engines.bank import dong_in_english, dong_in_words

DOCUMENTS = Path(__file__).parent.parent.parent / "documents"


def verify_url(receipt: FeeReceipt) -> str:
    """Return the public URL at which anybody can verify the fee receipt."""
    return f"{settings.PUBLIC_URL}{reverse('dossiers:fee-verify', args=[receipt_code(receipt)])}"


def fee_receipt_pdf(actor: Actor, receipt: FeeReceipt, language: str) -> bytes:
    """Return the fee receipt as PDF in both languages, the one of ``language`` first; recorded as a look."""
    dossier = receipt.payment.charge.dossier
    require(rules.may_see_fee(actor, dossier))
    record_look(actor, dossier, export="pdf")
    with override(language):
        data = _receipt_data(receipt, language) | {"code": receipt_code(receipt), "url": verify_url(receipt)}
    return render_pdf(DOCUMENTS / "fee_receipt.typ", data, images={"qr": qr_svg(data["url"])})


def _receipt_data(receipt: FeeReceipt, language: str) -> dict[str, Any]:
    """Return the values that the fee receipt prints, by name: agency, payer, lines, rate, amount in words."""
    payment = receipt.payment
    charge, dossier = payment.charge, payment.charge.dossier
    names = []
    for line_language in ("vi", "en"):
        with override(line_language):
            names.append([line.name for line in fee_lines(charge, dossier)])
    vnd_words = dong_in_words(payment.vnd)
    return {
        "language": language,
        "agency": dossier.agency.name if dossier.agency else "",
        "number": str(receipt),
        "issued": f"{clock.local(receipt.issued_at):%d/%m/%Y %H:%M}",
        "paid": f"{clock.local(payment.paid_at):%d/%m/%Y}",
        "dossier": dossier.number,
        "subject": dossier.full_name,
        "payer": payment.payer or dossier.full_name,
        "method": payment.method,
        "reference": charge.reference,
        "lines": [
            {"vi": vi, "en": en, "count": item["count"], "usd": number(item["usd"])}
            for vi, en, item in zip(*names, charge.items, strict=True)
        ],
        "rate": _format_rate(charge.rate.vnd_per_usd),
        "rate_day": f"{charge.rate.day:%d/%m/%Y}",
        "vnd": number(payment.vnd),
        "words": vnd_words if language == "vi" else dong_in_english(payment.vnd),
        "official_words": "" if language == "vi" else vnd_words,
    }


def _format_rate(value: Any) -> str:
    """Return the exchange rate as text in the reader's language, with hundredths only if there are any."""
    return number(value, 0 if value == int(value) else 2)
