"""Interpret single cells: from a text to a value with errors, warnings and notes.

Each reader returns a `CellOutcome`; `rows.py` remembers outcomes per distinct text, so a large file pays once.
"""

import re
import string
import unicodedata
from datetime import date, timedelta
from typing import Any, NamedTuple

from ancu.engines.exchange.codes import finding
from ancu.engines.exchange.dates import day_first, read_birth
from ancu.engines.exchange.fields import FIELD
from ancu.engines.exchange.lists import code_name, code_of
from ancu.engines.exchange.model import LIMITS, Finding
from ancu.engines.exchange.nationality import fold
from ancu.engines.latin import is_latin

Findings = tuple[Finding, ...]


class CellOutcome(NamedTuple):
    """The value read from a cell, with errors, warnings and notes about it."""

    value: Any
    errors: Findings = ()
    warnings: Findings = ()
    notes: Findings = ()


_MISSING = frozenset(
    (
        "",
        "undefined",
        "null",
        "none",
        "nan",
        "nat",
        "n/a",
        "#n/a",
        "nil",
        "(null)",
        "-",
        "--",
        "---",
        ".",
        "…",
    )
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")


def clean(text: str | None) -> str | None:
    """Return a cell's text trimmed, in NFC, control characters replaced by spaces; None if it holds no value.

    A dash, N/A and the like count as no value.
    """
    if text is None:
        return None
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    text = text.strip() if text.isascii() else unicodedata.normalize("NFC", text.strip())
    return None if len(text) < 10 and text.lower() in _MISSING else text


# --- names, documents, rooms -------------------------------------------------------------------------------

_LETTER = "A-Za-z\u00c0-\u02af\u1e00-\u1ef9"
PLAIN_NAME = re.compile(rf"[{_LETTER}][{_LETTER} '’.,\-]{{8,98}}[{_LETTER}.]").fullmatch
"""Names that need no second look: composed Latin letters, and longer than any word for "nothing"."""
PLAIN_DOCUMENT = re.compile(r"[A-Z0-9]{5,15}").fullmatch
_ODD_IN_NAME = re.compile(r"[\d?�_<>{}|\\=@#$%^*]")
_EXCEL_TEXT = re.compile(r'="(.*)"|\'(.*)')
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+\d+")


def read_name(text: str | None) -> CellOutcome:
    """Return a guest's full name from its cell, with findings about it.

    A missing, too long or not Latin name, or one without a letter, is an error; damaged characters bring a warning.
    """
    value = clean(text)
    if value is None:
        return CellOutcome(None, (finding("full_name_missing", "full_name", text),))
    if not any(c.isalpha() for c in value):
        return CellOutcome(None, (finding("full_name_unreadable", "full_name", text),))
    if len(value) > LIMITS["full_name"]:
        return CellOutcome(value, (finding("full_name_too_long", "full_name", text),))
    if not is_latin(value):
        return CellOutcome(value, (finding("full_name_not_latin", "full_name", text),))
    odd = (finding("full_name_damaged", "full_name", text),) if _ODD_IN_NAME.search(value) else ()
    return CellOutcome(value, (), odd)


def read_native_name(text: str | None) -> CellOutcome:
    """Return a guest's name in his own script, None if empty; a name that is too long is an error."""
    value = clean(text)
    if value is not None and len(value) > LIMITS["native_name"]:
        return CellOutcome(None, (finding("native_name_too_long", "native_name", text),))
    return CellOutcome(value)


def read_document(text: str | None, numeric: bool = False) -> CellOutcome:
    """Return a guest's document number from its cell, in capitals without spaces, with findings about it.

    ``numeric`` if the cell was a number, so that leading zeros may be lost, which brings a warning. Missing,
    unreadable or too long ones are errors.
    """
    value = clean(text)
    if value is not None and (match := _EXCEL_TEXT.fullmatch(value)):
        value = match[1] or match[2] or ""
    tidy = "".join((value or "").split()).upper()
    if not any(c.isalnum() for c in tidy):
        return CellOutcome(None, (finding("document_number_missing", "document_number", text),))
    if _SCIENTIFIC.fullmatch(tidy) or "�" in tidy:
        return CellOutcome(None, (finding("document_number_unreadable", "document_number", text),))
    if len(tidy) > LIMITS["document_number"]:
        return CellOutcome(tidy, (finding("document_number_too_long", "document_number", text),))
    warnings: list[Finding] = []
    if numeric:
        warnings.append(finding("document_number_was_number", "document_number", text))
    if is_placeholder(tidy):
        warnings.append(finding("document_number_placeholder", "document_number", text))
    elif not PLAIN_DOCUMENT(tidy) or tidy.isalpha():
        warnings.append(finding("document_number_unusual", "document_number", text))
    notes = (finding("document_number_tidied", "document_number", text, tidy=tidy),) if tidy != text else ()
    return CellOutcome(tidy, (), tuple(warnings), notes)


_RUNS = "01234567890", "09876543210"
_FILLED = re.compile(r"[A-Z]{0,2}(\d{5,})").fullmatch
_ZEROS = re.compile(r"0{5,}\d{1,2}").fullmatch
_BEGINNINGS = ("TEST", "XXX")
_INSTEAD = frozenset(["TEST", "PASSPORT", "HOCHIEU", "UNKNOWN", "NONUMBER", "NOPASSPORT", "KHONGCO", "CHUACO"])
# The last five characters of all such numbers: they alone clear nearly every row of a large file.
_SUSPECT = frozenset(
    [run[at : at + 5] for run in _RUNS for at in range(len(run) - 4)]
    + [sign * 5 for sign in string.ascii_uppercase + string.digits]
    + [word[-5:] for word in _INSTEAD]
)


def is_placeholder(number: str) -> bool:
    """Whether the number is a placeholder: one repeated character, 123456…, 0000001, TEST1234, or a word for "none"."""
    if number.startswith(_BEGINNINGS) or ("00000" in number and _ZEROS(number)):
        return True
    if number[-5:] not in _SUSPECT or number in _INSTEAD:
        return number in _INSTEAD
    match = _FILLED(number)
    digits = match[1] if match else number
    run = digits in _RUNS[digits[0] in "98"] and digits[0] in "0198" and len(digits) > 5
    return run or len(set(digits)) == 1


def read_room(text: str | None) -> CellOutcome:
    """Return a guest's room from its cell; a missing room brings a warning, a text that is too long an error."""
    value = clean(text)
    if value is None:
        return CellOutcome(None, (), (finding("room_missing", "room", text),))
    if len(value) > LIMITS["room"]:
        return CellOutcome(value, (finding("room_too_long", "room", text),))
    return CellOutcome(value)


def read_text(field: str, text: str | None) -> CellOutcome:
    """Return the cell of an optional text field; a text that is too long gives None with a warning."""
    value, limit = clean(text), FIELD[field].limit or LIMITS["text"]
    if value is not None and len(value) > limit:
        return CellOutcome(None, (), (finding("text_too_long", field, text, limit=limit),))
    return CellOutcome(value)


def read_listed(field: str, text: str | None) -> CellOutcome:
    """Return the code-list code that a cell names, such as a purpose of stay; None if empty.

    A text that names no code gives None with a warning.
    """
    value = clean(text)
    if value is None:
        return CellOutcome(None)
    if len(value) > LIMITS["text"]:
        return CellOutcome(None, (), (finding("text_too_long", field, text, limit=LIMITS["text"]),))
    code = code_of(field, value)
    return CellOutcome(code, (), () if code else (finding("not_on_list", field, text),))


# --- sex ---------------------------------------------------------------------------------------------------

_SEX_WORDS = {
    "M": "m nam male man men masculin masculine homme hombre mannlich muz 男 男性 남 남성 남자 м муж мужской",
    "F": "f nu female woman women feminin feminine femme mujer weiblich zena 女 女性 여 여성 여자 ж жен женский",
    "X": "x khac other khacother otherkhac gioitinhkhac nonbinary",
}
_SEX = {word: sex for sex, words in _SEX_WORDS.items() for word in words.split()} | {"<": "X"}
_SEX_CODED = re.compile(r"([MFX])\s*[-–]\s*\S.*", re.IGNORECASE)


def read_sex(text: str | None, legend: dict[str, str] | None = None) -> CellOutcome:
    """Return a guest's sex from its cell as M, F or X; a missing or unknown sex gives None with a warning.

    X is what a document states (X, Khác, Other, the MRZ's `<`); U and Unknown give None. Digits count only if the
    column's header explains them (``legend``).
    """
    value = clean(text)
    if value is None:
        return CellOutcome(None, (), (finding("sex_missing", "sex", text),))
    if value in ("M", "F", "X"):
        return CellOutcome(value)
    match = _SEX_CODED.fullmatch(value)
    sex = match[1].upper() if match else (_SEX.get(fold(value) or value) or (legend or {}).get(value))
    if sex is None:
        return CellOutcome(None, (), (finding("sex_unknown", "sex", text),))
    name_vi, name_en = (code_name("sex", sex, language) for language in ("vi", "en"))
    if value.casefold() in (name_vi.casefold(), name_en.casefold()):
        return CellOutcome(sex)  # it says itself
    return CellOutcome(sex, (), (), (finding("sex_interpreted", "sex", text, sex_vi=name_vi, sex_en=name_en),))


# --- birth -------------------------------------------------------------------------------------------------

_PRECISION = {
    "d": 10,
    "day": 10,
    "ngay": 10,
    "m": 7,
    "month": 7,
    "thang": 7,
    "y": 4,
    "year": 4,
    "nam": 4,
}
_OLDEST, _UNLIKELY = 125, 100  # years
_NEWBORN = timedelta(days=30)  # few get a passport so soon, and today is typed by mistake


def _precision(text: str | None) -> tuple[int | None, Findings]:
    """Read a birth date's precision (D, M, Y …) as the length of its ISO text: 10, 7 or 4; with findings.

    None for an empty or unknown one; an unknown one brings a finding.
    """
    if text == "D":
        return 10, ()
    value = clean(text)
    if value is None:
        return None, ()
    length = _PRECISION.get(fold(value.split("-")[0]))
    return length, () if length else (finding("precision_unknown", "birth_date", text),)


def read_birth_date(text: str | None, precision: str | None, today: date, month_first: bool = False) -> CellOutcome:
    """Read a birth date; a coarser ``precision`` code (year, month) cuts it to a year or a month.

    Findings name a missing, impossible, unlikely or very recent date, and a contradiction between date and precision.
    """
    value = clean(text)
    if value is None:
        return CellOutcome(None, (finding("birth_date_missing", "birth_date", text),))
    birth = read_birth(value, month_first)
    if birth is None:
        return CellOutcome(None, (finding("birth_date_unreadable", "birth_date", text),))
    length, warnings = _precision(precision)
    birth_value = birth.value
    notes: Findings = ()
    if length is not None and length < len(birth_value):
        filler = set(birth_value[length + 1 :].split("-")) == {"01"}
        birth_value = birth_value[:length]
        precision_finding = finding(
            "birth_precision_applied" if filler else "precision_contradictory",
            "birth_date",
            text,
        )
        notes, warnings = ((precision_finding,), warnings) if filler else ((), (*warnings, precision_finding))
    elif len(birth_value) < 10 and length != len(birth_value):
        notes = (finding("birth_precision_from_text", "birth_date", text),)
    if birth.reading:
        code = "date_from_excel" if birth.reading == "excel" else "month_first_header"
        notes = (*notes, finding(code, "birth_date", text, date=day_first(birth.value)))
    possible = birth_value <= today.isoformat()[: len(birth_value)] and int(birth_value[:4]) >= today.year - _OLDEST
    errors = () if possible else (finding("birth_date_impossible", "birth_date", text),)
    if possible and int(birth_value[:4]) < today.year - _UNLIKELY:
        warnings = (*warnings, finding("birth_date_unlikely", "birth_date", text))
    if possible and len(birth_value) > 4 and birth_value >= (today - _NEWBORN).isoformat()[: len(birth_value)]:
        warnings = (*warnings, finding("birth_date_recent", "birth_date", text))
    return CellOutcome(birth_value, errors, warnings, notes)
