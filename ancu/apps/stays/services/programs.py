"""Read what a program sends into rows."""

from collections.abc import Sequence
from datetime import date
from json import JSONDecodeError
from typing import Any

import msgspec

from ancu.apps.stays.services.correcting import InvalidCorrection
from ancu.engines import json_text
from ancu.engines.exchange import FIELDS, Finding, GuestRow, finding, interpret

OWN_FIELDS = frozenset({*FIELDS, "arrived_at", "client_reference", "confirmed"})
SCALARS = (str, int, float)
MOST_BYTES = 8 * 1024 * 1024  # of a call that declares: a thousand guests have a tenth of it
MOST_BYTES_OF_ACT = 64 * 1024  # of a call about one stay


class DeclarationRequest(msgspec.Struct):
    """The rows and options of a call; ``confirmations`` are the codes of oddities that each row confirms.

    ``notices`` are those of a file, and the unknown field names, which are otherwise ignored.
    """

    rows: list[GuestRow]
    references: list[str]
    confirmations: list[frozenset[str]]
    batch_reference: str
    all_or_nothing: bool
    dry_run: bool
    notices: list[Finding]


class MalformedRequest(Exception):
    """The body is not what the schema says; ``code`` and the two sentences say how."""

    def __init__(self, code: str, message_vi: str, message_en: str) -> None:
        super().__init__(code)
        self.code, self.message_vi, self.message_en = code, message_vi, message_en


def decode(body: bytes, most_bytes: int) -> Any:
    """Return the decoded JSON of a call's body; raises MalformedRequest and TooLarge."""
    try:
        return json_text.decode(body, most_bytes=most_bytes)
    except JSONDecodeError as error:
        raise MalformedRequest("malformed_json", *json_text.explain(error)) from None


def printable(text: object, most: int) -> str:
    """Return at most ``most`` characters of the text, without NUL, which the database cannot store."""
    return str(text).replace("\0", "").strip()[:most]


def read_request(
    body: bytes, *, batch_reference: str = "", dry_run: bool = False, mode: str = ""
) -> DeclarationRequest:
    """Return the rows and options of a declaring call.

    The body is one stay, a list of them, or ``{"stays": [...], "batch_reference", "mode", "dry_run"}``. Raises
    MalformedRequest and TooLarge.
    """
    content = decode(body, MOST_BYTES)
    options: dict[str, Any] = content if isinstance(content, dict) and "stays" in content else {}
    records = options["stays"] if options else content if isinstance(content, list) else [content]
    mode = str(options.get("mode") or mode or "partial")
    if not isinstance(records, list):
        raise MalformedRequest("stays_not_a_list", "“stays” phải là một danh sách.", "“stays” must be a list.")
    if mode not in ("partial", "all_or_nothing"):
        raise MalformedRequest(
            "mode_unknown", "“mode” là partial hoặc all_or_nothing.", "“mode” is partial or all_or_nothing."
        )
    rows, unknown = rows_of(records)
    common_codes = codes_in(options.get("confirmed"))
    return DeclarationRequest(
        rows,
        [_reference(record) for record in records],
        [common_codes | confirmed_codes(record) for record in records],
        printable(options.get("batch_reference") or batch_reference, 100),
        mode == "all_or_nothing",
        dry_run or options.get("dry_run") is True,
        [finding("unknown_element", None, name) for name in unknown],
    )


def rows_of(records: Sequence[Any]) -> tuple[list[GuestRow], list[str]]:
    """Return the records as rows by the rules of a file, and the field names that are unknown, at most twenty."""
    unknown: dict[str, None] = {}
    wrong: dict[int, list[Finding]] = {}
    clean: list[dict[str, Any]] = []
    for index, record in enumerate(records):
        if not isinstance(record, dict):
            wrong[index] = [finding("not_a_record")]
            clean.append({})
            continue
        if not record.keys() <= OWN_FIELDS:
            unknown.update(dict.fromkeys(name[:60] for name in record if name not in OWN_FIELDS))
        unusable = [name for name, value in record.items() if not (_is_scalar(value) or _is_code_list(name, value))]
        if unusable:
            wrong[index] = [_wrong_type(name) for name in unusable]
        clean.append({name: record[name] for name in record if name not in unusable} if unusable else record)
    rows = interpret(clean)
    for index, findings in wrong.items():
        rows[index].errors[:] = [*rows[index].errors, *findings] if clean[index] else findings
    return rows, list(unknown)[:20]


def _is_scalar(value: object) -> bool:
    """Whether a JSON value can be a field's text: a text, a number or null, but not a boolean."""
    return value is None or (isinstance(value, SCALARS) and not isinstance(value, bool))


def _is_code_list(name: str, value: object) -> bool:
    """Whether the value is the list of codes in the field ``confirmed``."""
    return name == "confirmed" and isinstance(value, list) and all(isinstance(code, str) for code in value)


def codes_in(value: object) -> frozenset[str]:
    """Return the codes in a list, or in a text that separates them by commas; none of anything else."""
    codes = value.split(",") if isinstance(value, str) else value
    return frozenset(str(code).strip() for code in codes) if isinstance(codes, list) else frozenset()


def confirmed_codes(record: Any) -> frozenset[str]:
    """Return the codes of the oddities that a record confirms."""
    return codes_in(record.get("confirmed")) if isinstance(record, dict) else frozenset()


def _wrong_type(name: str) -> Finding:
    """Return the finding ``wrong_type``: the value of the field is neither text nor number."""
    return Finding("wrong_type", name[:60], None, "Giá trị phải là chữ hoặc số.", "The value must be a text or number.")


def _reference(record: Any) -> str:
    """Return the ``client_reference`` of a record, at most 100 characters; "" without a valid one."""
    value = record.get("client_reference") if isinstance(record, dict) else None
    return printable(value, 100) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def read_object(body: bytes, *, empty: bool = False) -> dict[str, Any]:
    """Return the JSON object of a call's body; ``empty`` allows no body. Raises MalformedRequest, TooLarge."""
    if empty and not body:
        return {}
    content = decode(body, MOST_BYTES_OF_ACT)
    if not isinstance(content, dict):
        raise MalformedRequest(
            "not_an_object", "Nội dung phải là một đối tượng JSON.", "The body must be a JSON object."
        )
    return content


def read_text(content: dict[str, Any], name: str, most: int) -> str:
    """Return the call's text under ``name``, cut to ``most``; "" without one. MalformedRequest for no text."""
    value = content.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise MalformedRequest("wrong_type", f"“{name}” phải là chữ.", f"“{name}” must be a text.")
    return printable(value, most)


def read_changes(content: dict[str, Any]) -> dict[str, str | None]:
    """Return a correction's fields as texts; InvalidCorrection names those that are neither text nor number."""
    if findings := [_wrong_type(name) for name, value in content.items() if not _is_scalar(value)]:
        raise InvalidCorrection(findings)
    return {name: None if value is None else str(value) for name, value in content.items()}


def read_day(content: dict[str, Any], name: str) -> date | None:
    """Return the call's day under ``name``, None when there is none; MalformedRequest for no date."""
    value = content.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise MalformedRequest(
            "invalid_date", f"“{name}” cần dạng 2026-10-14.", f"“{name}” must be like 2026-10-14."
        ) from None
