"""The receipt of a fee as PDF."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import FeeReceipt
from ancu.apps.dossiers.selectors.money import lines_of, receipt_code
from ancu.apps.stays.services.papers import qr_svg
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.pdf import render_pdf
from ancu.core.errors import require
from ancu.core.templatetags.ui import number
from ancu.engines.bank import dong_in_english, dong_in_words

DOCUMENTS = Path(__file__).parent.parent.parent / "documents"


def verify_url(receipt: FeeReceipt) -> str:
    """Where anybody may see whether the paper is genuine."""
    return f"{settings.PUBLIC_URL}{reverse('dossiers:fee-verify', args=[receipt_code(receipt)])}"


def fee_receipt_pdf(actor: Actor, receipt: FeeReceipt, language: str) -> bytes:
    """The paper in both languages, the reader's first."""
    dossier = receipt.payment.charge.dossier
    require(rules.may_see_fee(actor, dossier))
    record_look(actor, dossier, export="pdf")
    with override(language):
        data = _data(receipt, language) | {"code": receipt_code(receipt), "url": verify_url(receipt)}
    return render_pdf(DOCUMENTS / "fee_receipt.typ", data, images={"qr": qr_svg(data["url"])})


def _data(receipt: FeeReceipt, language: str) -> dict[str, Any]:
    payment = receipt.payment
    charge, dossier = payment.charge, payment.charge.dossier
    names = []
    for of_line in ("vi", "en"):
        with override(of_line):
            names.append([line.name for line in lines_of(charge, dossier)])
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
        "rate": _figures(charge.rate.vnd_per_usd),
        "rate_day": f"{charge.rate.day:%d/%m/%Y}",
        "vnd": number(payment.vnd),
        "words": vnd_words if language == "vi" else dong_in_english(payment.vnd),
        "official_words": "" if language == "vi" else vnd_words,
    }


def _figures(value: Any) -> str:
    """Grouped as in the reader's language, hundredths only where there are any."""
    return number(value, 0 if value == int(value) else 2)
