"""Parse the national portal's answers.

The API joins all reasons into one sentence: `Bản khai báo 1: …, Bản khai báo 2: …`.
"""

import re
from typing import Any, NamedTuple

from ancu.engines import json_text

_RECORD = re.compile(r"Bản khai báo (\d+)\s*:\s*")


class PortalMessage(NamedTuple):
    """One message of the portal; `record` is its position in the batch from 1, None for the whole call."""

    record: int | None
    text: str


def is_answer(body: Any) -> bool:
    """Whether a JSON object is an answer of the national portal (code and message), not a file of guests."""
    return isinstance(body, dict) and {"code", "message"} <= body.keys()


def parse_portal_answer(text: str) -> list[PortalMessage]:
    """Split the national portal's answer (JSON or its message) into messages, one per record and reason.

    A record with several reasons gives several messages. Success gives an empty list.
    """
    message, success = text.lstrip("\ufeff").strip(), False
    try:
        body = json_text.loads(message)
        if is_answer(body):
            message, success = str(body["message"] or ""), str(body["code"]) == "200"
    except ValueError:
        pass
    if success:
        return []
    parts = _RECORD.split(message)
    messages = [PortalMessage(None, reason) for reason in _reasons(parts[0])]
    for number, reasons in zip(parts[1::2], parts[2::2], strict=True):
        messages += [PortalMessage(int(number[:9]), reason) for reason in _reasons(reasons)]
    return messages


def _reasons(text: str) -> list[str]:
    """Split the portal's sentence about a record into reasons; a capital after a comma begins the next one."""
    return [reason for part in re.split(r",\s+(?=[A-ZĐÀ-Ỹ])", text) if (reason := part.strip(" ,"))]
