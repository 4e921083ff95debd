"""Findings that only a whole file shows: exchanged days and months, constant filler values."""

import re
from collections.abc import Sequence
from datetime import date

from ancu.engines.exchange.codes import finding
from ancu.engines.exchange.dates import read_date
from ancu.engines.exchange.model import Finding, GuestRow, Table


def file_notices(table: Table, rows: Sequence[GuestRow], today: date) -> list[Finding]:
    """Return the findings about the file as a whole.

    They warn of days and months that may be exchanged, and of a sex column with the same digit for every guest.
    """
    notices: list[Finding] = []
    for field in ("birth_date", "arrived_on"):
        texts = {t.strip() for t in table.columns.get(field, ()) if t}
        if _all_swappable(texts, 5 if field == "birth_date" else 8):
            notices.append(finding("dates_maybe_swapped", field))
    real = [r for r in rows if not r.is_example]
    for field in ("sex", "nationality"):
        texts = {t for r in real if (t := r.raw.get(field))} if 3 <= len(real) <= 1000 else set()
        if field == "sex" and len(texts) == 1 and next(iter(texts)).strip().isdigit():
            notices.append(finding("constant_column", field, next(iter(texts))))
    return notices


DAY_FIRST_ONLY = re.compile(r"\s*(1[3-9]|2\d|3\d)[/.\- ]\d{1,2}[/.\- ]\d{4}\b")


def _all_swappable(texts: set[str], enough: int) -> bool:
    """Whether there are at least `enough` different dates, all of which may be month first instead of day first."""
    count = 0
    for text in texts:
        moment = read_date(text)
        if moment is None and DAY_FIRST_ONLY.match(text):  # 31/02/1990: no day, but day first
            return False
        if moment is None or not moment.dd_mm:
            continue
        if moment.swapped is None and moment.day.day != moment.day.month:
            return False
        count += 1
    return count >= enough
