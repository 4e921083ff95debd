"""Whether a name is written in Latin letters, as in the machine-readable zone of every passport."""

import unicodedata

_NO_SIGNS = {"Lu", "Ll", "Lt", "Lo", "So"}  # letters, and pictures such as emoji
_NO_LETTERS = frozenset("ªº")


def is_latin(text: str) -> bool:
    """Whether every letter is a Latin one, and nothing is a picture; accents, marks and signs are no letters."""
    return text.isascii() or all(
        "LATIN" in unicodedata.name(sign, "")
        for sign in text
        if unicodedata.category(sign) in _NO_SIGNS and sign not in _NO_LETTERS
    )
