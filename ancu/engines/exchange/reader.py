"""The two entry points: `read` for a file, `interpret` for records of a form or the API."""

import gc
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import compress

from ancu.engines.exchange import tables, workbook
from ancu.engines.exchange.codes import finding, problem
from ancu.engines.exchange.dates import VIETNAM
from ancu.engines.exchange.fields import FIELDS
from ancu.engines.exchange.file_notices import file_notices
from ancu.engines.exchange.json_file import read_json
from ancu.engines.exchange.model import DeclarationFile, GuestRow, Problem, Refusal, Table, Value
from ancu.engines.exchange.rows import build_rows
from ancu.engines.exchange.texts import DecodedText, check_size, decode, kind_of, looks_like
from ancu.engines.exchange.xml_file import ParsedFile, read_xml


def vietnam_today() -> date:
    """Today's date in Vietnam, whatever the machine's own zone."""
    return datetime.now(VIETNAM).date()


def read(
    data: bytes,
    filename: str | None = None,
    *,
    today: date | None = None,
    repair: bool = True,
) -> DeclarationFile:
    """Read a file a lodging sends: XML, XLSX, XLS, HTML table, CSV or JSON, recognised by its content.

    `filename` is accepted for the caller's convenience but ignored. `today` (Vietnam's) decides what is in the
    future; `repair` allows bare `&` in XML to be corrected, with a notice for each. Never raises for bad input:
    faults of the file are in `problem`, faults of a row in its `errors`.
    """
    reading = DeclarationFile("unknown", "", None, [], None, [])
    try:
        with _collector_paused(len(data)):
            _read_into(reading, data, today or vietnam_today(), repair)
    except Refusal as refusal:
        reading.problem = _problem(refusal)
    except (MemoryError, RecursionError):
        reading.problem = problem("unreadable")
    return reading


@contextmanager
def _collector_paused(size: int) -> Iterator[None]:
    """Context manager that pauses Python's garbage collector for a large file; its rows have no cycles."""
    pause = size > 1024 * 1024 and gc.isenabled()
    if pause:
        gc.disable()
    try:
        yield
    finally:
        if pause:
            gc.enable()


def _problem(refusal: Refusal) -> Problem:
    """Return the refusal of a file as a Problem, with its place and its sentences in both languages."""
    return problem(refusal.code, refusal.line, refusal.column, **refusal.params)


def _read_into(reading: DeclarationFile, data: bytes, today: date, repair: bool) -> None:
    """Read a declaration file; fill ``reading`` with its rows and notices. Raises `Refusal`."""
    check_size(data)
    parsed = _parse(reading, data, repair)
    table = parsed.table
    _merge_columns(table)
    reading.dialect, reading.notices = parsed.dialect, parsed.notices
    reading.rows = build_rows(table, today)
    reading.skipped_examples = sum(row.is_example for row in reading.rows)
    _add_file_notices(reading, table, today)


def _parse(reading: DeclarationFile, data: bytes, repair: bool) -> ParsedFile:
    """Return the guest records of a file, in columns, whatever its format. Raises `Refusal`.

    The format is recorded in ``reading``.
    """
    kind = kind_of(data)
    if kind == "other":
        raise Refusal("unsupported_format")
    if kind == "zip":
        reading.format = "xlsx"
        return workbook.read_xlsx(data)
    if kind == "ole":
        reading.format = "xls"
        return workbook.read_xls(data)
    reading.format = looks_like(data)
    source = decode(data)
    reading.format, reading.encoding = source.kind, source.encoding
    return _parse_text(source, repair)


def _parse_text(source: DecodedText, repair: bool) -> ParsedFile:
    """Return the guest records of a text file, in columns: XML, JSON, HTML or CSV. Raises `Refusal`."""
    if source.kind == "xml":
        return read_xml(source.text, source.utf8, repair)
    if source.kind == "json":
        return read_json(source.text)
    return tables.read_html(source.text) if source.kind == "html" else tables.read_csv(source.text)


def _merge_columns(table: Table) -> None:
    """Join surname and given names into the full name, in place; remove columns of no known field.

    Gaps of nationality and document number are filled from their second columns.
    """
    columns = table.columns
    family, given_names = columns.pop("family_name", None), columns.pop("given_name", None)
    if "full_name" not in columns and (family is not None or given_names is not None):
        nothing: Sequence[str | None] = [None] * table.length
        pairs = zip(family or nothing, given_names or nothing, strict=True)
        columns["full_name"] = [" ".join(p for part in pair if (p := (part or "").strip())) for pair in pairs]
    for field in ("nationality", "document_number"):
        second = columns.pop(f"{field}_2", None)
        if second is not None:
            first = columns.get(field)
            columns[field] = (
                second if first is None else [a if a and a.strip() else b for a, b in zip(first, second, strict=True)]
            )
    for field in [f for f in columns if f not in FIELDS]:
        del columns[field]


def _add_file_notices(reading: DeclarationFile, table: Table, today: date) -> None:
    """Add notices about a declaration file, such as possibly exchanged dates; a problem if it has no guest."""
    if not unicodedata.is_normalized("NFC", "".join(t for t in table.columns.get("full_name", ()) if t)):
        reading.notices.append(finding("decomposed_letters"))
    if reading.dialect == "portal_citizens":
        reading.notices.append(finding("citizens_template"))
    reading.notices += file_notices(table, reading.rows, today)
    if reading.skipped_examples:
        reading.notices.append(finding("examples_skipped", None, str(reading.skipped_examples)))
    if len(reading.rows) == reading.skipped_examples:
        reading.problem = problem("no_guests", examples=reading.skipped_examples)


def interpret(
    records: Sequence[Mapping[str, Value]],
    *,
    today: date | None = None,
    defaults: Mapping[str, str | None] | None = None,
) -> list[GuestRow]:
    """Interpret records keyed by canonical field name (`FIELDS`; `arrived_at` may replace `arrived_on`).

    The rules are those of a file. `defaults` fill fields a record lacks or leaves empty. ISO alpha-3 codes bring no
    remark; unknown keys are ignored. A date or time object is used unchanged.
    """
    filled = [_with_defaults(record, defaults or {}) for record in records]
    present = [any(record.get(field) is not None for record in filled) for field in FIELDS]
    columns: dict[str, Sequence[Value]] = {
        field: [record.get(field) for record in filled] for field in compress(FIELDS, present)
    }
    return build_rows(Table(columns, len(filled)), today or vietnam_today())


def _with_defaults(record: Mapping[str, Value], defaults: Mapping[str, str | None]) -> dict[str, Value]:
    """Return a record in which `defaults` fill the missing and empty fields; ``arrived_at`` replaces the day.

    Values are texts, dates or times.
    """
    merged = {
        **defaults,
        **{k: v for k, v in record.items() if v is not None and str(v).strip()},
    }
    if merged.get("arrived_at"):
        merged["arrived_on"] = merged["arrived_at"]
    return {
        field: value if value is None or isinstance(value, date | time) else str(value)
        for field, value in merged.items()
    }
