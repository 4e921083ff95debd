"""What changed between two states of a record, in words: for whoever decides on it a second time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ancu.core import clock
from ancu.engines.telephone import readable


@dataclass(frozen=True)
class FieldDifference:
    """A changed field in words, before and now; empty text for no value."""

    label: Any
    before: str
    after: str


def differences(before: object, after: object, labels: Mapping[str, Any]) -> list[FieldDifference]:
    """Return the fields in which two states of a record differ, with both values in words.

    They are in the order of ``labels``, which maps field names to labels.
    """
    changes = ((label, in_words(before, name), in_words(after, name)) for name, label in labels.items())
    return [FieldDifference(label, old, new) for label, old, new in changes if old != new]


def in_words(record: object, name: str) -> str:
    """Return a field's value for people; empty for None.

    A choice gives its label, a date dd/mm/yyyy, a telephone number groups of digits.
    """
    display = getattr(record, f"get_{name}_display", None)
    value = display() if display else getattr(record, name)
    if isinstance(value, datetime):
        return f"{clock.local(value):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if name.endswith("phone"):
        return readable(value)
    return "" if value is None else str(value)
