"""Whether a name is written in Latin letters, as in the machine-readable zone of every passport."""

import unicodedata

_LETTERS = {"Lu", "Ll", "Lt", "Lo"}
_NO_LETTERS = frozenset("ªº")


def is_latin(text: str) -> bool:
    """Whether every letter is a Latin one; accents, marks and signs are no letters."""
    return text.isascii() or all(
        "LATIN" in unicodedata.name(sign, "")
        for sign in text
        if unicodedata.category(sign) in _LETTERS and sign not in _NO_LETTERS
    )
