"""The ranks of the People's Public Security, for readers who do not read Vietnamese."""

import unicodedata

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from ancu.core.web.language import reader_language

# By the rank as officers write it, in small letters.
RANKS: dict[str, Promise] = {
    "thiếu úy": pgettext_lazy("rank", "Second Lieutenant"),
    "trung úy": pgettext_lazy("rank", "Lieutenant"),
    "thượng úy": pgettext_lazy("rank", "Senior Lieutenant"),
    "đại úy": pgettext_lazy("rank", "Captain"),
    "thiếu tá": pgettext_lazy("rank", "Major"),
    "trung tá": pgettext_lazy("rank", "Lieutenant Colonel"),
    "thượng tá": pgettext_lazy("rank", "Senior Lieutenant Colonel"),
    "đại tá": pgettext_lazy("rank", "Colonel"),
}


def rank_in_words(title: str) -> str:
    """Return a rank in the reader's language; as typed in Vietnamese, and if it is a position or unknown.

    Letters and minutes are Vietnamese papers, and print it as typed.
    """
    if reader_language() == "vi":
        return title
    typed = " ".join(unicodedata.normalize("NFC", title).lower().split())
    rank = RANKS.get(typed.replace("uý", "úy"))  # both ways of placing the tone are in use
    return str(rank) if rank else title
