"""Dates as lodgings write them.

Day first, always: `dd/mm/yyyy` (also with `-` or `.`, one-digit days, a time after it), ISO `yyyy-mm-dd` with or
without time and zone, `14 Oct 2026`, `Oct 14, 2026`,
`ngày 14 tháng 10 năm 2026`, Excel serial numbers; for birth dates also `yyyy` and `mm/yyyy`. Month first
is read only where the column's own header says so. Two-digit years are not guessed.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

VIETNAM = timezone(timedelta(hours=7), "+07:00")

_PLAIN = re.compile(r"\d\d/\d\d/\d{4}", re.ASCII).fullmatch
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})(?:[ T,]+(.*))?", re.DOTALL)
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ T]+(.*))?", re.DOTALL)
_NAMED = re.compile(r"(\d{1,2})[ \-./]*([A-Za-z]{3,9})[ \-./,]*(\d{4})(?:[ T]+(.*))?", re.DOTALL)
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})(?:[ T,]+(.*))?", re.DOTALL)
_VIETNAMESE = re.compile(
    r"(?:ngày\s+)?(\d{1,2})\s+(?:tháng|thg\.?|th\.?)\s*(\d{1,2})(?:,|\s+năm)?\s+(\d{4})(?:[ T,]+(.*))?",
    re.DOTALL | re.IGNORECASE,
)
_TIME = re.compile(r"(\d{1,2})[:hH](\d{1,2})?(?::(\d{1,2})(?:[.,]\d+)?)?\s*([AaPp][Mm])?\s*(Z|[+-]\d{2}:?\d{2})?")
_ABBREVIATED = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {short: number for number, short in enumerate(_ABBREVIATED, 1)}
_ISO = re.compile(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])(?:-(\d\d))?(?:[ T](\d\d:\d\d)(?::\d\d)?)?", re.ASCII)
_SERIAL = re.compile(r"([1-7]\d{4})(?:\.(\d+))?")
_YEAR = re.compile(r"(\d{4})(?:\.0)?")  # 1962.0: a table program made a number of it
_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{4})")
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=VIETNAM)


class Moment(NamedTuple):
    """A day as read: its time if one is written, the date with day and month exchanged, and how it was read."""

    day: date
    at: datetime | None = None
    swapped: date | None = None  # the same text read month first, when that is a date too
    dd_mm: bool = False  # written day first with numbers
    reading: str = ""  # "", "excel" or "month_first"


class Birth(NamedTuple):
    """A birth date: `value` is `yyyy-mm-dd`, `yyyy-mm` or `yyyy`."""

    value: str
    dd_mm: bool = False
    reading: str = ""


def day_first(text: str) -> str:
    """Write an ISO day, month or moment as 08/03/1984, 05/1971 or 08/03/1984 14:30; other text is unchanged."""
    written = _ISO.fullmatch(text)
    if written is None:
        return text
    year, month, day, clock = written.groups()
    return " ".join(filter(None, ["/".join(filter(None, [day, month, year])), clock]))


def read_date(text: str, month_first: bool = False) -> Moment | None:
    """Read the day, and the time if there is one, of an arrival, departure or permit; None if unreadable.

    ``month_first`` if the column's header says so.
    """
    if _PLAIN(text) and not month_first:
        first, second, year = int(text[:2]), int(text[3:5]), int(text[6:])
        day, swapped = _plausible_date(year, second, first), _plausible_date(year, first, second)
        return Moment(day, None, swapped if swapped != day else None, True) if day else None
    if len(text) > 40:
        return None
    for reader in (_day_first, _year_first, _named_month, _month_day, _vietnamese_words, _excel_serial):
        moment = reader(text, month_first)
        if moment is not None:
            return moment
    return None


def read_birth(text: str, month_first: bool = False) -> Birth | None:
    """Read a birth date: a day, a month or only a year; None if it is unreadable.

    ``month_first`` if the column's header says so.
    """
    if _PLAIN(text):
        moment = read_date(text, month_first)
        return Birth(moment.day.isoformat(), moment.dd_mm, moment.reading) if moment else None
    if match := _YEAR.fullmatch(text):
        return Birth(match[1]) if text > "1800" else None
    match = _MONTH_YEAR.fullmatch(text)
    month, year = (match[1], match[2]) if match else ("", "")
    if not match and (match := _YEAR_MONTH.fullmatch(text)):
        month, year = match[2], match[1]
    if match:
        return Birth(f"{year}-{int(month):02}") if 1 <= int(month) <= 12 and year > "1800" else None
    moment = read_date(text, month_first)
    if moment is None:
        return None
    return Birth(moment.day.isoformat(), moment.dd_mm, moment.reading)


def _day_first(text: str, month_first: bool) -> Moment | None:
    """Read ``14/10/2026`` day first, or month first if the column's header says so; None for another format.

    The result also has the date with day and month exchanged, if that exists.
    """
    match = _DAY_FIRST.fullmatch(text)
    if not match:
        return None
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    day, swapped = _plausible_date(year, second, first), _plausible_date(year, first, second)
    if month_first:
        return _with_time(swapped, match[4], None, False, "month_first")
    return _with_time(day, match[4], swapped if swapped != day else None, True)


def _year_first(text: str, month_first: bool) -> Moment | None:
    """Read ``2026-10-14``, with or without a time; None for another format."""
    match = _YEAR_FIRST.fullmatch(text)
    return _with_time(_plausible_date(int(match[1]), int(match[2]), int(match[3])), match[4]) if match else None


def _named_month(text: str, month_first: bool) -> Moment | None:
    """Read ``14 Oct 2026``; None for another format."""
    match = _NAMED.fullmatch(text)
    month = _month(match[2]) if match else None
    return _with_time(_plausible_date(int(match[3]), month, int(match[1])), match[4]) if match and month else None


def _month_day(text: str, month_first: bool) -> Moment | None:
    """Read ``March 9, 1984``; None for another format."""
    match = _MONTH_DAY.fullmatch(text)
    month = _month(match[1]) if match else None
    return _with_time(_plausible_date(int(match[3]), month, int(match[2])), match[4]) if match and month else None


def _month(word: str) -> int | None:
    """Return the number of a month by its first three letters; Finnish `marraskuu` is November. None if unknown."""
    return None if word.lower().startswith("marr") else _MONTHS.get(word[:3].lower())


def _vietnamese_words(text: str, month_first: bool) -> Moment | None:
    """Read ``ngày 14 tháng 10 năm 2026``; None for another format."""
    match = _VIETNAMESE.fullmatch(text)
    return _with_time(_plausible_date(int(match[3]), int(match[2]), int(match[1])), match[4]) if match else None


def _excel_serial(text: str, month_first: bool) -> Moment | None:
    """Read a day written as an Excel serial number; None for another format."""
    match = _SERIAL.fullmatch(text)
    if not match:
        return None
    moment = _EXCEL_EPOCH + timedelta(days=int(match[1]))
    if not match[2]:
        return Moment(moment.date(), reading="excel")
    moment += timedelta(seconds=round(float("0." + match[2]) * 86400))
    return Moment(moment.date(), moment, reading="excel")


def _plausible_date(year: int, month: int, day: int) -> date | None:
    """Return the date of these numbers; None if there is no such day or the year is implausible."""
    try:
        return date(year, month, day) if 1800 < year < 2200 else None
    except ValueError:
        return None


def _with_time(
    day: date | None,
    time: str | None,
    swapped: date | None = None,
    dd_mm: bool = False,
    reading: str = "",
) -> Moment | None:
    """Return the day with its time of day, if any; None without a day or for an unreadable time.

    Midnight counts as no time. ``swapped`` is the date with day and month exchanged, ``dd_mm`` whether it was written
    day first, ``reading`` the notation, if unusual.
    """
    if day is None:
        return None
    if not time or not time.strip():
        return Moment(day, None, swapped, dd_mm, reading)
    at = read_time(day, time.strip())
    if at is None:
        return None
    if at.time() == datetime.min.time() and at.date() == day:
        return Moment(day, None, swapped, dd_mm, reading)
    return Moment(at.date(), at, swapped, dd_mm, reading)


def read_time(day: date, text: str) -> datetime | None:
    """Read `14:05`, `14h05` or `2:05 PM`, with or without zone, as Vietnam's time on that day; None if unreadable."""
    match = _TIME.fullmatch(text)
    if not match:
        return None
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if match[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4].lower() == "pm" else 0)
    try:
        at = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=_read_zone(match[5]))
    except ValueError:
        return None
    return at.astimezone(VIETNAM)


def _read_zone(text: str | None) -> timezone:
    """Return the time zone written as ``Z`` or ``+07:00``; Vietnam's for None or an empty text."""
    if not text:
        return VIETNAM
    if text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone(sign * timedelta(hours=hours, minutes=minutes))
