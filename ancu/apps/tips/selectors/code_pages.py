"""The page for a tip's receipt, wherever it is typed."""

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ancu.core.registry.code_pages import CodePage
from ancu.engines.envelopes import read_receipt


def code_page(text: str) -> CodePage | None:
    """Return the page for a text that has the form of a receipt; None otherwise.

    It does not reveal whether such a tip exists.
    """
    if read_receipt(text) is None:
        return None
    address = f"{reverse('tips:answer')}?lang={(get_language() or 'vi')[:2]}"
    return CodePage(_("This looks like the receipt of a tip. You can read the answer on the tips page."), address)
