"""Read JSON: the body of the ministry's API, or our own API's records saved to a file."""

import json
from collections.abc import Sequence
from typing import Any

from ancu.engines import json_text
from ancu.engines.exchange.codes import finding
from ancu.engines.exchange.fields import FIELDS
from ancu.engines.exchange.headers import field_of
from ancu.engines.exchange.model import LIMITS, Finding, Refusal, Table
from ancu.engines.exchange.portal import is_answer
from ancu.engines.exchange.xml_file import ParsedFile

_WRAPPERS = (
    "guests",
    "stays",
    "rows",
    "items",
    "records",
    "data",
    "danhSach",
    "danhSachKhach",
)


def read_json(text: str) -> ParsedFile:
    """Return the guest records of a JSON file: an array of objects, alone or in an object, or a single object.

    Raises `Refusal`.
    """
    try:
        body = json_text.loads(
            text.lstrip("\ufeff"),
            parse_int=str,
            parse_float=str,
            parse_constant=lambda name: None,
        )
    except json_text.TooDeep:
        raise Refusal("json_too_deep") from None
    except json.JSONDecodeError as error:
        raise Refusal("malformed_json", error.lineno, error.colno) from None
    records = _records(body)
    if len(records) > LIMITS["rows"]:
        raise Refusal("too_many_rows", limit=LIMITS["rows"])
    columns, unknown, broken = _columns(records)
    table = Table(columns, len(records))
    table.broken = dict.fromkeys(broken, "not_a_record")
    ministry = any(isinstance(r, dict) and "hoTen" in r for r in records)
    notices: list[Finding] = [finding("unknown_element", None, key) for key in list(unknown)[:20]]
    return ParsedFile(table, "ministry_api" if ministry else "records", notices)


def _records(body: Any) -> list[Any]:
    """Return the array of records in a parsed JSON body; a single record gives an array of one.

    Raises `Refusal` if there is none.
    """
    if isinstance(body, list):
        return body
    if not isinstance(body, dict):
        raise Refusal("header_not_found")
    for key in _WRAPPERS:
        if isinstance(body.get(key), list):
            return list(body[key])
    if is_answer(body):
        raise Refusal("portal_answer", value=str(body.get("message") or body.get("code"))[:400])
    if any(field_of(str(key)) for key in body):
        return [body]
    raise Refusal("header_not_found")


def _columns(
    records: list[Any],
) -> tuple[dict[str, Sequence[str | None]], dict[str, None], list[int]]:
    """Sort JSON records into columns by field.

    Returns the columns, the unknown keys, and the indexes of records that are no objects.
    """
    columns: dict[str, list[str | None]] = {}
    unknown: dict[str, None] = {}
    broken: list[int] = []
    fields: dict[str, str | None] = {name: name for name in FIELDS}
    for index, record in enumerate(records):
        if not isinstance(record, dict):
            broken.append(index)
            continue
        for key, value in record.items():
            if key not in fields:
                fields[key] = field_of(key)
            field = fields[key]
            if field is None:
                unknown.setdefault(key[:60])
            elif value is not None:
                if field not in columns:  # not setdefault: its list of all records would be made for each value
                    columns[field] = [None] * len(records)
                if columns[field][index] is None:
                    columns[field][index] = (
                        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:200]
                    )
    return dict(columns), unknown, broken
