"""Personal data that a text for everybody may hold: telephone and document numbers, email addresses, birth dates.

This is only a guess, since a sum of money may look like a number: the writer is asked, and nothing is refused.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

NUMBERS = re.compile(r"\+?\d(?:[\s.-]?\d){7,}")
DOCUMENTS = re.compile(r"\b[A-Z]{1,3}\d{6,8}\b", re.IGNORECASE)
ADDRESSES = re.compile(r"\S+@\S+")
DATES = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
YEAR = timedelta(days=365)  # dates within it are those of acts that offices write about, not of births


def without_contacts(text: str) -> str:
    """Return the text with dots in place of email addresses and telephone or document numbers, to quote it."""
    return ADDRESSES.sub("•••", NUMBERS.sub("•••", text))


def personal_data_in(text: str, today: date) -> list[str]:
    """Return the parts of a text that look like personal data: birth dates, numbers and addresses."""
    without_dates = DATES.sub(" ", text)
    patterns = (NUMBERS, DOCUMENTS, ADDRESSES)
    return [*_birth_dates(text, today), *(hit for pattern in patterns for hit in pattern.findall(without_dates))]


def _birth_dates(text: str, today: date) -> Iterator[str]:
    """Yield the dates in the text that are more than a year past."""
    for match in DATES.finditer(text):
        day, month, year = map(int, match.groups())
        try:
            is_past = date(year, month, day) < today - YEAR
        except ValueError:
            continue
        if is_past:
            yield match[0]
