"""How names and document numbers are written so that they can be compared."""

import unicodedata

# Letters that Unicode does not take apart into a plain letter and a mark.
PLAIN = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n", "ə": "e",
     "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ĳ": "ij"}
)  # fmt: skip
JOINING = frozenset("'’ʼ`´‘.")  # O’Malley is one word; a full stop only marks an initial


def fold_name(name: str) -> list[str]:
    """The words of a name, lower case and without accents, in the order written."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(PLAIN)).translate(PLAIN)
    kept = "".join(
        sign if sign.isalnum() else " "
        for sign in plain
        if not (unicodedata.combining(sign) or sign in JOINING)
    )  # fmt: skip
    # Put back together what NFKD took apart and is no accent (Korean syllables).
    return unicodedata.normalize("NFC", kept).split()


def name_key(name: str) -> str:
    """A name as it is searched: folded, its words in order of the alphabet, at most 150 signs.

    ``Jörg HOFFMANN`` and ``hoffmann jorg`` are both ``hoffmann jorg``.
    """
    return " ".join(sorted(fold_name(name)))[:150]


def document_key(number: str) -> str:
    """A document number as it is compared: capital letters and digits only."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", number).upper() if sign.isalnum())
