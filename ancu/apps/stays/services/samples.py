"""Samples for makers of programs: the schema of the file, and files that are valid and accepted."""

import csv
import io
from collections.abc import Callable

import msgspec

from ancu.apps.stays.services.sandbox import invented_guests
from ancu.engines.exchange import Guest, write_xlsx_official, write_xml, xml_schema


def _guests() -> list[Guest]:
    """Return the invented guests of the sample files, who arrive today."""
    return [row.values for row in invented_guests()]


def _json() -> bytes:
    """Return the invented guests as the JSON body of a declaring call."""
    guests = [
        {name: value for name, value in msgspec.to_builtins(guest).items() if value is not None} for guest in _guests()
    ]
    return msgspec.json.format(msgspec.json.encode({"stays": guests}))


def _csv() -> bytes:
    """Return the invented guests as a CSV declaration file with headings, in UTF-8."""
    names = ("full_name", "birth_date", "sex", "nationality", "document_number", "room", "arrived_on",
        "expected_departure", "permitted_until")  # fmt: skip
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([name.replace("_", " ") for name in names])
    writer.writerows([[getattr(guest, name) or "" for name in names] for guest in _guests()])
    return out.getvalue().encode("utf-8-sig")


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAMPLES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "guests.json": ("application/json", _json),
    "guests.xml": ("application/xml", lambda: write_xml(_guests())),
    "guests.csv": ("text/csv; charset=utf-8", _csv),
    "guests.xlsx": (XLSX, lambda: write_xlsx_official(_guests())),
}
SCHEMA = ("application/xml", xml_schema)
