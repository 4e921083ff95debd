"""Normalise names and document numbers for comparison."""

import unicodedata

# Letters that Unicode normalisation does not decompose.
PLAIN = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n", "ə": "e",
     "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ĳ": "ij"}
)  # fmt: skip
JOINING = frozenset("'’ʼ`´‘.")  # O’Malley is one word; a full stop only marks an initial


def fold_name(name: str) -> list[str]:
    """Return the words of a name in lower case without accents, in the order written."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(PLAIN)).translate(PLAIN)
    plain_text = "".join(
        sign if sign.isalnum() else " "
        for sign in plain
        if not (unicodedata.combining(sign) or sign in JOINING)
    )  # fmt: skip
    # Recompose characters that NFKD decomposed but that carry no accent (Korean syllables).
    return unicodedata.normalize("NFC", plain_text).split()


def name_key(name: str) -> str:
    """Return the search key of a name: folded, words in alphabetical order, at most 150 characters.

    ``Jörg HOFFMANN`` and ``hoffmann jorg`` both give ``hoffmann jorg``.
    """
    return " ".join(sorted(fold_name(name)))[:150]


def document_key(number: str) -> str:
    """Return a document number for comparison: its letters, as capitals, and digits only."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", number).upper() if sign.isalnum())
