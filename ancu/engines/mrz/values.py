"""From the lines of a zone to values: names, dates, numbers, codes."""

from collections.abc import Mapping, Sequence
from datetime import date

from ancu.engines.mrz.layout import FILLER, ZoneLayout, long_number

OLDEST = 100
"""Years a birth may lie back; an older holder cannot be told from a child by two digits."""


def values(layout: ZoneLayout, lines: Sequence[str], today: date) -> Mapping[str, str]:
    """Every field as text. Codes are kept as read, so that one we do not know yet is not lost."""
    raw = {name: place.of(lines) for name, place in layout.places.items()}
    surname, given_names = split_names(raw["names"])
    long = long_number(layout, lines)
    fields = {
        "document_code": raw["document_code"].rstrip(FILLER),
        "issuer": raw["issuer"].rstrip(FILLER),
        "surname": surname,
        "given_names": given_names,
        "names_cut": "yes" if names_cut(raw["names"]) else "",
        "document_number": (long[0] if long else raw["document_number"]).rstrip(FILLER),
        "nationality": raw["nationality"].rstrip(FILLER),
        "birth_date": birth_date(raw["birth_date"], today),
        "sex": raw["sex"] if raw["sex"] in "MFX" else "",
        "expiry_date": expiry_date(raw["expiry_date"], today),
        "optional": _plain(raw["optional"]) if not long else _plain(raw["optional"].partition(FILLER)[2]),
    }
    if "optional_2" in raw:
        fields["optional_2"] = _plain(raw["optional_2"])
    return fields


def _plain(text: str) -> str:
    return " ".join(part for part in text.split(FILLER) if part)


def split_names(text: str) -> tuple[str, str]:
    """Surname and given names. `<<` parts them once; a name without it is one name, as mononyms and many
    Indonesian, Burmese and Indian passports have. Apostrophes and hyphens were already dropped or turned into `<`."""
    surname, _, given_names = text.strip(FILLER).partition(FILLER * 2)
    return _plain(surname), _plain(given_names)


def names_cut(text: str) -> bool:
    """The names fill the line to its end, so more may have been cut off (Doc 9303-3, 4.6)."""
    return not text.endswith(FILLER)


def birth_date(text: str, today: date) -> str:
    """The latest year that is not in the future; unknown parts are fillers or, with some issuers, zeros."""
    if not text[:2].isdigit():
        return ""
    century = today.year - today.year % 100
    year = century + int(text[:2])
    month, day = _without_fillers(text[2:4]), _without_fillers(text[4:6])
    date_text = _date_text(year, month, day)
    return date_text if date_text <= today.isoformat()[: len(date_text)] else _date_text(year - 100, month, day)


def expiry_date(text: str, today: date) -> str:
    """The year within fifty of today's: documents are valid for ten years, rarely for more than thirty."""
    if not text.isdigit():
        return ""
    year = today.year - today.year % 100 + int(text[:2])
    if year > today.year + 50:
        year -= 100
    elif year <= today.year - 50:
        year += 100
    return _date_text(year, text[2:4], text[4:6])


def _without_fillers(part: str) -> str:
    return part if part.isdigit() and part != "00" else ""


def _date_text(year: int, month: str, day: str) -> str:
    return "-".join([f"{year:04}", *([month, *([day] if day else [])] if month else [])])


def possible_birth(text: str) -> bool:
    """A real day, or one of which only year, or year and month, are known."""
    if text == FILLER * 6:
        return True
    year, month, day = text[:2], _without_fillers(text[2:4]), _without_fillers(text[4:6])
    if not year.isdigit() or not _is_complete(text[2:4]) or not _is_complete(text[4:6]):
        return False
    return _in_calendar(month or "01", day or "01") and not (day and not month)


def possible_expiry(text: str) -> bool:
    return text == FILLER * 6 or (text.isdigit() and _in_calendar(text[2:4], text[4:6]))


def _is_complete(part: str) -> bool:
    return part.isdigit() or part == FILLER * 2


def _in_calendar(month: str, day: str) -> bool:
    try:
        date(2000, int(month), int(day))
    except ValueError:
        return False
    return True
