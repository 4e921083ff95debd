"""Compare two texts of a dossier regardless of spelling.

What is no difference: case, accents and their Latin spelling in passports (Müller is MUELLER or MULLER), words joined
or parted (MIN JUN is MINJUN), and the order of a person's names. In an organisation's name the order counts, but its
legal form may be left out or abbreviated (TNHH), its kind and trades abbreviated (ĐH, SX & TM), the trades stand in any
order and place, and a second name follow in brackets. Where both names are written with accents, accents count.
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

# How kinds and trades of organisations are commonly abbreviated; trades are also written together (TMDV).
_TRADES = {
    "sx": "san xuat", "tm": "thuong mai", "dv": "dich vu", "xd": "xay dung", "dt": "dau tu", "xnk": "xuat nhap khau",
    "dl": "du lich",
}  # fmt: skip
_KINDS = {
    "cty": "cong ty", "dn": "doanh nghiep", "htx": "hop tac xa", "tt": "trung tam",
    "dh": "dai hoc", "truong dh": "dai hoc", "truong dai hoc": "dai hoc",
    "bv": "benh vien", "cd": "cao dang", "truong cd": "cao dang", "truong cao dang": "cao dang",
}  # fmt: skip
_TRADE = re.compile("|".join(_TRADES))
_TRADE_IN_FULL = re.compile(rf"\b(?:{'|'.join(_TRADES.values())})\b")
_TRADES_WORD = re.compile(rf"\b(?:{_TRADE.pattern})+\b")
_KIND = re.compile(rf"\b(?:{'|'.join(sorted(_KINDS, key=len, reverse=True))})\b")
_AND = re.compile(r"(?<=\w) (?:va|and)(?= \w)")
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TONE = re.compile("([\u0300\u0301\u0303\u0309\u0323])(.*)")
_ABBREVIATION_DOT = re.compile(r"(?<=\b\w)\.(?:(?=\w)|\s+(?=\w\b))")  # of C.ty, J.S.C. and J. S. C.

# What is left out of a company's name, each with the form it stands for; "" says nothing of the form.
_LEGAL_FORMS = (
    (r"tnhh|trach nhiem huu han|co ltd|co limited|ltd|limited( liability company)?|llc|pte", "limited"),
    (r"ctcp|cong ty cp|cong ty co phan|jsc|joint stock( company| co)?", "joint stock"),
    (r"hop danh|partnership", "partnership"),
    (r"dntn|doanh nghiep tu nhan|private enterprise", "private"),
    (r"mtv|1 ?tv|(mot|1) thanh vien|(one|single) member", "single member"),
    (r"2 ?tv|(hai|2) thanh vien( tro len)?|(two|multi) members?", "several members"),
    (r"cong ty|company|corporation|corp|inc", ""),
)
_MEMBERSHIPS = frozenset(
    {"single member", "several members"}
)  # a limited company may state one of them beside its form


def agree(left: str, right: str) -> bool:
    """Whether two texts differ only in spelling, such as accents and the order of words.

    A birth date known only by its year agrees with every day of that year. If ``right`` is marked as truncated, its
    words need only begin those of ``left``.
    """
    if read_date(left, partial=True) and read_date(right, partial=True):
        return left.startswith(right) or right.startswith(left)
    left_words, right_words = _word_spellings(left), _word_spellings(right)
    for word in list(left_words):
        if match := next((candidate for candidate in right_words if set(word) & set(candidate)), None):
            left_words.remove(word)
            right_words.remove(match)
    if right.endswith(CUT):
        return _begins_with(left_words, right_words)
    return bool(_joined(left_words) & _joined(right_words))


def spelling_reason(left: str, right: str) -> str:
    """Return by which code two texts that agree are spelled differently; empty if they read alike.

    ``cut``: the right one ends where a passport's line does; ``partial_date``: one is less exact; ``letters``: letters
    such as Ö are written OE; ``accents``; ``order`` of the words; ``joined`` or parted words; ``legal_form`` of an
    organisation, left out or abbreviated.
    """
    if left.casefold().split() == right.casefold().split():
        return ""
    if read_date(left, partial=True) and read_date(right, partial=True):
        return "partial_date"
    if right.endswith(CUT):
        return "cut"
    bare_left, bare_right = ([word[0] for word in _word_spellings(text)] for text in (left, right))
    if bare_left == bare_right:
        return "accents" if left.isascii() != right.isascii() else ""
    if sorted(bare_left) == sorted(bare_right):
        return "order"
    if _transliterates(left, bare_right):
        return "letters"
    if "".join(sorted("".join(bare_left))) == "".join(sorted("".join(bare_right))):
        return "joined"
    return "letters" if _joined(_word_spellings(left)) & _joined(_word_spellings(right)) else "legal_form"


def _transliterates(text: str, words: list[str]) -> bool:
    """Whether a passport spelling of the text, such as OE for Ö, consists of just these words."""
    spellings = _word_spellings(text)
    return any(sorted(word[way] for word in spellings) == sorted(words) for way in range(1, len(_SPELLINGS)))


def organisations_agree(left: str, right: str) -> bool:
    """Whether two names mean one organisation; legal forms may be left out or abbreviated, but not differ."""
    writings = [(a, b) for a in _with_and_without_brackets(left) for b in _with_and_without_brackets(right)]
    return any(_is_one_organisation(a, b) for a, b in writings)


def _with_and_without_brackets(text: str) -> set[str]:
    """Return an organisation's name as it is and, if it has brackets, also without their content.

    They may hold a second name (SUNSHINE) or a part (VIETNAM).
    """
    first_name = _IN_BRACKETS.sub(" ", text)
    return {text, first_name} if _word_spellings(first_name) else {text}


def _is_one_organisation(left: str, right: str) -> bool:
    """Whether two names are of one organisation: same name, no contradicting legal forms."""
    (names, forms), (other_names, other_forms) = _names_and_legal_forms(left), _names_and_legal_forms(right)
    is_one_name = bool(names & other_names) and _accents_agree(left, right)
    return (
        is_one_name
        and _no_contradiction(forms - _MEMBERSHIPS, other_forms - _MEMBERSHIPS)
        and _no_contradiction(forms & _MEMBERSHIPS, other_forms & _MEMBERSHIPS)
    )


def _no_contradiction(left: set[str], right: set[str]) -> bool:
    """Whether two sets of an organisation's legal forms are equal, or one of them is empty."""
    return left == right or not left or not right


def _accents_agree(left: str, right: str) -> bool:
    """Whether words that two names share, accents aside, also have the same accents.

    True if one of the names has no accents at all.
    """
    left_words, right_words = _accented_words(left), _accented_words(right)
    if not all(any(words[bare] != {bare} for bare in words) for words in (left_words, right_words)):
        return True
    return all(left_words[bare] & right_words[bare] for bare in left_words.keys() & right_words.keys())


def _accented_words(text: str) -> dict[str, set[str]]:
    """Return the accented forms of each bare word, with the tone moved to the end: HÒA is HOÀ."""
    words: dict[str, set[str]] = {}
    for word in re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()):
        words.setdefault(_without_accents(word), set()).add(_TONE.sub(r"\2\1", unicodedata.normalize("NFD", word)))
    return words


def comparable_text(text: str) -> str:
    """Return a text's words without accents, sorted: the same for texts that differ in accents and order."""
    return " ".join(sorted(word[0] for word in _word_spellings(text)))


def bare_words(text: str, *, all_spellings: bool = False) -> list[str]:
    """Return a text's words in small letters without accents, in order; with each passport spelling if asked for."""
    return [word for spellings in _word_spellings(text) for word in (spellings if all_spellings else spellings[:1])]


def states_legal_form(name: str) -> bool:
    """Whether an organisation's name states its legal form, such as TNHH."""
    return bool(_names_and_legal_forms(name)[1])


def _word_spellings(text: str) -> list[tuple[str, ...]]:
    """Return each word of a name as the tuple of its passport spellings, in lower case without accents.

    The first drops the accent of Ü; the others write it UE and UXX.
    """
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFC", text).lower())
    words = "".join(sign if sign.isalnum() or unicodedata.combining(sign) else " " for sign in text).split()
    return [tuple(_without_accents(word.translate(spelling)) for spelling in _SPELLINGS) for word in words]


def _without_accents(word: str) -> str:
    """Return the word without Vietnamese and other accents."""
    letters = unicodedata.normalize("NFD", word.translate(_LETTERS))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _joined(words: list[tuple[str, ...]]) -> set[str]:
    """Return the words of a name joined in order, once for each way of spelling them."""
    return {"".join(word[way] for word in words) for way in range(len(_SPELLINGS))}


def _begins_with(words: list[tuple[str, ...]], beginnings: list[tuple[str, ...]]) -> bool:
    """Whether each of ``beginnings`` begins a different one of ``words``.

    Both have each word as a tuple of its spellings.
    """
    remaining = list(words)
    for beginning in beginnings:
        match = next((word for word in remaining if _is_beginning(beginning, word)), None)
        if match is None:
            return False
        remaining.remove(match)
    return True


def _is_beginning(beginning: tuple[str, ...], word: tuple[str, ...]) -> bool:
    """Whether any spelling of the word begins with any spelling of the beginning."""
    return any(spelling.startswith(start) for spelling in word for start in beginning)


def _names_and_legal_forms(text: str) -> tuple[set[str], set[str]]:
    """Return the spellings of an organisation's name with its trades, and the legal forms it states."""
    words = _word_spellings(_ABBREVIATION_DOT.sub("", unicodedata.normalize("NFC", text)))
    spellings = [_without_legal_form(" ".join(word[way] for word in words)) for way in range(len(_SPELLINGS))]
    return {_with_trades_last(name) for name, _forms in spellings}, spellings[0][1]


def _with_trades_last(name: str) -> str:
    """Return an organisation's name without spaces, then its trades sorted, as they may stand anywhere in it."""
    trades = sorted(set(_TRADE_IN_FULL.findall(name)))
    return " ".join([_TRADE_IN_FULL.sub("", name).replace(" ", ""), *trades])


def _without_legal_form(name: str) -> tuple[str, set[str]]:
    """Return an organisation's name in full words without its legal forms, and those forms.

    A name that consists of legal forms stays.
    """
    name, forms = _written_in_full(name), set()
    rest = name
    for pattern, form in _LEGAL_FORMS:
        rest, count = re.subn(rf"\b(?:{pattern})\b", " ", rest)
        if count and form:
            forms.add(form)
    return (rest, forms) if rest.strip() else (name, set())


def _written_in_full(name: str) -> str:
    """Return an organisation's name with kinds and trades unabbreviated and without "and"."""
    name = _TRADES_WORD.sub(lambda word: _TRADE.sub(lambda trade: f" {_TRADES[trade[0]]}", word[0]), name)
    name = _KIND.sub(lambda kind: _KINDS[kind[0]], name)
    return _AND.sub("", " ".join(name.split()))
