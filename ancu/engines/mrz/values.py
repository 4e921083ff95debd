"""Convert the lines of a zone to values: names, dates, numbers, codes."""

from collections.abc import Mapping, Sequence
from datetime import date

from ancu.engines.mrz.layout import FILLER, ZoneLayout, long_number

OLDEST = 100
"""Years a birth may lie back; an older holder cannot be told from a child by two digits."""


def values(layout: ZoneLayout, lines: Sequence[str], today: date) -> Mapping[str, str]:
    """Return a zone's fields as texts by name (such as surname, birth_date), empty where there is nothing.

    Dates are in ISO form. Codes stay as read, so that an unknown one is not lost.
    """
    raw = {name: place.text_in(lines) for name, place in layout.places.items()}
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
        "optional": _fillers_to_spaces(raw["optional"])
        if not long
        else _fillers_to_spaces(raw["optional"].partition(FILLER)[2]),
    }
    if "optional_2" in raw:
        fields["optional_2"] = _fillers_to_spaces(raw["optional_2"])
    return fields


def _fillers_to_spaces(text: str) -> str:
    """Return the text with each run of fillers replaced by a space."""
    return " ".join(part for part in text.split(FILLER) if part)


def split_names(text: str) -> tuple[str, str]:
    """Return surname and given names, separated by ``<<``.

    Without it there is a single name: mononyms and many Indonesian, Burmese and Indian passports. Apostrophes and
    hyphens are already dropped or turned into `<`.
    """
    surname, _, given_names = text.strip(FILLER).partition(FILLER * 2)
    return _fillers_to_spaces(surname), _fillers_to_spaces(given_names)


def names_cut(text: str) -> bool:
    """Whether the names fill the zone's line up to its end, so that more may be cut off (Doc 9303-3, 4.6)."""
    return not text.endswith(FILLER)


def birth_date(text: str, today: date) -> str:
    """Return the ISO birth date of six characters, YYMMDD, in the latest year that is not in the future.

    Unknown parts (fillers or, with some issuers, zeros) are omitted.
    """
    if not text[:2].isdigit():
        return ""
    century = today.year - today.year % 100
    year = century + int(text[:2])
    month, day = _without_fillers(text[2:4]), _without_fillers(text[4:6])
    date_text = _date_text(year, month, day)
    return date_text if date_text <= today.isoformat()[: len(date_text)] else _date_text(year - 100, month, day)


def expiry_date(text: str, today: date) -> str:
    """Return the ISO expiry date of six characters, YYMMDD, in the year within fifty of today's."""
    if not text.isdigit():
        return ""
    year = today.year - today.year % 100 + int(text[:2])
    if year > today.year + 50:
        year -= 100
    elif year <= today.year - 50:
        year += 100
    return _date_text(year, text[2:4], text[4:6])


def _without_fillers(part: str) -> str:
    """Return the two digits of a month or day; empty if they are fillers or zeros, so unknown."""
    return part if part.isdigit() and part != "00" else ""


def _date_text(year: int, month: str, day: str) -> str:
    """Return an ISO date, cut before the first empty part: 1984-03-08, 1984-03 or 1984."""
    return "-".join([f"{year:04}", *([month, *([day] if day else [])] if month else [])])


def possible_birth(text: str) -> bool:
    """Whether six characters, YYMMDD, can be a birth date: a day that exists, or one with unknown parts."""
    if text == FILLER * 6:
        return True
    year, month, day = text[:2], _without_fillers(text[2:4]), _without_fillers(text[4:6])
    if not year.isdigit() or not _is_complete(text[2:4]) or not _is_complete(text[4:6]):
        return False
    return _in_calendar(month or "01", day or "01") and not (day and not month)


def possible_expiry(text: str) -> bool:
    """Whether six characters, YYMMDD, can be an expiry date: a day that exists, or all fillers."""
    return text == FILLER * 6 or (text.isdigit() and _in_calendar(text[2:4], text[4:6]))


def _is_complete(part: str) -> bool:
    """Whether a year, month or day in the zone is all digits or all fillers."""
    return part.isdigit() or part == FILLER * 2


def _in_calendar(month: str, day: str) -> bool:
    """Whether the month has this day; 29 February counts, as the year is not given."""
    try:
        date(2000, int(month), int(day))
    except ValueError:
        return False
    return True
