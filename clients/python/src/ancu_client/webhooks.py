"""Verify that a message comes from the office, by its Standard Webhooks signature."""

import binascii
import hmac
import json
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from ancu_client.errors import BadSignature

TOLERANCE = 300  # seconds


def verify(
    secret: str, headers: Mapping[str, str], body: bytes, *, tolerance: int = TOLERANCE, now: float | None = None
) -> dict[str, Any]:
    """Return a webhook's message as JSON if its signature is valid and recent. Raises BadSignature.

    Process each ``webhook-id`` once: a message may arrive repeatedly. ``tolerance`` is the allowed age in seconds.
    """
    headers_given = {name.lower(): value for name, value in headers.items()}
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
        message, timestamp = headers_given["webhook-id"], headers_given["webhook-timestamp"]
        signatures, at = headers_given["webhook-signature"].split(), int(timestamp)
    except (KeyError, ValueError, binascii.Error):
        raise BadSignature("the headers or the secret cannot be read") from None
    if abs((time.time() if now is None else now) - at) > tolerance:
        raise BadSignature("the message is too old, or a clock is wrong")
    expected = "v1," + b64encode(hmac.digest(key, f"{message}.{timestamp}.".encode() + body, sha256)).decode()
    if not any(hmac.compare_digest(expected.encode(), signature.encode()) for signature in signatures):
        raise BadSignature("the signature is wrong")
    event: dict[str, Any] = json.loads(body)
    return event
