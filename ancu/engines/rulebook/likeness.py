"""Whether two texts of a dossier say the same, however they are written.

What is no difference: case, accents and their Latin spelling in passports (Müller is MUELLER or MULLER), the order of
words, words joined or parted (MIN JUN is MINJUN), the legal form of a company left out or abbreviated (TNHH).
"""

import re
import unicodedata

from ancu.engines.rulebook.answers import read_date

CUT = "…"  # ends a name that filled the passport's line, where the rest of it may be missing

# ICAO Doc 9303-3, section 6: how passports spell letters that are not of the alphabet: bare, or in one of two ways.
_LETTERS = str.maketrans(dict(zip("æœßþðđłıø", ("ae", "oe", "ss", "th", "d", "d", "l", "i", "o"), strict=True)))
_SPELLINGS: tuple[dict[int, str], ...] = (
    {},
    str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}),
    str.maketrans({"ü": "uxx", "ñ": "nxx"}),
)
_APOSTROPHES = re.compile("['’‘`´ʻʼ]")  # a passport's line leaves them out: O'NEILL is ONEILL

# What is left out of a company's name, each with the form it stands for; "" says nothing of the form.
_LEGAL_FORMS = (
    (r"tnhh|trach nhiem huu han|co ltd|co limited|ltd|limited( liability company)?|llc|pte", "limited"),
    (r"ctcp|cong ty cp|cong ty co phan|jsc|joint stock( company)?", "joint stock"),
    (r"hop danh|partnership", "partnership"),
    (r"dntn|doanh nghiep tu nhan|private enterprise", "private"),
    (r"mtv|mot thanh vien|1 thanh vien|hai thanh vien tro len|2 thanh vien tro len|(one|single) member", ""),
    (r"cong ty|company|corporation|corp|inc", ""),
)


def agree(left: str, right: str) -> bool:
    """Whether two texts are the same but for how they are written.

    A birth date known only by its year agrees with every day of that year; a name cut short with what begins so.
    """
    if read_date(left, partial=True) and read_date(right, partial=True):
        return left.startswith(right) or right.startswith(left)
    remaining, others = _words(left), _words(right)
    for word in list(remaining):
        if match := next((other for other in others if set(word) & set(other)), None):
            remaining.remove(word)
            others.remove(match)
    if right.endswith(CUT):
        return _begins_with(remaining, others)
    return bool(_joined(remaining) & _joined(others))


def organisations_agree(left: str, right: str) -> bool:
    """Whether two names are one organisation's: legal forms may be left out or abbreviated, but not differ."""
    (name, forms), (other_name, other_forms) = _without_legal_form(left), _without_legal_form(right)
    return agree(name, other_name) and (forms == other_forms or not forms or not other_forms)


def comparable_text(text: str) -> str:
    """The text's bare words in one order, to know a claim that was compared already."""
    return " ".join(sorted(word[0] for word in _words(text)))


def _words(text: str) -> list[tuple[str, ...]]:
    """Each word in small letters and digits, once for each way to spell it; the bare one first."""
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFC", text).lower())
    words = "".join(sign if sign.isalnum() or unicodedata.combining(sign) else " " for sign in text).split()
    return [tuple(_bare(word.translate(spelling)) for spelling in _SPELLINGS) for word in words]


def _bare(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.translate(_LETTERS))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _joined(words: list[tuple[str, ...]]) -> set[str]:
    """All words as one, in their order, once for each way to spell them."""
    return {"".join(word[way] for word in words) for way in range(len(_SPELLINGS))}


def _begins_with(words: list[tuple[str, ...]], beginnings: list[tuple[str, ...]]) -> bool:
    """Whether each beginning is that of a word of its own."""
    remaining = list(words)
    for beginning in beginnings:
        match = next((word for word in remaining if _is_beginning(beginning, word)), None)
        if match is None:
            return False
        remaining.remove(match)
    return True


def _is_beginning(beginning: tuple[str, ...], word: tuple[str, ...]) -> bool:
    return any(spelling.startswith(start) for spelling in word for start in beginning)


def _without_legal_form(text: str) -> tuple[str, frozenset[str]]:
    """The name proper, and the legal forms that were named. A name that is nothing else stays as it is."""
    name, forms = " ".join(word[0] for word in _words(text)), set()
    bare = name
    for pattern, form in _LEGAL_FORMS:
        bare, count = re.subn(rf"\b(?:{pattern})\b", " ", bare)
        if count and form:
            forms.add(form)
    return (bare, frozenset(forms)) if bare.strip() else (name, frozenset())
