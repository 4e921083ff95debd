"""The formats of ICAO Doc 9303: the place of each field, its allowed characters, and its check digits.

Parts 4 (TD3), 5 (TD1), 6 (TD2) and 7 (MRV-A, MRV-B).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ancu.engines.exchange.nationality import countries
from ancu.engines.mrz.model import CheckDigit

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
FILLER = "<"
ALPHABET = LETTERS + DIGITS + FILLER
NAME = LETTERS + FILLER
ANY = ALPHABET
SEX = "MFX<"
DATE = DIGITS + FILLER
SIGN = DIGITS + FILLER
"""A check digit that may be left out: after an empty or an overlong field."""


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A field's place: line, first and one past its last position."""

    line: int
    start: int
    end: int

    def text_in(self, lines: Sequence[str]) -> str:
        """Return the field's characters in the lines of a zone."""
        return lines[self.line][self.start : self.end]


@dataclass(frozen=True, slots=True)
class ZoneLayout:
    """One format: its size, its fields and, for each check digit, the places it covers."""

    format: str
    width: int
    kinds: str  # what the first character may be
    masks: tuple[tuple[str, ...], ...]
    places: dict[str, FieldPlace]
    signs: dict[str, tuple[FieldPlace, tuple[FieldPlace, ...]]]

    @property
    def rows(self) -> int:
        """The number of lines of the format."""
        return len(self.masks)


def _masks(*parts: tuple[str, int]) -> tuple[str, ...]:
    """Return the allowed characters of each position, from pairs of allowed characters and number of positions."""
    return tuple(chars for chars, count in parts for _ in range(count))


def _first_line_masks(kinds: str, names: int) -> tuple[str, ...]:
    """Return the characters allowed at each position of a first line: document code, issuer and names.

    ``kinds`` are those of the first position, ``names`` is the number of positions of the names.
    """
    return _masks((kinds, 1), (NAME, 1), (LETTERS, 1), (NAME, 2), (LETTERS, 1), (NAME, names - 1))


def _second_line_masks(sign: str, *tail: tuple[str, int]) -> tuple[str, ...]:
    """Return the characters allowed at each position of a second line.

    ``sign`` are the characters of the document number's check digit; ``tail`` are pairs of allowed characters and
    number of positions for the rest of the line.
    """
    state = ((LETTERS, 1), (NAME, 2))
    return _masks(
        (LETTERS + DIGITS, 1), (ANY, 8), (sign, 1), *state, (DATE, 6), (SIGN, 1), (SEX, 1), (DATE, 6), (SIGN, 1), *tail
    )


def _two_lines(width: int) -> tuple[dict[str, FieldPlace], dict[str, tuple[FieldPlace, tuple[FieldPlace, ...]]]]:
    """Return by field name the places that TD2, TD3 and both visas share, and the places of their check digits.

    A check digit's entry is its own place and the places it covers.
    """
    places = {
        "document_code": FieldPlace(0, 0, 2),
        "issuer": FieldPlace(0, 2, 5),
        "names": FieldPlace(0, 5, width),
        "document_number": FieldPlace(1, 0, 9),
        "nationality": FieldPlace(1, 10, 13),
        "birth_date": FieldPlace(1, 13, 19),
        "sex": FieldPlace(1, 20, 21),
        "expiry_date": FieldPlace(1, 21, 27),
    }
    signs: dict[str, tuple[FieldPlace, tuple[FieldPlace, ...]]] = {
        "document_number": (FieldPlace(1, 9, 10), (FieldPlace(1, 0, 9),)),
        "birth_date": (FieldPlace(1, 19, 20), (FieldPlace(1, 13, 19),)),
        "expiry_date": (FieldPlace(1, 27, 28), (FieldPlace(1, 21, 27),)),
    }
    return places, signs


def _td3() -> ZoneLayout:
    """Return the layout of passports: two lines of 44."""
    places, signs = _two_lines(44)
    places["optional"] = FieldPlace(1, 28, 42)
    signs["optional"] = (FieldPlace(1, 42, 43), (FieldPlace(1, 28, 42),))
    signs["composite"] = (FieldPlace(1, 43, 44), (FieldPlace(1, 0, 10), FieldPlace(1, 13, 20), FieldPlace(1, 21, 43)))
    body = _second_line_masks(DIGITS, (ANY, 14), (SIGN, 1), (DIGITS, 1))
    return ZoneLayout("TD3", 44, "P", (_first_line_masks("P", 39), body), places, signs)


def _td2() -> ZoneLayout:
    """Return the layout of identity cards with two lines of 36."""
    places, signs = _two_lines(36)
    places["optional"] = FieldPlace(1, 28, 35)
    signs["composite"] = (FieldPlace(1, 35, 36), (FieldPlace(1, 0, 10), FieldPlace(1, 13, 20), FieldPlace(1, 21, 35)))
    body = _second_line_masks(SIGN, (ANY, 7), (DIGITS, 1))
    return ZoneLayout("TD2", 36, "IACP", (_first_line_masks("IACP", 31), body), places, signs)


def _visa(format: str, width: int) -> ZoneLayout:
    """Return the layout of visas: two lines of ``width``."""
    places, signs = _two_lines(width)
    places["optional"] = FieldPlace(1, 28, width)
    return ZoneLayout(
        format,
        width,
        "V",
        (_first_line_masks("V", width - 5), _second_line_masks(SIGN, (ANY, width - 28))),
        places,
        signs,
    )


def _td1() -> ZoneLayout:
    """Return the layout of identity cards with three lines of 30."""
    places = {
        "document_code": FieldPlace(0, 0, 2),
        "issuer": FieldPlace(0, 2, 5),
        "document_number": FieldPlace(0, 5, 14),
        "optional": FieldPlace(0, 15, 30),
        "birth_date": FieldPlace(1, 0, 6),
        "sex": FieldPlace(1, 7, 8),
        "expiry_date": FieldPlace(1, 8, 14),
        "nationality": FieldPlace(1, 15, 18),
        "optional_2": FieldPlace(1, 18, 29),
        "names": FieldPlace(2, 0, 30),
    }
    signs = {
        "document_number": (FieldPlace(0, 14, 15), (FieldPlace(0, 5, 14),)),
        "birth_date": (FieldPlace(1, 6, 7), (FieldPlace(1, 0, 6),)),
        "expiry_date": (FieldPlace(1, 14, 15), (FieldPlace(1, 8, 14),)),
        "composite": (
            FieldPlace(1, 29, 30),
            (FieldPlace(0, 5, 30), FieldPlace(1, 0, 7), FieldPlace(1, 8, 15), FieldPlace(1, 18, 29)),
        ),
    }
    state = ((LETTERS, 1), (NAME, 2))
    first = _masks(("IAC", 1), (ANY, 1), *state, (LETTERS + DIGITS, 1), (ANY, 8), (SIGN, 1), (ANY, 15))
    dates = ((DATE, 6), (SIGN, 1), (SEX, 1), (DATE, 6), (SIGN, 1))
    second = _masks(*dates, *state, (ANY, 11), (DIGITS, 1))
    return ZoneLayout("TD1", 30, "IAC", (first, second, _masks((LETTERS, 1), (NAME, 29))), places, signs)


LAYOUTS = {each.format: each for each in (_td1(), _td2(), _td3(), _visa("MRVA", 44), _visa("MRVB", 36))}
WEIGHTS = (7, 3, 1)


def value(char: str) -> int:
    """Return the number a character counts as in check digits: digits themselves, A to Z 10 to 35, the filler 0."""
    return 0 if char == FILLER else int(char, 36)


def check_digit(text: str) -> str:
    """Return the check digit of a text by Doc 9303-3, 4.9: weights 7, 3, 1, modulo 10."""
    return str(sum(value(char) * WEIGHTS[i % 3] for i, char in enumerate(text)) % 10)


def long_number(layout: ZoneLayout, lines: Sequence[str]) -> tuple[str, str] | None:
    """Return number and check digit of a document number too long for its field (TD1, TD2).

    Its check digit's place has ``<`` and it continues in the optional data. None for any other number.
    """
    place, (covered,) = layout.signs["document_number"]
    if layout.format not in ("TD1", "TD2") or place.text_in(lines) != FILLER:
        return None
    rest = layout.places["optional"].text_in(lines).split(FILLER)[0]
    return (covered.text_in(lines) + rest[:-1], rest[-1]) if len(rest) > 1 else None


def checks(layout: ZoneLayout, lines: Sequence[str]) -> tuple[CheckDigit, ...]:
    """Return a CheckDigit for every check digit of the format: name, place and whether it holds in these lines."""
    return tuple(
        CheckDigit(name, at.line, at.start, _digit_holds(layout, lines, name, at, covered))
        for name, (at, covered) in layout.signs.items()
    )


def _digit_holds(
    layout: ZoneLayout, lines: Sequence[str], name: str, at: FieldPlace, covered: tuple[FieldPlace, ...]
) -> bool:
    """Whether a check digit is right for the places it covers.

    A filler in its place is right over an empty field, or for a document number that continues elsewhere and holds.
    """
    text, sign = "".join(place.text_in(lines) for place in covered), at.text_in(lines)
    if sign != FILLER:
        return check_digit(text) == sign
    if name == "document_number":
        number = long_number(layout, lines)
        # Doc 9303-5 does not say whether the filler between the parts counts; both are met, and they differ in weight.
        return number is not None and number[1] in (check_digit(number[0]), check_digit(_with_filler(number[0])))
    return not text.strip(FILLER)


def _with_filler(number: str) -> str:
    """Return a document number that is too long for its field, with the filler between its two parts."""
    return number[:9] + FILLER + number[9:]


NUMBERED_CODES = {"USA": ("C1", "C2")}
"""Document codes with a digit, by issuer: resident and border crosser cards of the United States. Doc 9303 has letters
there, and so have all others; a digit is believed of nobody else, as it looks like an `I`, an `L` or a `Z`."""
_MORE_STATES = """
    D GBD GBN GBO GBP GBS UNO UNA UNK XOM XXA XXB XXC XXX EUE RKS UTO XPO XBA XIM XCC XCO XEC XCE XMP XDC INP XPA
"""


@cache
def states() -> frozenset[str]:
    """Return the codes of issuing states and nationalities in zones: ISO's, passports' own and ICAO's specimen."""
    country_codes = {c.code for c in countries() if len(c.code) <= 3 and c.code.isalpha()}
    return frozenset(country_codes.union(*map(str.split, _MORE_STATES.splitlines()))) - {"DEU"}
