"""Standard Webhooks signatures: HMAC-SHA256 over id, time and body."""

import hmac
import secrets
from base64 import b64encode
from hashlib import sha256

from ancu.apps.programs.models import Webhook
from ancu.core import clock
from ancu.core.security.encryption import open_secret

SECRET_BYTES = 32
PREFIX = "whsec_"
PLACE = "programs.webhook"


def new_secret() -> tuple[bytes, str]:
    """Return a new random secret for signing messages, as bytes and as the text shown to the program."""
    secret = secrets.token_bytes(SECRET_BYTES)
    return secret, PREFIX + b64encode(secret).decode()


def sign(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature header of a webhook message: ``v1,`` and the base64 HMAC-SHA256."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.digest(secret, signed, sha256)).decode()


def headers(webhook: Webhook, message_id: str, body: bytes) -> dict[str, str]:
    """Return the headers of a message; for a day after a rotation it is signed with the former secret, too."""
    now = clock.now()
    timestamp = int(now.timestamp())
    sealed_secrets = [bytes(webhook.secret)]
    if webhook.former_secret is not None and webhook.former_until and webhook.former_until > now:
        sealed_secrets.append(bytes(webhook.former_secret))
    return {
        "Content-Type": "application/json",
        "User-Agent": "AnCu-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(
            sign(open_secret(sealed, PLACE), message_id, timestamp, body) for sealed in sealed_secrets
        ),
    }
