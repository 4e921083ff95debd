"""Papers: handover minutes, gift receipts and slips, each with a code by which anybody can verify it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from ancu.apps.accounts.selectors import superior_name
from ancu.apps.audit.services import record
from ancu.apps.community.enums import ConfirmationMethod, LedgerAccount
from ancu.apps.community.models import BankAccount, HandoverConfirmation, LedgerEntry
from ancu.apps.community.selectors.accounts import payment_code
from ancu.apps.community.selectors.ledger import amounts_of, standing_confirmation, value_of
from ancu.apps.community.selectors.public import recipient_code
from ancu.apps.community.services.confirming import signature_svg
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.pdf import render_pdf
from ancu.core.templatetags.ui import number
from ancu.engines.bank import dong_in_words

DOCUMENTS = Path(__file__).parent.parent / "documents"


def minutes_pdf(actor: Actor, entry: LedgerEntry) -> bytes:
    """Return a handover's minutes as PDF, with confirmation and signature; the audit records the printing."""
    record(actor, "community.printed", entry, paper="minutes")
    confirmation = standing_confirmation(entry)
    signature = signature_svg(confirmation) if confirmation else ""
    with override("vi"):
        data = _head(entry, LedgerAccount.HANDED_OVER) | {
            "recipient": entry.recipient.name if entry.recipient else "",
            "place": entry.recipient.unit.full_name if entry.recipient else "",
            "reason": entry.recipient.reason if entry.recipient else "",
            "confirmation": _confirmation_words(confirmation),
            "signed": bool(signature),
        }
        path = reverse("community:handed", args=[entry.number])
        return _render("minutes.typ", data, path, {"signature": signature} if signature else {})


def receipt_pdf(actor: Actor, entry: LedgerEntry) -> bytes:
    """Return the donor's receipt as PDF; its QR code leads to the use of the gift. The audit records it."""
    record(actor, "community.printed", entry, paper="receipt")
    with override("vi"):
        data = _head(entry, LedgerAccount.DONORS) | {"donor": entry.donor.name if entry.donor else ""}
        return _render("receipt.typ", data, reverse("community:gift", args=[entry.number]), {})


def slip_pdf(actor: Actor, entry: LedgerEntry) -> bytes:
    """Return the recipient's slip as PDF: what was handed over, and the code to confirm or object.

    The audit records the printing.
    """
    record(actor, "community.printed", entry, paper="slip")
    with override("vi"):
        data = _head(entry, LedgerAccount.HANDED_OVER)
        path = reverse("community:received", args=[entry.number, recipient_code(entry)])
        return _render("slip.typ", data, path, {})


def _head(entry: LedgerEntry, account: LedgerAccount) -> dict[str, Any]:
    """Return what receipt, minutes and slip of an entry have in common: agency, programme, number, day, items."""
    programme, rows = entry.programme, amounts_of(entry, account)
    day, worth = entry.day, value_of(rows)
    return {
        "above": superior_name(programme.agency),
        "agency": programme.agency.name,
        "programme": programme.name,
        "number": entry.number,
        "day": {"day": f"{day:%d}", "month": f"{day:%m}", "year": str(day.year)},
        "rows": [
            {
                "name": "Tiền" if item.measure == "vnd" else item.name,
                "measure": item.get_measure_display(),
                "quantity": number(quantity),
                "worth": number(quantity * item.vnd_each),
                "valued_by": item.valued_by,
            }
            for item, quantity in rows
        ],
        "worth": number(worth),
        "in_words": dong_in_words(worth),
        "by": entry.made_by.full_name,
        "printed": f"{clock.local(clock.now()):%d/%m/%Y %H:%M}",
    }


def _confirmation_words(confirmation: HandoverConfirmation | None) -> dict[str, str]:
    """Return the texts about a confirmation for the handover's minutes; empty texts for None."""
    if confirmation is None:
        return {"how": "", "name": "", "standing": "", "words": "", "when": ""}
    when = f"{clock.local(confirmation.said_at):%H:%M %d/%m/%Y}"
    return {
        "how": ConfirmationMethod(confirmation.how).value,
        "name": confirmation.name,
        "standing": confirmation.standing,
        "words": confirmation.words.rstrip(". "),
        "when": when,
    }


def _render(template: str, data: dict[str, Any], path: str, images: dict[str, str]) -> bytes:
    """Return a paper as PDF with a QR code of the page at ``path``, by which anybody can verify it."""
    url = f"{settings.PUBLIC_URL}{path}"
    return render_pdf(DOCUMENTS / template, data | {"url": url}, images=images | {"qr": code_svg(url)})


def code_svg(text: str) -> SafeString:
    """Return a QR code of the text as SVG, generated by this program, not by a service."""
    return mark_safe(segno.make(text, error="m", micro=False).svg_inline(border=2, omitsize=True))  # noqa: S308


@dataclass(frozen=True, slots=True)
class TransferDetails:
    """Payment data for a page: account, text, amount (None: free), and VietQR code."""

    account: BankAccount
    words: str
    vnd: int | None
    code: SafeString


def transfer_details(account: BankAccount, *, words: str, vnd: int | None = None) -> TransferDetails:
    """Return a transfer to the account as pages show it: account, text, amount and VietQR code.

    ``vnd`` None leaves the amount to the donor.
    """
    return TransferDetails(account, words, vnd, code_svg(payment_code(account, vnd=vnd, words=words)))
