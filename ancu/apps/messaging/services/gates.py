"""Gateways for text messages: one interface, a folder for trials, and HTTP."""

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from django.conf import settings

from ancu.core.web.http_client import CallFailed, call
from ancu.engines import json_text

TIMEOUT = 10  # seconds of silence
LONGEST_ANSWER = 64 * 1024
LONGEST_WAIT = 3600


class Undelivered(Exception):
    """The message was not sent. ``code`` is the reason without personal data; ``final`` means do not retry."""

    def __init__(self, code: str, *, final: bool = False, wait: int = 0) -> None:
        super().__init__(code)
        self.code, self.final, self.wait = code, final, wait


class SmsGate(Protocol):
    def send(self, phone: str, text: str, *, key: str) -> str:
        """Pass a message to the gateway and return its reference. Raises Undelivered.

        The same ``key`` must not deliver it twice.
        """


class FileGate:
    """Writes each message to a file named by its key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, phone: str, text: str, *, key: str) -> str:
        """Write the text message to a file named by a hash of ``key``, unless it exists; return the hash.

        For offices without a gateway, and for tests.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        reference = sha256(key.encode()).hexdigest()[:16]
        try:
            handle = os.open(self.folder / f"{reference}.txt", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return reference
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{phone}\n\n{text}\n")
        return reference


class HttpGate:
    """POSTs JSON ``{from, to, text}`` with the key as ``Idempotency-Key``; expects ``{"reference": …}``."""

    def __init__(self, url: str, token: str, sender: str, *, timeout: float = TIMEOUT) -> None:
        self.url, self.token, self.sender, self.timeout = url, token, sender, timeout

    def send(self, phone: str, text: str, *, key: str) -> str:
        """Post the message to the gateway's address and return the reference. Raises Undelivered."""
        body = json.dumps({"from": self.sender, "to": phone, "text": text}).encode()
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        try:
            response = call(
                "POST", self.url, body=body, headers=headers, timeout=self.timeout, max_bytes=LONGEST_ANSWER
            )
        except CallFailed as failure:
            raise Undelivered("gate_timeout" if failure.code == "timeout" else "gate_unreachable") from None
        if response.status in {200, 201, 202}:
            return _reference(response.body)
        raise _refusal(response.status, response.headers)


def _reference(answer: bytes) -> str:
    """Return the gateway's reference for the message from its success response.

    Raise Undelivered for an unreadable one, so that it is retried; the key prevents a duplicate.
    """
    try:
        return str(json_text.loads(answer)["reference"])[:100]
    except (ValueError, KeyError, TypeError):
        raise Undelivered("gate_answer") from None


def _refusal(status: int, headers: Mapping[str, str]) -> Undelivered:
    """Return the error of a failed response.

    400 and 422 concern this message and are final; a bad token or a busy gateway is retried.
    """
    if status in {400, 422}:
        return Undelivered("gate_refused", final=True)
    if status == 429:
        retry_after = headers.get("retry-after", "")
        return Undelivered("gate_busy", wait=min(int(retry_after), LONGEST_WAIT) if retry_after.isdecimal() else 0)
    return Undelivered("gate_credentials" if status in {401, 403} else "gate_failed")


def sms_gate() -> SmsGate | None:
    """Return the configured gateway; None if this office sends no text messages."""
    if settings.SMS_GATE == "http":
        return HttpGate(settings.SMS_GATE_URL, settings.SMS_GATE_TOKEN, settings.SMS_SENDER)
    return FileGate(settings.SMS_FILE_PATH) if settings.SMS_GATE == "file" else None
