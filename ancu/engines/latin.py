"""Detect whether a name is written in Latin letters, as in every passport's machine-readable zone."""

import unicodedata

_NO_SIGNS = {"Lu", "Ll", "Lt", "Lo", "So"}  # letters, and pictures such as emoji
_NO_LETTERS = frozenset("ªº")


def is_latin(text: str) -> bool:
    """Whether every letter of the text is Latin and it has no pictographs; accents and punctuation are ignored."""
    return text.isascii() or all(
        "LATIN" in unicodedata.name(sign, "")
        for sign in text
        if unicodedata.category(sign) in _NO_SIGNS and sign not in _NO_LETTERS
    )
