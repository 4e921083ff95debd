"""The response to a program that had a picture read."""

from typing import Any

import msgspec

from ancu.core import clock
from ancu.engines.exchange import interpret
from ancu.engines.passports import Alternative, Check, PassportDoubt, PassportReading

OF_THE_GUEST = ("full_name", "birth_date", "sex", "nationality", "document_number")


class DocumentOut(msgspec.Struct):
    """A machine-readable zone as read (ICAO Doc 9303). Only where ``certain`` may no person look at it."""

    format: str
    lines: list[str]
    valid: bool
    certain: bool
    confidence: float
    fields: dict[str, str]
    checks: list[Check]
    doubts: list[PassportDoubt]
    doubtful_fields: list[str]
    alternatives: list[Alternative]
    stay: dict[str, str | None]
    also_shown: list[str]
    """Other documents in the same picture, by name and number: send a picture of each alone."""


def document_out(sight: PassportReading) -> DocumentOut:
    """Return what was read of a passport picture as the API has it.

    ``stay`` has the fields as ``POST /stays`` takes them.
    """
    [row] = interpret([dict(sight.record)], today=clock.today())
    stay: dict[str, Any] = {name: getattr(row.values, name) for name in OF_THE_GUEST}
    return DocumentOut(
        sight.format,
        list(sight.lines),
        sight.valid,
        sight.certain,
        sight.confidence,
        sight.fields,
        list(sight.checks),
        list(sight.doubts),
        list(sight.doubtful_fields),
        list(sight.alternatives),
        stay | {"document_expiry": sight.record.get("document_expiry")},
        list(sight.also_shown),
    )
