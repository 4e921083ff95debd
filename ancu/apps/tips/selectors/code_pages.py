"""The receipt of a tip, wherever it is typed in."""

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ancu.core.registry.code_pages import CodePage
from ancu.engines.envelopes import read_receipt


def code_page(text: str) -> CodePage | None:
    """By its form alone: whether a conversation opens with it is told to nobody here."""
    if read_receipt(text) is None:
        return None
    address = f"{reverse('tips:answer')}?lang={(get_language() or 'vi')[:2]}"
    return CodePage(_("This looks like the receipt of a tip. You can read the answer on the tips page."), address)
