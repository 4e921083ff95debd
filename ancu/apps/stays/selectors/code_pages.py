"""The page for a code of a declaration paper that was typed into any code field."""

import re

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.stays.selectors import confirmations, receipts
from ancu.core.documents.reference_numbers import normalise_number, typed_code
from ancu.core.registry.code_pages import CodePage

PRINTED_NUMBER = re.compile(r"XNTT-\d{5}$")  # confirmations.printed_number


def find_code_page(text: str) -> CodePage | None:
    """Return the page of a receipt's or confirmation's code that was typed into any code field.

    A number that verifies nothing gets a hint instead; None for any other text.
    """
    code = typed_code(text)
    if receipts.find_by_code(code) is not None:
        return CodePage(_("This is the number of a receipt."), reverse("stays:verify_code", args=[code]), opens=True)
    if confirmations.confirmation_by_code(code) is not None:
        address = reverse("stays:verify_confirmation_code", args=[code])
        return CodePage(_("This is the code of a confirmation of stay."), address, opens=True)
    sentence = _sentence_for_unverifiable_number(code)
    return CodePage(sentence, reverse("stays:verify_confirmation")) if sentence else None


def _sentence_for_unverifiable_number(code: str) -> str | Promise:
    """Return what to do with a confirmation's printed or request number, which verifies nothing; else ""."""
    if PRINTED_NUMBER.search(code.upper()):
        return _("This is the number at the top of a confirmation of stay. Verify it by the code under its QR code.")
    if (normalise_number(code) or "").startswith(f"{settings.OFFICE_PREFIX}X-"):
        return _("This is the number of a request. Verify the confirmation of stay by the code under its QR code.")
    return ""
